import { Schema } from "effect"
import { Job, Op, reconstructable } from "heddle"
import { BURNS, busy } from "../busy.ts"

const burn = Op.make("burn", {
  config: Schema.Struct({ ms: Schema.Finite }),
  output: Schema.Number,
  run: (_, { config }) => busy(config.ms)
})
const total = Op.make("total", {
  inputs: { xs: Schema.Array(Schema.Number) },
  output: Schema.Number,
  run: ({ xs }) => xs.reduce((sum, x) => sum + x, 0)
})

/** A job of eight steps that keep a processor busy, and one that needs all of them. */
export const multi8 = Job.make("multi8", function* () {
  const xs = []
  for (let i = 0; i < BURNS; i++) xs.push(yield* burn.as(`b${i}`)())
  return yield* total({ xs })
})

/** Where a worker process finds the job. */
export const multi8Pointer = reconstructable(import.meta.url, "multi8", multi8)

/** Run config: how long each step burns, and two processes at once. */
export const runConfig = (ms: number) => ({
  execution: { multiprocess: { config: { maxConcurrent: 2 } } },
  ops: Object.fromEntries(Array.from({ length: BURNS }, (_, i) => [`b${i}`, { config: { ms } }]))
})
