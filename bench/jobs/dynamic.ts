import { Schema } from "effect"
import { Job, Op, Out } from "heddle"

const mid = Op.make("mid", { inputs: { x: Schema.Number }, output: Schema.Number, run: ({ x }) => x + 1 })
const total = Op.make("total", {
  inputs: { xs: Schema.Array(Schema.Number) },
  output: Schema.Number,
  run: ({ xs }) => xs.reduce((sum, x) => sum + x, 0)
})

/** A job whose first step gives `n` values, each of which gets a step of its own, and one step that needs all of those. */
export const dynamic = (n: number) => {
  const start = Op.make("start", {
    outputs: { item: Out.dynamic(Schema.Number) },
    run: () => ({ item: Array.from({ length: n }, (_, i) => [`k${i}`, i] as const) })
  })
  return Job.make("dynamic", function* () {
    const { item } = yield* start()
    return yield* total({ xs: (yield* item.map((x) => mid({ x }))).collect() })
  })
}
