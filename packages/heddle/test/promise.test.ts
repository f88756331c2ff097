import { Context, Effect, Layer, Schema } from "effect"
import { Job, Op, RunConfigError } from "heddle"
import { executeInProcess } from "heddle/promise"
import { assert, describe, it } from "vitest"

class Warehouse extends Context.Service<Warehouse, { readonly rows: number }>()("test/promise/Warehouse") {}

const count = Op.make("count", {
  config: Schema.Struct({ times: Schema.Number }),
  output: Schema.Number,
  run: (_, { config }) => Effect.map(Warehouse, ({ rows }) => rows * config.times)
})
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
