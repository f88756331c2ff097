import { Schema } from "effect"
import { Job, Op } from "heddle"

const start = Op.make("start", { output: Schema.Number, run: () => 0 })
const inc = Op.make("inc", { inputs: { x: Schema.Number }, output: Schema.Number, run: ({ x }) => x + 1 })

/** A job of `n` steps, each of which takes the value of the one before. */
export const chain = (n: number) =>
  Job.make("chain", function* () {
    let value = yield* start()
    for (let i = 0; i < n - 1; i++) value = yield* inc.as(`inc_${i}`)({ x: value })
    return value
  })
