import { Context, Effect, Layer, Schema } from "effect"
import { Instance, Job, Op, RunConfigError, Storage } from "heddle"
import { executeInProcess } from "heddle/promise"
import { assert, describe, it } from "vitest"

class Warehouse extends Context.Service<Warehouse, { readonly rows: number }>()("test/promise/Warehouse") {}

const count = Op.make("count", {
  config: Schema.Struct({ times: Schema.Number }),
  output: Schema.Number,
  run: (_, { config }) => Effect.map(Warehouse, ({ rows }) => rows * config.times)
})
const plus = Op.make("plus", { inputs: { n: Schema.Number }, output: Schema.Number, run: ({ n }) => n + 1 })
class Boom extends Schema.TaggedError<Boom>()("Boom", {}) {}
const job = Job.make("counting", {}, function* () {
  return yield* count()
})
const layer = Layer.succeed(Warehouse, { rows: 2 })

describe("heddle/promise", () => {
  it("resolves with the result", async () => {
    const result = await executeInProcess(job, { layer, runConfig: { ops: { count: { config: { times: 3 } } } } })
    assert.isTrue(result.success && result.output === 6)
  })

  it("rejects with the same tagged error", async () => {
    const config = { ops: { count: { config: { times: "3" } } } } as never
    const error: unknown = await executeInProcess(job, { layer, runConfig: config }).then(
      () => undefined,
      (rejected: unknown) => rejected
    )
    assert.instanceOf(error, RunConfigError)
  })

  it("rejects, with raiseOnError, with the original error of the body, and stores the run in the given instance", async () => {
    const boom = new Boom()
    const breaks = Job.make("breaks", {}, function* () {
      return yield* Op.make("boom", { output: Schema.Number, run: () => Effect.fail(boom) })()
    })
    const instance = Layer.succeedContext(await Effect.runPromise(Effect.scoped(Layer.build(Instance.layerMemory))))
    const error: unknown = await executeInProcess(breaks, { raiseOnError: true, instance, runId: "mine" }).then(
      () => undefined,
      (rejected: unknown) => rejected
    )
    assert.strictEqual(error, boom)
    const run = await Effect.runPromise(
      Storage.RunStorage.use((runs) => runs.get("mine")).pipe(Effect.provide(instance))
    )
    assert.strictEqual(run.status, "FAILURE")
  })

  it("runs a part of a job", async () => {
    const chain = Job.make("chain", {}, function* () {
      return yield* plus({ n: yield* count() })
    })
    const runConfig = { ops: { plus: { inputs: { n: 4 } } } }
    const result = await executeInProcess(chain, { layer, opSelection: ["plus"], runConfig })
    assert.strictEqual(result.outputForNode("plus"), 5)
  })

  it("does not compile without the services or the run config that the job needs", () => {
    const never = (): ReadonlyArray<Promise<unknown>> => [
      // @ts-expect-error Warehouse is not provided
      executeInProcess(job, { runConfig: { ops: { count: { config: { times: 3 } } } } }),
      // @ts-expect-error run config is required
      executeInProcess(job, { layer })
    ]
    assert.isFunction(never)
  })
})
