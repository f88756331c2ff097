/** Optional and several outputs, on the way through a graph. */
import { executeInProcess, Graph, type Handle, Job, Op, Out } from "heddle"
import { Effect, Schema } from "effect"

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const same = <A, B>(_same: Same<A, B>): void => {}

const addOne = Op.make("add_one", { inputs: { n: Schema.Number }, output: Schema.Number, run: ({ n }) => n + 1 })
const split = Op.make("split", {
  inputs: { n: Schema.Number },
  outputs: { even: Out.optional(Schema.Number), odd: Out.optional(Schema.Number), seen: Schema.Boolean },
  run: ({ n }) => (n % 2 === 0 ? { even: n, seen: true } : { odd: n, seen: true })
})
const source = Op.make("source", { output: Schema.Number, run: () => 1 })

// all optional outputs may be left out, one by one or together
Op.make("none", { outputs: { a: Out.optional(Schema.Number) }, run: () => ({}) })
// null is a value; undefined is none
Op.make("nullable", { outputs: { a: Out.optional(Schema.NullOr(Schema.Number)) }, run: () => ({ a: null }) })
// @ts-expect-error undefined is not how an output is left out
Op.make("undefined", { outputs: { a: Out.optional(Schema.Number) }, run: () => ({ a: undefined }) })

const job = Job.make("job", function* () {
  const { even, odd, seen } = yield* split({ n: yield* source() })
  same<typeof even, Handle<number>>(true)
  same<typeof seen, Handle<boolean>>(true)
  const more = yield* addOne({ n: odd })
  // @ts-expect-error a boolean is no number
  yield* addOne.as("wrong")({ n: seen })
  return { even, more, seen }
})
// a record of handles becomes a record of values
Effect.map(executeInProcess(job), (result) => {
  if (!result.success) return
  same<typeof result.output, { readonly even: number; readonly more: number; readonly seen: boolean }>(true)
})
// a body that returns nothing has no output
Effect.map(executeInProcess(Job.make("none", function* () { yield* source() })), (result) => {
  if (result.success) same<typeof result.output, void>(true)
})

// a graph passes the outputs of its inner ops on, by names of its own
const both = Graph.make("both", { inputs: { n: Schema.Number } }, function* ({ n }) {
  const { even, seen } = yield* split({ n })
  return { half: even, seen }
})
Job.make("through", function* () {
  const { half, seen } = yield* both({ n: yield* source() })
  same<typeof half, Handle<number>>(true)
  same<typeof seen, Handle<boolean>>(true)
  // @ts-expect-error the graph has no such output
  const { even } = yield* both.as("again")({ n: half })
  return even
})
