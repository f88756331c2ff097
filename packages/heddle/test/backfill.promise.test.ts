import { Schema } from "effect"
import { Asset, Partitions, reconstructable } from "heddle"
import { backfill } from "heddle/promise"
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import { regional } from "./fixtures/assets.ts"

const home = mkdtempSync(join(tmpdir(), "heddle-backfill-"))
afterAll(() => rmSync(home, { recursive: true, force: true }))

describe("backfill as a promise", () => {
  it("resolves with what was made of assets in this process", async () => {
    const letters = Asset.make("letters", {
      partitions: Partitions.fixed(["a", "b"]),
      output: Schema.String,
      run: (_, { partitionKey }) => partitionKey
    })
    const result = await backfill([letters])
    assert.deepStrictEqual([result.success, result.made], [true, ["a", "b"]])
    const kept = join(home, "letters")
    const options = { home: kept, backfillId: "letters" }
    assert.deepStrictEqual((await backfill([letters], { ...options, partitions: ["b"] })).made, ["b"])
    const rest = await backfill([letters], options)
    assert.deepStrictEqual([rest.made, rest.skipped], [["a"], ["b"]])
    assert.isTrue(existsSync(join(kept, "heddle.db")))
    // @ts-expect-error no such partition
    const unknown = await backfill([letters], { partitions: ["z"] }).catch((error: unknown) => error)
    assert.include(String(unknown), "UnknownPartitionKey")
  })

  it("runs a reconstructable job in the home folder, with worker processes, and resumes it there", async () => {
    const pointer = reconstructable(new URL("./fixtures/assets.ts", import.meta.url).href, "regional", regional)
    const options = {
      home,
      values: join(home, "values"),
      backfillId: "regions",
      runConfig: { execution: { multiprocess: {} } }
    }
    const first = await backfill(pointer, { ...options, partitions: ["us"] })
    assert.deepStrictEqual(first.made, ["us"])
    const value = readFileSync(join(home, "values", "assets", "shop", "rows", "partition=us.json"), "utf8")
    assert.notInclude(value, `of ${process.pid}`)
    const second = await backfill(pointer, options)
    assert.deepStrictEqual([second.made, second.skipped], [["eu"], ["us"]])
  })
})
