import { afterAll, assert, describe, it } from "@effect/vitest"
import { Graph, IOManager, Job, Op, Out, Resource } from "@heddle/definitions"
import { OutputsNotPortable } from "@heddle/execution"
import { executeLocated } from "./runs.ts"
import type { IOManagerShape } from "@heddle/definitions"
import { Instance, RunStorage } from "@heddle/storage"
import { Context, Effect, Layer, Schema } from "effect"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

class Shelf extends Context.Service<Shelf, IOManagerShape>()("test/Shelf") {}
const shelf = Resource.fromLayer(Layer.sync(Shelf, IOManager.makeMemory))

const anything = Op.make("anything", { output: Schema.Any, run: () => new Map([["a", 1]]) })
const several = Op.make("several", {
  outputs: {
    good: Schema.Number,
    bad: Schema.Unknown,
    parts: Out.dynamic(Schema.Unknown),
    shelved: Out.stored(Schema.Any, Shelf)
  },
  run: () => ({ good: 1, bad: new Map(), parts: [], shelved: new Map() })
})
const quiet = Op.make("quiet", { run: () => {} })
const inner = Graph.make("inner", { inputs: {} }, function* () {
  yield* anything()
})
const mixed = Job.make("mixed", { resources: { shelf } }, function* () {
  yield* inner()
  yield* several()
  yield* quiet()
})
const fine = Job.make("fine", { resources: { shelf } }, function* () {
  const { shelved } = yield* Op.make("give", {
    outputs: { shelved: Out.stored(Schema.Any, Shelf) },
    run: () => ({ shelved: new Map([["a", 1]]) })
  })()
  yield* Op.make("take", { inputs: { map: Schema.Any }, run: ({ map }) => assert.strictEqual(map.get("a"), 1) })({
    map: shelved
  })
  yield* quiet()
})
const plain = Job.make("plain", {}, function* () {
  yield* anything()
})

const values = mkdtempSync(join(tmpdir(), "heddle-portable-"))
afterAll(() => rmSync(values, { recursive: true, force: true }))

const execute = (job: typeof mixed | typeof fine | typeof plain, executor: "inProcess" | "multiprocess") =>
  executeLocated(
    job.definition,
    { moduleUrl: import.meta.url, jobName: job.name },
    { values, runConfig: { execution: { [executor]: {} } } }
  )

describe("values without a codec", () => {
  for (const executor of ["inProcess", "multiprocess"] as const) {
    it.live(`are rejected all at once if they would be stored in files, before anything is recorded: ${executor}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(execute(mixed, executor))
        assert.instanceOf(error, OutputsNotPortable)
        assert.deepStrictEqual(error.outputs, [
          { node: "inner.anything", output: "result" },
          { node: "several", output: "bad" },
          { node: "several", output: "parts" }
        ])
        assert.include(error.message, '  1. output "result" of "inner.anything"\n')
        assert.include(error.message, "Out.stored(schema, YourIOManager)")
        assert.deepStrictEqual(yield* RunStorage.use((runs) => runs.list()), [])
      }).pipe(Effect.provide(Instance.layerMemory))
    )
  }

  it.live("can be stored by an IO manager of the job; an output of kind nothing needs no codec", () =>
    Effect.gen(function* () {
      assert.isTrue((yield* execute(fine, "inProcess")).success)
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.live("can be stored by another default IO manager, in this process", () =>
    Effect.gen(function* () {
      const run = execute(plain, "inProcess").pipe(Effect.provide(IOManager.layerMemory))
      assert.isTrue((yield* run).success)
    }).pipe(Effect.provide(Instance.layerMemory))
  )
})
