import { Effect, Fiber } from "effect"

const start = Effect.succeed(0)
const job = Effect.flatMap(Effect.forkChild(start), Fiber.join)
await Effect.runPromise(job)
console.log(process.resourceUsage().maxRSS)
