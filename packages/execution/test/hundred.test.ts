import { assert, describe, it } from "@effect/vitest"
import { Job, Op } from "@heddle/definitions"
import { executeInProcess } from "@heddle/execution"
import { Context, Effect, Layer, Schema } from "effect"

class Warehouse extends Context.Service<Warehouse, { readonly rows: Effect.Effect<ReadonlyArray<number>> }>()(
  "test/hundred/Warehouse"
) {}

const read = Op.make("read", { output: Schema.Array(Schema.Number), run: () => Warehouse.use(({ rows }) => rows) })
const total = Op.make("total", {
  inputs: { rows: Schema.Array(Schema.Number) },
  output: Schema.Number,
  run: async ({ rows }) => rows.reduce((a, b) => a + b, 0)
})
const job = Job.make("sum", {}, function* () {
  return yield* total({ rows: yield* read() })
})

/** What a project's own tests look like: a small job, a mocked service, many cases. They must cost next to nothing. */
describe("a hundred runs of a small job with a mocked service", () => {
  for (let n = 0; n < 100; n++) {
    it.effect(`adds up ${n} rows`, () =>
      Effect.gen(function* () {
        const rows = Array.from({ length: n }, (_, i) => i)
        const layer = Layer.succeed(Warehouse, { rows: Effect.succeed(rows) })
        const result = yield* executeInProcess(job, { layer })
        assert.isTrue(result.success && result.output === (n * (n - 1)) / 2)
      })
    )
  }
})
