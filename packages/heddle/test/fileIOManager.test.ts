import { assert, describe, it } from "@effect/vitest"
import { Job, Op, Out } from "@heddle/definitions"
import { executeInProcess } from "@heddle/execution"
import { FileIOManager } from "@heddle/io-fs"
import { Effect, Layer, Path, Schema } from "effect"
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { MemoryFileSystem } from "../../io-fs/test/memoryFileSystem.ts"

describe("FileIOManager", () => {
  it.effect("stores the outputs of a job by run, step, output and mapping key", () =>
    Effect.gen(function* () {
      const folder = yield* Effect.acquireRelease(
        Effect.sync(() => mkdtempSync(join(tmpdir(), "heddle-io-"))),
        (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
      )
      const list = Op.make("list", {
        outputs: { item: Out.dynamic(Schema.Date), count: Schema.Number },
        run: () => ({
          item: [
            ["a", new Date(1)],
            ["b", new Date(2)]
          ] as const,
          count: 2
        })
      })
      const millis = Op.make("millis", {
        inputs: { d: Schema.Date },
        output: Schema.Number,
        run: ({ d }) => d.getTime()
      })
      const sum = Op.make("sum", {
        inputs: { ns: Schema.Array(Schema.Number) },
        output: Schema.Number,
        run: ({ ns }) => ns.reduce((a, b) => a + b, 0)
      })
      const job = Job.make("dates", {}, function* () {
        const { item } = yield* list()
        return yield* sum({ ns: (yield* item.map((d) => millis({ d }))).collect() })
      })
      const result = yield* executeInProcess(job, { layer: FileIOManager.layer({ folder }), runId: "r/1" })
      assert.isTrue(result.success && result.output === 3)
      const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".json"))
      assert.deepStrictEqual(files.toSorted(), [
        "r%2f1/list/count.json",
        "r%2f1/list/item/a.json",
        "r%2f1/list/item/b.json",
        "r%2f1/millis[a]/result.json",
        "r%2f1/millis[b]/result.json",
        "r%2f1/sum/result.json"
      ])
      const stored = result.allEvents.find((event) => event._tag === "HANDLED_OUTPUT")
      assert.isTrue(stored?._tag === "HANDLED_OUTPUT" && stored.metadata?.["path"]?._tag === "path")
    })
  )

  it.effect("fails a step on a simulated full disk", () =>
    Effect.gen(function* () {
      const big = Op.make("big", { output: Schema.String, run: () => "x".repeat(100) })
      const job = Job.make("fills", {}, function* () {
        return yield* big()
      })
      const layer = FileIOManager.layerFileSystem({ folder: "/values" }).pipe(
        Layer.provide([new MemoryFileSystem({ capacity: 20 }).layer, Path.layer])
      )
      const result = yield* executeInProcess(job, { layer })
      assert.isFalse(result.success)
      assert.include(JSON.stringify(result.allEvents), "ENOSPC: no space left on device")
    })
  )
})
