import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { Asset, Instance } from "heddle"
import { materialize, materializeToMemory } from "heddle/promise"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

const a = Asset.make("a", { output: Schema.Number, run: () => 1 })
const b = Asset.make("b", { inputs: { a }, output: Schema.Number, run: async ({ a }) => a + 1 })

describe("materialize as a promise", () => {
  it("resolves with the result, and rejects with the error of a body when asked to raise it", async () => {
    const result = await materialize([a, b])
    assert.isTrue(result.success)
    assert.strictEqual(result.assetValue("b"), 2)
    assert.strictEqual((await materializeToMemory([a, b])).assetValue("b"), 2)
    const boom = Asset.make("boom", {
      output: Schema.Number,
      run: (): number => {
        throw new RangeError("boom")
      }
    })
    const thrown = await materialize([boom], { raiseOnError: true }).catch((error: unknown) => error)
    assert.instanceOf(thrown, RangeError)
  })

  it("keeps values in a home folder, or in the instance of a layer", async () => {
    const home = mkdtempSync(join(tmpdir(), "heddle-materialize-"))
    try {
      for (const where of [{ home }, { instance: Instance.layerMemory }]) {
        const missing = await materialize([a, b], { ...where, selection: "b" })
        assert.isFalse(missing.success)
        assert.isTrue((await materialize([a, b], { ...where, selection: "a" })).success)
        const loaded = await materialize([a, b], { ...where, selection: "b" })
        assert.strictEqual(loaded.assetValue("b"), 2)
      }
      assert.strictEqual(readFileSync(join(home, "storage/assets/b.json"), "utf8").trim(), "2")
      // Without either, nothing outlives the call.
      assert.isFalse((await materialize([a, b], { selection: "b" })).success)
    } finally {
      rmSync(home, { recursive: true, force: true })
    }
  })
})
