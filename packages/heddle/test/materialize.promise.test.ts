import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { Asset } from "heddle"
import { materialize, materializeToMemory } from "heddle/promise"

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
})
