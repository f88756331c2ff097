import { Schema } from "effect"
import { Definitions, Job, Op, Out } from "heddle"
import { httpExecutor } from "./httpExecutor.ts"

const numbers = Op.make("numbers", {
  config: Schema.Struct({ count: Schema.Int }),
  outputs: { number: Out.dynamic(Schema.Int) },
  run: (_, { config }) => ({ number: Array.from({ length: config.count }, (_, i) => [`n${i}`, i] as const) })
})
const square = Op.make("square", {
  inputs: { number: Schema.Int },
  output: Schema.Struct({ square: Schema.Int, pid: Schema.Int }),
  run: ({ number }) => ({ square: number * number, pid: process.pid })
})
const summary = Op.make("summary", {
  inputs: { squares: Schema.Array(Schema.Struct({ square: Schema.Int, pid: Schema.Int })) },
  output: Schema.Struct({ sum: Schema.Int, processes: Schema.Int }),
  run: ({ squares }) => ({
    sum: squares.reduce((sum, { square }) => sum + square, 0),
    processes: new Set(squares.map(({ pid }) => pid)).size
  })
})

/** Squares numbers in worker processes, and tells the sum and how many processes took part. */
export const squares = Job.make("squares", { executor: httpExecutor }, function* () {
  const { number } = yield* numbers()
  const squared = yield* number.map((one) => square({ number: one }))
  return yield* summary({ squares: squared.collect() })
})

/** Names no executor, and has that of its definitions. */
export const count = Job.make("count", function* () {
  return yield* Op.make("pid", { output: Schema.Int, run: () => process.pid })()
})

export default Definitions.make({ jobs: [squares, count], executor: httpExecutor })
