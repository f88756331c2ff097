import { assert, describe, it } from "@effect/vitest"
import { ConfigSchema } from "@heddle/config"
import { Graph, Job, Op, Out, Resource } from "@heddle/definitions"
import { executeInProcess } from "@heddle/execution"
import { Instance, RunStorage } from "@heddle/storage"
import { Context, Effect, Layer, Schema } from "effect"

const n = Schema.Number
const started: Array<string> = []
class Left extends Context.Service<Left, {}>()("test/Left") {}
class Right extends Context.Service<Right, {}>()("test/Right") {}
const noted = <I>(tag: Context.Service<I, {}>, name: string) =>
  Resource.fromLayer(
    Layer.effect(
      tag,
      Effect.sync(() => (started.push(name), {}))
    )
  )

const one = Op.make("one", { resources: { left: Left }, output: n, run: () => 1 })
const inc = Op.make("inc", {
  resources: { right: Right },
  inputs: { x: n },
  config: Schema.Struct({ by: n }),
  output: n,
  run: ({ x }, { config }) => x + config.by
})
const add = Op.make("add", {
  resources: {},
  inputs: { xs: Schema.Array(n) },
  output: n,
  run: ({ xs }) => xs.reduce((a, b) => a + b, 0)
})
const pair = Graph.make("pair", { inputs: { x: n } }, function* ({ x }) {
  return yield* inc.as("second")({ x: yield* inc.as("first")({ x }) })
})
const job = Job.make("job", { resources: { left: noted(Left, "left"), right: noted(Right, "right") } }, function* () {
  const start = yield* one()
  const b = yield* inc.as("b")({ x: start })
  const p = yield* pair({ x: b })
  return yield* add({ xs: [start, b, p] })
})
const by = (amount: number, x?: number) => ({ config: { by: amount }, ...(x === undefined ? {} : { inputs: { x } }) })

describe("op selection", () => {
  it.effect("executes only the selected ops, and starts only what they need", () =>
    Effect.gen(function* () {
      started.length = 0
      const result = yield* executeInProcess(job, { opSelection: ["one"] })
      assert.isTrue(result.success)
      assert.deepStrictEqual(
        result.getStepSuccessEvents().map(({ stepKey }) => stepKey),
        ["one"]
      )
      assert.deepStrictEqual(started, ["left"])
      assert.isTrue(result.isNodeUntouched("b"))
      assert.deepStrictEqual(
        result.job.graph.nodes.map(({ name }) => name),
        ["one"]
      )
    })
  )

  it.effect("reads inputs whose source is not selected from run config, and requires no other config", () =>
    Effect.gen(function* () {
      const result = yield* executeInProcess(job, { opSelection: ["b"], runConfig: { ops: { b: by(1, 10) } } })
      assert.strictEqual(result.outputForNode("b"), 11)
      const missing = yield* Effect.flip(executeInProcess(job, { opSelection: ["b"] }))
      assert.match(missing.message, /ops: is missing, with b\.config.*, b\.inputs.x inside it/)
    })
  )

  it.effect("checks the run config of unselected nodes without requiring it", () =>
    Effect.gen(function* () {
      const result = yield* executeInProcess(job, {
        opSelection: ["one"],
        runConfig: { ops: { b: by(1), pair: { ops: { first: by(1), second: by(1) } } } }
      })
      assert.isTrue(result.success)
      const wrong = { ops: { b: { config: { by: 1, nope: 2 } }, ghost: {} } }
      const error = yield* Effect.flip(executeInProcess(job, { opSelection: ["one"], runConfig: wrong }))
      assert.strictEqual(error._tag, "RunConfigError")
      assert.deepStrictEqual(
        error._tag === "RunConfigError"
          ? error.problems.map(({ path, reason }) => [reason, path.join(".")]).toSorted()
          : [],
        [
          ["UNDEFINED_FIELD", "ops.b.config"],
          ["UNDEFINED_FIELD", "ops"]
        ].toSorted()
      )
    })
  )

  it.effect("shortens lists, and drops outputs whose source is gone", () =>
    Effect.gen(function* () {
      const result = yield* executeInProcess(job, { opSelection: ["one", "add"] })
      assert.strictEqual(result.outputValue(), 1)
      const without = yield* executeInProcess(job, { opSelection: ["one"] })
      assert.throws(() => without.outputValue(), 'has no output "result"; there are no outputs')
    })
  )

  it.effect("selects inside graphs by path", () =>
    Effect.gen(function* () {
      const result = yield* executeInProcess(job, {
        opSelection: ["pair.second", "add"],
        runConfig: { ops: { pair: { ops: { second: by(1, 5) } } } }
      })
      assert.strictEqual(result.outputValue(), 6)
      assert.strictEqual(result.outputForNode("pair"), 6)
      assert.isTrue(result.isNodeUntouched("pair.first"))
    })
  )

  it.effect("takes the place of what was mapped over from run config, as one value", () =>
    Effect.gen(function* () {
      const list = Op.make("list", { outputs: { item: Out.dynamic(n) }, run: () => ({ item: [["k", 1]] as const }) })
      const double = Op.make("double", { inputs: { x: n }, output: n, run: ({ x }) => x * 2 })
      const fan = Job.make("fan", {}, function* () {
        const { item } = yield* list()
        return yield* add({ xs: (yield* item.map((x) => double({ x }))).collect() })
      })
      const result = yield* executeInProcess(fan, {
        opSelection: ["double*"],
        runConfig: { ops: { double: { inputs: { x: 4 } } } }
      })
      assert.strictEqual(result.outputValue(), 8)
      const open = yield* Effect.flip(executeInProcess(fan, { opSelection: ["double"] }))
      assert.strictEqual(open._tag, "RunConfigError")
    })
  )

  it.effect("keeps what the job's own run config says of what is selected", () =>
    Effect.gen(function* () {
      const resources = { left: noted(Left, "left"), right: noted(Right, "right") }
      const config = { ops: { b: by(1), pair: { ops: { first: by(2), second: by(3) } } } }
      const whole = Job.make("baked", { resources }, function* () {
        const b = yield* inc.as("b")({ x: yield* one() })
        return yield* pair({ x: b })
      })
      const baked = Job.withRunConfig(whole, config)
      const result = yield* executeInProcess(baked, { opSelection: ["one", "b", "pair.first"] })
      assert.strictEqual(result.outputForNode("b"), 2)
      assert.strictEqual(result.outputForNode("pair.first"), 4)
    })
  )

  it.effect("rejects an input whose source is not selected and that run config cannot give", () =>
    Effect.gen(function* () {
      const Odd = ConfigSchema.unloadable(Schema.Number)
      const reads = Op.make("reads", { inputs: { x: Odd }, output: n, run: ({ x }) => x })
      const odd = Job.make("odd", {}, function* () {
        return yield* reads({ x: yield* Op.make("one", { output: Odd, run: () => 1 })() })
      })
      const error = yield* Effect.flip(executeInProcess(odd, { opSelection: ["reads"] }))
      assert.strictEqual(error._tag, "SelectionError")
      assert.include(error.message, 'the source of op "reads" › input "x" is not selected')
    })
  )

  it.effect("fails with all invalid clauses before anything runs, and is stored with the run", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(executeInProcess(job, { opSelection: ["oen", "bb"], runId: "never" }))
      assert.strictEqual(error._tag, "SelectionError")
      assert.include(error.message, '"oen": there is no such node; did you mean "one"?')
      assert.include(error.message, '"bb": there is no such node')
      yield* executeInProcess(job, { opSelection: ["one"], runId: "kept" })
      const runs = yield* RunStorage
      assert.deepStrictEqual((yield* runs.get("kept")).opSelection, ["one"])
      assert.strictEqual((yield* Effect.flip(runs.get("never")))._tag, "RunNotFound")
    }).pipe(Effect.provide(Instance.layerMemory))
  )
})
