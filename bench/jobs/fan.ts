import { Schema } from "effect"
import { Job, Op } from "heddle"

const start = Op.make("start", { output: Schema.Number, run: () => 1 })
const mid = Op.make("mid", { inputs: { x: Schema.Number }, output: Schema.Number, run: ({ x }) => x + 1 })
const total = Op.make("total", {
  inputs: { xs: Schema.Array(Schema.Number) },
  output: Schema.Number,
  run: ({ xs }) => xs.reduce((sum, x) => sum + x, 0)
})

/** A job of `n` steps beside each other, between one that all need and one that needs all. */
export const fan = (n: number) =>
  Job.make("fan", function* () {
    const value = yield* start()
    const xs = []
    for (let i = 0; i < n; i++) xs.push(yield* mid.as(`mid_${i}`)({ x: value }))
    return yield* total({ xs })
  })
