/** Calls: what they give and fail with by their options. */
import { executeInProcess, Job, Op, type OpRejected } from "heddle"
import { Effect, Schema } from "effect"

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const same = <A, B>(_: Equal<A, B>) => {}

class Boom extends Schema.TaggedError<Boom>()("Boom", { at: Schema.String }) {}

const one = Op.make("one", {
  config: Schema.Struct({ by: Schema.Number }),
  output: Schema.Number,
  run: (_, { config }) => (config.by > 9 ? Effect.fail(new Boom({ at: "one" })) : Effect.succeed(config.by))
})
const later = Op.make("later", { inputs: { n: Schema.Number }, output: Schema.Number, run: async ({ n }) => n + 1 })
const job = Job.make("job", function* () {
  return yield* later({ n: yield* one() })
})
const runConfig = { ops: { one: { config: { by: 1 } } } } as const

// without raiseOnError an error of a body is told by the result
const told = executeInProcess(job, { runConfig })
same<Extract<Effect.Error<typeof told>, Boom | OpRejected>, never>(true)
Effect.map(told, (result) => {
  // @ts-expect-error not before success is known
  return result.output
})

// with it the error moves to the error channel, and what comes back has succeeded
const raised = executeInProcess(job, { runConfig, raiseOnError: true })
same<Extract<Effect.Error<typeof raised>, Boom | OpRejected>, Boom | OpRejected>(true)
Effect.map(raised, (result) => {
  const n: number = result.output
  const ok: true = result.success
  return [n, ok]
})
Effect.catchTag(raised, "MaxRetriesExceeded", ({ cause }) => {
  const reason: Boom | OpRejected = cause
  return Effect.succeed(reason)
})
Effect.catchTag(raised, "Boom", ({ at }) => Effect.succeed(at))

// whether it raises is not known: both
declare const perhaps: boolean
const either = executeInProcess(job, { runConfig, raiseOnError: perhaps })
same<Extract<Effect.Error<typeof either>, Boom>, Boom>(true)
Effect.map(either, (result) => (result.success ? result.output : result.failures.length))

// a selection asks for the run config of what is selected, which only the run can tell; nor does it know the output
const selected = executeInProcess(job, { opSelection: ["later"], runConfig: { ops: { later: { inputs: { n: 1 } } } } })
executeInProcess(job, { opSelection: ["later"] })
Effect.map(selected, (result) => {
  if (!result.success) return 0
  // @ts-expect-error it may not be there
  const n: number = result.output
  return n
})
// @ts-expect-error a selection is a list
executeInProcess(job, { opSelection: "later" })
// @ts-expect-error without one, run config is required
executeInProcess(job, { raiseOnError: true })
// @ts-expect-error no such option
executeInProcess(job, { runConfig, raiseOnErrors: true })
