import { Effect, Schema } from "effect"
import { Job, Op, Out, reconstructable } from "heddle"

const parts = Op.make("parts", {
  config: Schema.Struct({ count: Schema.Int }),
  outputs: { part: Out.dynamic(Schema.Int) },
  run: (_, { config }) => ({ part: Array.from({ length: config.count }, (_, i) => [`p${i}`, i] as const) })
})

const work = Op.make("work", {
  inputs: { part: Schema.Int },
  config: Schema.Struct({ millis: Schema.Int }),
  output: Schema.Int,
  run: ({ part }, { config, log }) =>
    Effect.gen(function* () {
      yield* Effect.addFinalizer((exit) => Effect.sync(() => log.info(`part ${part}: ${exit._tag}`)))
      yield* Effect.sleep(config.millis)
      return part * part
    })
})

const sum = Op.make("sum", {
  inputs: { squares: Schema.Array(Schema.Int) },
  output: Schema.Int,
  run: ({ squares }) => squares.reduce((a, b) => a + b, 0)
})

/** Squares numbers, some at a time, and sums them. */
export const squares = Job.make("squares", function* () {
  const { part } = yield* parts()
  const squared = yield* part.map((one) => work({ part: one }))
  return yield* sum({ squares: squared.collect() })
})

export const pointer = reconstructable(import.meta.url, "squares", squares)
