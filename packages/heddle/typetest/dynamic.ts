/** Dynamic outputs: mapped and collected, never used as one value. */
import { Job, Op, Out } from "heddle"
import { Context, Effect, Schema } from "effect"

class Store extends Context.Service<Store, { readonly get: Effect.Effect<number> }>()("typetest/Store") {}
class Boom extends Schema.TaggedError<Boom>()("Boom", {}) {}
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const same = <A, B>(_same: Same<A, B>): void => {}

const list = Op.make("list", { outputs: { file: Out.dynamic(Schema.String) }, run: () => ({ file: new Map([["a", "a.csv"]]) }) })
const size = Op.make("size", {
  inputs: { file: Schema.String },
  config: Schema.Struct({ unit: Schema.String }),
  output: Schema.Number,
  run: ({ file }) => Effect.flatMap(Store, ({ get }) => (file === "" ? Effect.fail(new Boom({})) : get))
})
const double = Op.make("double", { inputs: { n: Schema.Number }, output: Schema.Number, run: ({ n }) => 2 * n })
const total = Op.make("total", { inputs: { ns: Schema.Array(Schema.Number) }, output: Schema.Number, run: ({ ns }) => ns.length })
const pairs = Op.make("pairs", { outputs: { file: Out.dynamic(Schema.Struct({ name: Schema.String })) }, run: async () => ({ file: [["a", { name: "x" }] as const] }) })

// what is mapped adds its errors, needs and config to those of the job, by a chain or by one use
const chained = Job.make("chained", function* () {
  const { file } = yield* list()
  const doubled = yield* file.map(function* (f) {
    return yield* double({ n: yield* size({ file: f }) })
  })
  return yield* total({ ns: doubled.collect() })
})
same<ReturnType<(typeof chained)["_T"]>[3], Boom>(true)
same<ReturnType<(typeof chained)["_T"]>[4], Store>(true)
same<Parameters<(typeof chained)["_Cfg"]>[0], { size: { config: { readonly unit: string } } }>(true)

Job.make("again", function* () {
  const { file } = yield* list()
  const sizes = yield* file.map((f) => size({ file: f }))
  // what was mapped can be mapped on
  const doubled = yield* sizes.map((n) => double({ n }))
  return yield* total({ ns: doubled.collect() })
})
Job.make("pairs", function* () {
  const { file } = yield* pairs()
  // @ts-expect-error a struct is no string
  return yield* file.map((f) => size({ file: f }))
})
Job.make("bare", function* () {
  const { file } = yield* list()
  // @ts-expect-error a dynamic output is not one value
  return yield* size({ file })
})
Job.make("uncollected", function* () {
  const { file } = yield* list()
  // @ts-expect-error what a map gives has to be collected
  return yield* total({ ns: yield* file.map((f) => size({ file: f })) })
})
Job.make("wrong_collect", function* () {
  const { file } = yield* list()
  // @ts-expect-error a list of strings is no list of numbers
  return yield* total({ ns: file.collect() })
})
