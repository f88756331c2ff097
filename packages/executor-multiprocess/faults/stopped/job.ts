import { Job, Op } from "@heddle/definitions"
import { Schema } from "effect"
import { appendFileSync, existsSync } from "node:fs"

const home = (): string => process.env["HEDDLE_FAULTS_HOME"]!

const load = Op.make("load", { output: Schema.Number, run: () => 1 })

/** Says outside of Heddle that it has begun, and ends when it is told to, outside of Heddle too. */
const wait = Op.make("wait", {
  inputs: { n: Schema.Number },
  output: Schema.Number,
  run: async ({ n }, { log }) => {
    appendFileSync(`${home()}/notes`, `${process.pid}\n`)
    while (!existsSync(`${home()}/go`)) await new Promise((resume) => setTimeout(resume, 5))
    log.info("going on")
    return n + 1
  }
})

const report = Op.make("report", { inputs: { n: Schema.Number }, output: Schema.Number, run: ({ n }) => n + 1 })

/** Three steps in a chain, of which the second can be held. */
export const job = Job.make("held", {}, function* () {
  return yield* report({ n: yield* wait({ n: yield* load() }) })
})
