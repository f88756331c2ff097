import { Job, Op, Out, RetryPolicy } from "@heddle/definitions"
import { Schema } from "effect"
import { appendFileSync, readFileSync } from "node:fs"

const notes = (): string => process.env["HEDDLE_FAULTS_NOTES"]!

/** Says outside of Heddle that a body ran, in whichever process. */
const note = (text: string): void => appendFileSync(notes(), `${text}\n`)

const list = Op.make("list", {
  outputs: { item: Out.dynamic(Schema.Number), left_out: Out.optional(Schema.Number) },
  run: () => {
    note("list")
    return { item: Array.from({ length: 12 }, (_, i) => [`k${i}`, i] as const) }
  }
})
const square = Op.make("square", {
  inputs: { n: Schema.Number },
  output: Schema.Number,
  run: async ({ n }, { stepKey }) => {
    note(stepKey)
    return n * n
  }
})
/** Fails in the first attempt that is ever made of it, in whatever run. */
const flaky = Op.make("flaky", {
  inputs: { n: Schema.Number },
  output: Schema.Number,
  retry: RetryPolicy.make({ maxRetries: 1 }),
  run: async ({ n }, { stepKey }) => {
    note(stepKey)
    const attempts = readFileSync(notes(), "utf8")
      .split("\n")
      .filter((line) => line === stepKey).length
    if (attempts === 1) throw new Error("the first time")
    return n
  }
})
const branch = Op.make("branch", { inputs: { n: Schema.Number }, run: () => note("branch") })
const sum = Op.make("sum", {
  inputs: { ns: Schema.Array(Schema.Number) },
  output: Schema.Number,
  run: ({ ns }) => {
    note("sum")
    return ns.reduce((a, b) => a + b, 0)
  }
})

/** A map of twelve, a branch that is left out, a retry and a collect. */
export const job = Job.make("faults", {}, function* () {
  const { item, left_out } = yield* list()
  yield* branch({ n: left_out })
  const squares = yield* item.map((n) => square({ n }))
  const total = yield* sum({ ns: squares.collect() })
  return yield* flaky({ n: total })
})
