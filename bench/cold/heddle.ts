import { Effect, Schema } from "effect"
import { executeInProcess, Job, Op } from "heddle"

const start = Op.make("start", { output: Schema.Number, run: () => 0 })
const job = Job.make("chain", function* () {
  return yield* start()
})
const result = await Effect.runPromise(executeInProcess(job))
if (!result.success) throw new Error(result.reason)
console.log(process.resourceUsage().maxRSS)
