import { Job } from "@heddle/definitions/Job"
import { Op } from "@heddle/definitions/Op"
import { Out } from "@heddle/definitions/Out"
import { RetryPolicy } from "@heddle/definitions/RetryPolicy"
import * as Schema from "effect/Schema"

const list = Op.make("list", {
  outputs: { item: Out.dynamic(Schema.Finite) },
  run: () => ({ item: Array.from({ length: 12 }, (_, i) => [`k${i}`, i] as const) })
})
const square = Op.make("square", {
  inputs: { n: Schema.Finite },
  output: Schema.Finite,
  run: async ({ n }, { log }) => {
    // So long that the write-ahead log is taken into the database in the middle of the second run.
    log.info("x".repeat(200_000))
    return n * n
  }
})
const sum = Op.make("sum", {
  inputs: { ns: Schema.Array(Schema.Finite) },
  output: Schema.Finite,
  retry: RetryPolicy.make({ maxRetries: 1 }),
  run: ({ ns }, { log, retryNumber }) => {
    log.warning(`attempt ${retryNumber}`)
    if (retryNumber === 0) throw new Error("the first time")
    return ns.reduce((a, b) => a + b, 0)
  }
})

/** A map of twelve, which log, and a collect that fails once. */
export const job = Job.make("power_loss", {}, function* () {
  const { item } = yield* list()
  const squares = yield* item.map((n) => square({ n }))
  return yield* sum({ ns: squares.collect() })
})
