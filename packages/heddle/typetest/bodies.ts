/** What bodies can say: events, metadata, failures of their own; and inputs that have a default. */
import {
  AssetMaterialization,
  buildOpContext,
  executeInProcess,
  ExpectationResult,
  StepFailure,
  fromConfig,
  Job,
  Op,
  Out,
  RetryPolicy,
  RetryRequested,
  TypeCheck
} from "heddle"
import { Effect, Schema, Stream } from "effect"

/** Compiles when two types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const same = <A, B>(_same: Same<A, B>): void => {}
type ErrorIn<O> = O extends { invoke: (...args: never) => Effect.Effect<any, infer E, any> } ? E : never

// ================================================================ emissions
Op.make("busy", {
  outputs: { n: Schema.Number, part: Out.dynamic(Schema.String) },
  run: async function* (_, { addOutputMetadata, logEvent }) {
    addOutputMetadata({ rows: 1 }, { output: "part", mappingKey: "a" })
    logEvent(ExpectationResult.make({ success: true }))
    yield AssetMaterialization.make({ asset: "a/b", metadata: { rows: 1 } })
    yield { output: "part" as const, key: "a", value: "x", metadata: { size: 1, kind: "text" } }
    yield { output: "n" as const, value: 1 }
  }
})
Op.make("streamed", {
  outputs: { n: Schema.Number },
  run: () => Stream.make(AssetMaterialization.make({ asset: "a" }), { output: "n" as const, value: 1 })
})
// @ts-expect-error an event without its asset
AssetMaterialization.make({ metadata: {} })
Op.make("wrong", {
  outputs: { n: Schema.Number },
  // @ts-expect-error metadata is a record
  run: async function* () {
    yield { output: "n" as const, value: 1, metadata: 7 }
  }
})

// ================================================================ own failures
const thrice = RetryPolicy.make({ maxRetries: 3 })
const stops = Op.make("stops", {
  output: Schema.Number,
  run: () => (Math.random() > 0.5 ? new StepFailure({ description: "no", metadata: { code: 7 } }) : Effect.succeed(1)),
  // a failure of its own is an error like any other, a request for a retry needs no answer
  retry: { StepFailure: thrice }
})
same<ErrorIn<typeof stops>, StepFailure>(true)
const asks = Op.make("asks", {
  output: Schema.Number,
  run: () => (Math.random() > 0.5 ? new RetryRequested({ maxRetries: 1, wait: "1 second" }) : Effect.succeed(1)),
  retry: thrice
})
same<ErrorIn<typeof asks>, RetryRequested>(true)
Op.make("asks", {
  output: Schema.Number,
  run: () => (Math.random() > 0.5 ? new RetryRequested() : new StepFailure({ description: "no" })),
  retry: { StepFailure: "fail" }
})

// ================================================================ type checks keep the types of their schemas
const Even = TypeCheck.make(Schema.Number, (n) => n % 2 === 0 || TypeCheck.fail("odd", { n }))
same<(typeof Even)["Type"], number>(true)
// @ts-expect-error a check says yes or no
TypeCheck.make(Schema.Number, () => "yes")

// ================================================================ inputs with a default
const Answer = Schema.Number.pipe(Schema.withConstructorDefault(Effect.succeed(42)))
const show = Op.make("show", {
  inputs: { n: Answer, of: Schema.Number },
  output: Schema.Number,
  run: ({ n, of }) => n + of
})
const one = Op.make("one", { output: Schema.Number, run: () => 1 })
const left = Job.make("left", function* () {
  return yield* show({ of: yield* one() })
})
const wired = Job.make("wired", function* () {
  const n = yield* one()
  return yield* show({ n, of: n })
})
const asked = Job.make("asked", function* () {
  return yield* show({ n: fromConfig, of: fromConfig })
})
executeInProcess(left)
executeInProcess(left, { runConfig: { ops: { show: { inputs: { n: 7 } } } } })
executeInProcess(left, { runConfig: { ops: { show: { inputs: { n: { value: 7 } } } } } })
// @ts-expect-error its value is a number
executeInProcess(left, { runConfig: { ops: { show: { inputs: { n: "7" } } } } })
executeInProcess(wired)
executeInProcess(asked, { runConfig: { ops: { show: { inputs: { of: 1 } } } } })
// @ts-expect-error the other input is asked for
executeInProcess(asked, { runConfig: { ops: { show: { inputs: { n: 1 } } } } })
Job.make("missing", function* () {
  // @ts-expect-error the other input must be wired
  yield* show()
})
const only = Op.make("only", { inputs: { n: Answer }, output: Schema.Number, run: ({ n }) => n })
const alone = Job.make("alone", function* () {
  return yield* only()
})
executeInProcess(alone)
executeInProcess(alone, { runConfig: { ops: { only: { inputs: { n: 1 } } } } })
same<Effect.Success<ReturnType<typeof show.invoke>>, number>(true)
show.invoke({ of: 1 })
show.invoke({ of: 1, n: 2 }, { context: buildOpContext({ mappingKey: "a" }) })
// @ts-expect-error the other input has no default
show.invoke({ n: 2 })

// config is asked for, unless a context may hold it
const scaled = Op.make("scaled", { config: Schema.Struct({ by: Schema.Number }), output: Schema.Number, run: (_, { config }) => config.by })
scaled.invoke({}, { config: { by: 1 } })
scaled.invoke({}, { context: buildOpContext({ config: { by: 1 } }) })
// @ts-expect-error neither config nor a context
scaled.invoke({})
// @ts-expect-error neither config nor a context
scaled.invoke({}, { mappingKey: "a" })
