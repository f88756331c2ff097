import { assert, describe, it } from "@effect/vitest"
import { IOManager, Job, Op, Out } from "@heddle/definitions"
import { ReexecutionOptions } from "@heddle/engine"
import { executeDefinition, type ExecuteDefinitionOptions, executeInProcess } from "@heddle/execution"
import { Instance, RunStorage } from "@heddle/storage"
import { Effect, Layer, Schema } from "effect"

const n = Schema.Number
const one = Op.make("one", { output: n, run: () => 1 })
const inc = Op.make("inc", {
  inputs: { x: n },
  config: Schema.Struct({ by: Schema.optionalKey(n) }),
  output: n,
  run: ({ x }, { config }) => x + (config.by ?? 1)
})
const chain = Job.make("chain", {}, function* () {
  const b = yield* inc.as("b")({ x: yield* one() })
  return yield* inc.as("d")({ x: yield* inc.as("c")({ x: b }) })
})

describe("a call", () => {
  it.effect("takes the default of a job input that is given nowhere", () =>
    Effect.gen(function* () {
      const withDefault = n.pipe(Schema.withConstructorDefault(Effect.succeed(40)))
      const job = Job.make("job", { inputs: { pages: withDefault } }, function* ({ pages }) {
        return yield* inc({ x: pages })
      })
      assert.strictEqual((yield* executeInProcess(job)).outputValue(), 41)
      assert.strictEqual((yield* executeInProcess(job, { runConfig: { inputs: { pages: 2 } } })).outputValue(), 3)
      assert.strictEqual((yield* executeInProcess(job, { inputValues: { pages: 5 } })).outputValue(), 6)
    })
  )

  it.effect("is kept in the instance whose layer it is given", () =>
    Effect.gen(function* () {
      const instance = Layer.succeedContext(yield* Layer.build(Instance.layerMemory))
      const { runId } = yield* executeInProcess(chain, { instance, runId: "mine" })
      assert.strictEqual(runId, "mine")
      const again = yield* Effect.flip(executeInProcess(chain, { instance, runId: "mine" }))
      assert.strictEqual(again._tag, "RunAlreadyExists")
    })
  )

  it.effect("refuses values of inputs that the job does not have, and run config for those that have one", () =>
    Effect.gen(function* () {
      const job = Job.make("job", { inputs: { pages: n }, inputValues: { pages: 1 } }, function* ({ pages }) {
        return yield* inc({ x: pages })
      })
      // By types it is refused already.
      const call = (options: ExecuteDefinitionOptions) => Effect.flip(executeDefinition(job.definition, options))
      const unknown = yield* call({ inputValues: { page: 2, zz: 3 } })
      assert.strictEqual(unknown._tag, "DefinitionError")
      assert.include(unknown.message, 'inputValues › "page": the job has no such input; did you mean "pages"?')
      assert.include(unknown.message, 'inputValues › "zz": the job has no such input; it has "pages"')
      const twice = yield* call({ runConfig: { inputs: { pages: 2 } } })
      assert.strictEqual(twice._tag, "RunConfigError")
      assert.strictEqual((yield* executeInProcess(job, { inputValues: { pages: 5 } })).outputValue(), 6)
    })
  )
})

/** Runs jobs in one instance with one IO manager, and tells which steps each run executed. */
const session = (job: { readonly definition: typeof chain.definition }) => {
  const ioManager = IOManager.makeMemory()
  return (options: ExecuteDefinitionOptions) =>
    Effect.map(
      executeDefinition(job.definition, { maxConcurrent: 1, ioManager, ...options }),
      ({ result, success }) => ({
        result,
        success,
        executed: result.getStepSuccessEvents().map(({ stepKey }) => stepKey)
      })
    )
}
const again = (stepSelection: ReadonlyArray<string>, parent = "first") =>
  ReexecutionOptions.make(parent, { stepSelection })

describe("re-execution of selected steps", () => {
  it.effect("executes only those, with values of the run and its run config", () =>
    Effect.gen(function* () {
      const run = session(chain)
      yield* run({ runId: "first", runConfig: { ops: { b: { config: { by: 5 } } } } })
      const c = yield* run({ runId: "second", reexecution: again(["c"]) })
      assert.deepStrictEqual(c.executed, ["c"])
      assert.strictEqual(c.result.outputForNode("c"), 7)
      assert.throws(() => c.result.outputForNode("b"), "no value of output")
      assert.deepStrictEqual((yield* run({ reexecution: again(["c+"]) })).executed, ["c", "d"])
      const b = yield* run({ reexecution: again(["*b"]), runConfig: { ops: { b: { config: { by: 100 } } } } })
      assert.deepStrictEqual(b.executed, ["one", "b"])
      assert.strictEqual(b.result.outputForNode("b"), 101)
      // What the parent took over itself is there for its child.
      const d = yield* run({ reexecution: again(["d"], "second") })
      assert.strictEqual(d.result.outputForNode("d"), 8)
      assert.deepStrictEqual([d.result.run.parentRunId, d.result.run.rootRunId], ["second", "first"])
      assert.deepStrictEqual(d.result.run.stepKeys, ["d"])
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.effect("has the run config of the run where none is given, and none where an empty one is", () =>
    Effect.gen(function* () {
      const run = session(chain)
      yield* run({ runId: "first", runConfig: { ops: { b: { config: { by: 5 } } } } })
      const reexecution = ReexecutionOptions.make("first")
      const same = yield* run({ reexecution })
      assert.deepStrictEqual(same.executed, ["one", "b", "c", "d"])
      assert.strictEqual(same.result.outputForNode("b"), 6)
      assert.deepStrictEqual(same.result.run.runConfig, { ops: { b: { config: { by: 5 } } } })
      assert.strictEqual((yield* run({ reexecution, runConfig: {} })).result.outputForNode("b"), 2)
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.effect("takes copies of mapped steps by their keys", () =>
    Effect.gen(function* () {
      let broken = true
      const list = Op.make("list", {
        outputs: { item: Out.dynamic(n) },
        run: () => ({ item: [1, 2, 3].map((i) => [`k${i}`, i] as const) })
      })
      const page = Op.make("page", {
        inputs: { x: n },
        output: n,
        run: async ({ x }) => {
          if (broken && x === 2) throw new Error("not yet")
          return x * 10
        }
      })
      const sum = Op.make("sum", {
        inputs: { xs: Schema.Array(n) },
        output: n,
        run: ({ xs }) => xs.reduce((a, b) => a + b, 0)
      })
      const fan = Job.make("fan", {}, function* () {
        const { item } = yield* list()
        return yield* sum({ xs: (yield* item.map((x) => page({ x }))).collect() })
      })
      const run = session(fan)
      assert.isFalse((yield* run({ runId: "first" })).success)
      // What one copy has not given, the collector cannot be given; nor what a source that runs again has not.
      const half = yield* Effect.flip(run({ reexecution: again(["sum"]) }))
      assert.include(half.message, 'step "sum" needs the output of "page[k2]"')
      assert.notInclude(half.message, "page[k1]")
      assert.strictEqual((yield* Effect.flip(run({ reexecution: again(["list", "sum"]) })))._tag, "ReexecutionError")
      broken = false
      // One copy alone; the collector, which the run did not reach, is not selected and stays so.
      const one = yield* run({ runId: "second", reexecution: again(["page[k2]"]) })
      assert.isTrue(one.success)
      assert.deepStrictEqual(one.executed, ["page[k2]"])
      const collected = yield* run({ reexecution: again(["sum"], "second") })
      assert.deepStrictEqual(collected.executed, ["sum"])
      assert.strictEqual(collected.result.outputValue(), 60)
      // What one run was asked to leave out, the next may be asked for.
      yield* run({ runId: "third", reexecution: again(["sum"], "second") })
      assert.deepStrictEqual((yield* run({ reexecution: again(["page[k1]"], "third") })).executed, ["page[k1]"])
      assert.deepStrictEqual((yield* run({ reexecution: again(["list*"], "third") })).executed, [
        "list",
        "page[k1]",
        "page[k2]",
        "page[k3]",
        "sum"
      ])
      assert.deepStrictEqual((yield* run({ reexecution: again(["page[?]"], "second") })).executed, [
        "page[k1]",
        "page[k2]",
        "page[k3]"
      ])
      assert.deepStrictEqual((yield* run({ reexecution: again(["page[k1]+"], "second") })).executed, [
        "page[k1]",
        "sum"
      ])
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.effect("refuses steps that are not there, and those that need what nobody has given", () =>
    Effect.gen(function* () {
      const broken = Job.make("broken", {}, function* () {
        const b = yield* Op.make("b", { output: n, run: () => Promise.reject(new Error("no")) })()
        return yield* inc.as("d")({ x: yield* inc.as("c")({ x: b }) })
      })
      const run = session(broken)
      yield* run({ runId: "first" })
      const unknown = yield* Effect.flip(run({ runId: "x", reexecution: again(["ccc", "d"]) }))
      assert.strictEqual(unknown._tag, "StepNotFound")
      const unmet = yield* Effect.flip(run({ runId: "x", reexecution: again(["c", "d"]) }))
      assert.strictEqual(unmet._tag, "ReexecutionError")
      assert.include(unmet.message, 'step "c" needs the output of "b"')
      const ops = yield* Effect.flip(run({ runId: "x", reexecution: again(["c"]), opSelection: ["c"] }))
      assert.include(ops.message, "select steps by their keys")
      assert.strictEqual((yield* Effect.flip(RunStorage.use((runs) => runs.get("x"))))._tag, "RunNotFound")
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.effect("keeps the selection of ops of the run", () =>
    Effect.gen(function* () {
      const run = session(chain)
      const first = yield* run({
        runId: "first",
        opSelection: ["c+"],
        runConfig: { ops: { c: { inputs: { x: 10 } } } }
      })
      assert.deepStrictEqual(first.executed, ["c", "d"])
      const second = yield* run({ reexecution: again(["c"]) })
      assert.deepStrictEqual(second.executed, ["c"])
      assert.strictEqual(second.result.outputForNode("c"), 11)
      assert.deepStrictEqual(second.result.run.opSelection, ["c+"])
      const outside = yield* Effect.flip(run({ reexecution: again(["b"]) }))
      assert.strictEqual(outside._tag, "StepNotFound")
    }).pipe(Effect.provide(Instance.layerMemory))
  )
})
