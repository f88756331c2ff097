/** What bodies fail with, in every form in which they are written. */
import { type Handle, Job, Op, OpRejected, Out, RetryPolicy } from "heddle"
import { Context, Effect, Schema, Stream } from "effect"

/** Compiles when two types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const same = <A, B>(_same: Same<A, B>): void => {}
/** The error and the needs of an op. */
type ErrorIn<O> = O extends { invoke: (...args: never) => Effect.Effect<any, infer E, any> } ? E : never
type NeedsIn<O> = O extends { invoke: (...args: never) => Effect.Effect<any, any, infer R> } ? R : never

class Boom extends Schema.TaggedError<Boom>()("Boom", {}) {}
class Store extends Context.Service<Store, { readonly get: Effect.Effect<number> }>()("typetest/Store") {}
const thrice = RetryPolicy.make({ maxRetries: 3 })

// ================================================================ one output
const effect = Op.make("effect", { output: Schema.Number, run: () => Effect.flatMap(Store, ({ get }) => get) })
same<ErrorIn<typeof effect>, never>(true)
same<NeedsIn<typeof effect>, Store>(true)

const failing = Op.make("failing", {
  output: Schema.Number,
  run: () =>
    Effect.gen(function* () {
      if (Math.random() > 0.5) return yield* new Boom({})
      return yield* (yield* Store).get
    })
})
same<ErrorIn<typeof failing>, Boom>(true)
same<NeedsIn<typeof failing>, Store>(true)

const promise = Op.make("promise", { output: Schema.Number, run: async () => 1 })
same<ErrorIn<typeof promise>, OpRejected>(true)
same<NeedsIn<typeof promise>, never>(true)

/** Anything that has `then` is awaited. */
declare const query: PromiseLike<number>
const thenable = Op.make("thenable", { output: Schema.Number, run: () => query })
same<ErrorIn<typeof thenable>, OpRejected>(true)

const plain = Op.make("plain", { output: Schema.Number, run: () => 1 })
same<ErrorIn<typeof plain>, never>(true)

const untyped = Op.make("untyped", { output: Schema.Number, run: () => JSON.parse("1") })
same<ErrorIn<typeof untyped>, never>(true)
same<NeedsIn<typeof untyped>, never>(true)

/** A body that gives one or the other has what both have. */
const either = Op.make("either", {
  inputs: { n: Schema.Number },
  output: Schema.Number,
  run: ({ n }) => (n > 1 ? Effect.fail(new Boom({})) : Promise.resolve(n))
})
same<ErrorIn<typeof either>, Boom | OpRejected>(true)

/** Without an output the value is dropped; the error and the needs are not. */
const dropped = Op.make("dropped", {
  run: () => Effect.flatMap(Store, () => (Math.random() > 0.5 ? Effect.succeed(1) : Effect.fail(new Boom({}))))
})
same<ErrorIn<typeof dropped>, Boom>(true)
same<NeedsIn<typeof dropped>, Store>(true)
const droppedPromise = Op.make("dropped", { run: async () => 1 })
same<ErrorIn<typeof droppedPromise>, OpRejected>(true)

// literals and tuples of the output keep their types in every form; one literal alone, before TypeScript 7, needs `as const`
const Level = Schema.Literals(["low", "high"])
Op.make("literal", { output: Level, run: () => "low" as const })
Op.make("literal", { output: Level, run: async () => "low" as const })
// through a function of Effect's, as everywhere in Effect, a literal needs `as const`
Op.make("literal", { output: Level, run: () => Effect.succeed("low" as const) })
Op.make("literal", { output: Level, run: async () => (Math.random() > 0.5 ? "low" : "high") })
Op.make("nested", { output: Schema.Struct({ level: Level }), run: async () => ({ level: "high" }) })
Op.make("tuple", { output: Schema.Tuple([Schema.Number, Schema.String]), run: () => [1, "x"] })
Op.make("tuple", { output: Schema.Tuple([Schema.Number, Schema.String]), run: async () => [1, "x"] })
Op.make("literals", { outputs: { level: Level }, run: () => ({ level: "low" }) })
Op.make("pairs", { outputs: { part: Out.dynamic(Schema.Number) }, run: async () => ({ part: [["a", 1], ["b", 2]] }) })
// @ts-expect-error no such level
Op.make("literal", { output: Level, run: () => "medium" })
// @ts-expect-error one of the two ways has the wrong type
Op.make("mixed", { output: Schema.Number, run: () => (Math.random() > 0.5 ? 1 : "x") })

// ================================================================ several outputs
const outputs = { a: Schema.Number, b: Out.optional(Schema.String) }
const record = Op.make("record", { outputs, run: () => ({ a: 1 }) })
same<ErrorIn<typeof record>, never>(true)

const promised = Op.make("promised", { outputs, run: async () => ({ a: 1, b: "x" }) })
same<ErrorIn<typeof promised>, OpRejected>(true)

const effectful = Op.make("effectful", {
  outputs,
  run: () => Effect.flatMap(Store, ({ get }) => Effect.map(get, (a) => ({ a })))
})
same<ErrorIn<typeof effectful>, never>(true)
same<NeedsIn<typeof effectful>, Store>(true)

const streamed = Op.make("streamed", {
  outputs,
  run: () => Stream.concat(Stream.succeed({ output: "a" as const, value: 1 }), Stream.fail(new Boom({})))
})
same<ErrorIn<typeof streamed>, Boom>(true)

const iterated = Op.make("iterated", {
  outputs,
  run: async function* () {
    yield { output: "a" as const, value: 1 }
    yield { output: "b" as const, value: "x" }
  }
})
same<ErrorIn<typeof iterated>, OpRejected>(true)
same<NeedsIn<typeof iterated>, never>(true)
Op.make("iterated", {
  outputs,
  // @ts-expect-error no such output
  run: async function* () {
    yield { output: "c" as const, value: 1 }
  }
})
// @ts-expect-error an emission of the wrong type
Op.make("streamed", { outputs, run: () => Stream.succeed({ output: "a" as const, value: "x" }) })

// ================================================================ retry names what the body fails with
Op.make("promise", { output: Schema.Number, run: async () => 1, retry: { OpRejected: thrice } })
Op.make("promised", { outputs, run: async () => ({ a: 1 }), retry: { OpRejected: "fail" } })
Op.make("streamed", { outputs, run: () => Stream.fail(new Boom({})), retry: { Boom: thrice } })
Op.make("plain", { output: Schema.Number, run: () => 1, retry: thrice })
// @ts-expect-error a plain body fails with no tag
Op.make("plain", { output: Schema.Number, run: () => 1, retry: { Boom: thrice } })
// @ts-expect-error OpRejected is not named
Op.make("promised", { outputs, run: async () => ({ a: 1 }), retry: {} })
either.with({ retry: { Boom: thrice, OpRejected: "fail" } })
// @ts-expect-error OpRejected is not named
either.with({ retry: { Boom: thrice } })

// ================================================================ a job fails with what its ops fail with
const job = Job.make("job", function* () {
  const { a } = yield* promised()
  yield* failing()
  return yield* either({ n: a })
})
same<ReturnType<(typeof job)["_T"]>[3], Boom | OpRejected>(true)
same<ReturnType<(typeof job)["_T"]>[4], Store>(true)
export type { Handle }
// Failures around the body may be named too, and need not be.
Op.make("system", { output: Schema.Number, run: async () => 1, retry: { OpRejected: thrice, WorkerCrashed: thrice, OutputNotStored: "fail" } })
// @ts-expect-error there is no such failure
Op.make("system", { output: Schema.Number, run: async () => 1, retry: { OpRejected: thrice, WorkerCrshed: thrice } })
