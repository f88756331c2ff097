import { assert, describe, it } from "@effect/vitest"
import { reconstructable } from "@heddle/definitions"
import { DynamicPartitions, Instance } from "@heddle/storage"
import { Effect } from "effect"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { fixture } from "./fixtures/notes.ts"
import { customer, everybody, range } from "./fixtures/partitions.ts"
import { executeJob } from "./runs.ts"

const module = new URL("./fixtures/partitions.ts", import.meta.url).href
const runConfig = { execution: { multiprocess: { config: { maxConcurrent: 2 } } } }

describe("partitions over processes", () => {
  it.live("are those that existed when the run started, in every worker", () =>
    Effect.gen(function* () {
      const { values } = yield* fixture
      const value = (path: string): unknown => JSON.parse(readFileSync(join(values, "assets", path), "utf8"))
      yield* Effect.flatMap(DynamicPartitions, ({ add }) => add("customers", ["ann", "bob"]))
      for (const partitionKey of ["ann", "bob"]) {
        const result = yield* executeJob(reconstructable(module, "customer", customer), {
          values,
          runConfig,
          partitionKey
        })
        assert.isTrue(result.success)
        assert.strictEqual(result.run.tags["heddle/partition"], partitionKey)
      }
      assert.notInclude(value("profile/partition=bob.json") as string, `of ${process.pid}`)
      assert.strictEqual(value("greeting/partition=bob.json"), "hello bob")
      const result = yield* executeJob(reconstructable(module, "everybody", everybody), { values, runConfig })
      assert.isTrue(result.success)
      assert.deepStrictEqual([value("newest.json"), value("names.json")], ["bob", ["ann", "bob"]])
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.live("of a range are made by one step, and a file holds each", () =>
    Effect.gen(function* () {
      const { values } = yield* fixture
      yield* Effect.flatMap(DynamicPartitions, ({ add }) => add("customers", ["ann", "bob", "cid"]))
      const result = yield* executeJob(reconstructable(module, "range", range), {
        values,
        runConfig,
        partitionRange: { from: "ann", to: "bob" }
      })
      assert.isTrue(result.success)
      const rows = (yield* result.assetValue("rows")) as ReadonlyMap<string, string>
      assert.deepStrictEqual([...rows.keys()], ["ann", "bob"])
      assert.notInclude(rows.get("bob"), `of ${process.pid}`)
      assert.strictEqual(yield* result.assetValue("copies", { partition: "bob" }), "bob")
      const file = join(values, "assets", "copies", "partition=ann.json")
      assert.strictEqual(JSON.parse(readFileSync(file, "utf8")), "ann")
    }).pipe(Effect.provide(Instance.layerMemory))
  )
})
