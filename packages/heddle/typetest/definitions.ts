/** The forms in which ops, graphs and jobs are written, and options that do not exist. */
import { Asset, executeInProcess, Graph, type Handle, Hook, Job, Op, Out, Resource, RetryPolicy } from "heddle"
import { Effect, Layer, Schema, Stream } from "effect"

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const same = <A, B>(_same: Same<A, B>): void => {}
type ValueIn<O> = O extends { invoke: (...args: never) => Effect.Effect<infer V, any, any> } ? V : never

// ================================================================ one constructor for one output and for several
const none = Op.make("none", { run: () => {} })
const one = Op.make("one", { output: Schema.Number, run: () => 1 })
const several = Op.make("several", {
  outputs: { n: Schema.Number, s: Out.optional(Schema.String) },
  run: () => Effect.succeed({ n: 1 })
})
const streamed = Op.make("streamed", {
  outputs: { n: Schema.Number },
  run: () => Stream.make({ output: "n" as const, value: 1 })
})
same<ValueIn<typeof none>, void>(true)
same<ValueIn<typeof one>, number>(true)
same<ValueIn<typeof several>["n"], number>(true)
same<ValueIn<typeof several>["s"], string | undefined>(true)
same<ValueIn<typeof streamed>["n"], number>(true)
Op.make("both", {
  // @ts-expect-error an op has either one output or named outputs
  output: Schema.Number,
  outputs: { n: Schema.Number },
  run: () => ({ n: 1 })
})
Op.make("both", {
  // @ts-expect-error also when the output is nothing
  output: Schema.Void,
  outputs: { n: Schema.Number },
  run: () => ({ n: 1 })
})
// @ts-expect-error a stream gives named outputs
Op.make("stream", { output: Schema.Number, run: () => Stream.make({ output: "n" as const, value: 1 }) })
// @ts-expect-error the value of one output is not a record of outputs
Op.make("value", { outputs: { n: Schema.Number }, run: () => 1 })
// @ts-expect-error there is no such option
Op.make("unknown", { ouput: Schema.Number, run: () => 1 })
// @ts-expect-error an op needs a body
Op.make("bodiless", { output: Schema.Number })

// a function that makes ops of any schema keeps their types
const constant = <S extends Schema.Top>(name: string, schema: S, value: S["Type"]) =>
  Op.make(name, { output: schema, run: () => Effect.succeed(value) })
const five = constant("five", Schema.Number, 5)
same<ValueIn<typeof five>, number>(true)

// ================================================================ bodies without options
const plain = Job.make("plain", function* () {
  const n = yield* one()
  same<typeof n, Handle<number>>(true)
  const { s } = yield* several()
  same<typeof s, Handle<string>>(true)
  return n
})
const withOptions = Job.make("plain", {}, function* () {
  yield* several()
  return yield* one()
})
same<typeof plain, typeof withOptions>(true)
Effect.map(executeInProcess(plain), (result) => {
  if (result.success) same<typeof result.output, number>(true)
})
const inner = Graph.make("inner", function* () {
  return yield* one()
})
const described = Graph.make("inner", { description: "one" }, function* () {
  return yield* one()
})
same<typeof inner, typeof described>(true)
// @ts-expect-error a job needs a body
Job.make("bodiless", {})
Job.make(
  "inputs",
  // @ts-expect-error without options there are no inputs
  function* ({ n }) {
    return n
  }
)
// @ts-expect-error there is no such option
Job.make("unknown", { resorces: {} }, function* () {})
// @ts-expect-error there is no such option
Graph.make("unknown", { input: {} }, function* () {})

// ================================================================ options of the other constructors
// @ts-expect-error there is no such option
Asset.make("unknown", { output: Schema.Number, dep: [], run: () => 1 })
// @ts-expect-error there is no such option
Resource.make({ config: Schema.Void, layer: () => Layer.empty, scoop: "run" })
// @ts-expect-error there is no such option
Hook.onSuccess("unknown", { resource: {} }, () => {})
// @ts-expect-error there is no such option
RetryPolicy.make({ maxRetries: 1, delya: 5 })
// @ts-expect-error there is no such option
one.with({ nmae: "two" })
// a hook without options, or with empty ones, needs what its body needs
const quiet = Hook.onSuccess("quiet", {}, () => {})
same<typeof quiet, Hook<never>>(true)
