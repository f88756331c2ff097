/** Every kind of config field: what may be written, and what is read. */
import { ConfigSchema as C, executeInProcess, Graph, Job, Logger, Op, Resource, TypeLoader, fromConfig } from "heddle"
import { Context, Effect, Layer, type Redacted, Schema } from "effect"

const closed = <A, E>(effect: Effect.Effect<A, E>) => effect
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const same = <A, B>(_: Same<A, B>): void => {}

const schema = C.Shape({
  text: C.String.annotate({ description: "Where the rows come from" }),
  any: C.Any,
  noneable: C.Noneable(C.Int),
  list: C.Array(C.Int),
  map: C.Map(Schema.String, C.Shape({ n: C.Int })),
  shape: C.Shape({ name: C.withDefault(C.String, "x"), maybe: Schema.optionalKey(C.Int) }),
  aliased: C.Shape({ name: C.String, size: C.Int }, { aliases: { name: "title", size: "length" } }),
  permissive: C.Permissive({ known: C.Int }),
  selector: C.Selector({ file: C.Shape({ path: C.String }), url: C.Shape({ href: C.String }) }),
  only: C.Selector({ only: C.Shape({ v: C.withDefault(C.Int, 5) }) }),
  colour: C.Enum({ RED: 1, GREEN: 2 }),
  name: C.Enum(["a", "b"]),
  scalarOr: C.scalarOr(C.Int, C.Shape({ n: C.Int })),
  home: C.StringSource,
  secret: C.Secret(C.StringSource)
})

same<(typeof schema)["Type"]["noneable"], number | null>(true)
same<(typeof schema)["Type"]["colour"], 1 | 2>(true)
same<(typeof schema)["Type"]["secret"], Redacted.Redacted<string>>(true)
same<(typeof schema)["Type"]["aliased"]["name"], string>(true)

const op = Op.make("op", { config: schema, run: () => {} })
const job = Job.make("job", function* () {
  yield* op()
})
const required = {
  text: "t",
  any: null,
  list: [1],
  map: { a: { n: 1 } },
  aliased: { title: "x", size: 1 },
  permissive: { known: 1, more: [2] },
  selector: { url: { href: "h" } },
  colour: "RED",
  name: "b",
  scalarOr: { n: 1 },
  home: { env: "HOME" },
  secret: "s"
} as const
const takes = (config: (typeof schema)["Encoded"]) => closed(executeInProcess(job, { runConfig: { ops: { op: { config } } } }))

takes(required)
const strict = Schema.Struct({ maybe: C.required(C.Noneable(C.Int)) })
same<(typeof strict)["Encoded"], { readonly maybe: number | null }>(true)
takes({ ...required, noneable: null, shape: {}, only: {} })
takes({ ...required, aliased: { name: "x", length: 1 }, only: { only: null } })
// @ts-expect-error a required field is not given
takes({ text: "t" })
// @ts-expect-error neither of its names is given
takes({ ...required, aliased: { size: 1 } })
// @ts-expect-error two choices are made
takes({ ...required, selector: { file: { path: "p" }, url: { href: "h" } } })
// @ts-expect-error no choice is made
takes({ ...required, selector: {} })
// @ts-expect-error no such name
takes({ ...required, colour: "BLUE" })
// @ts-expect-error a variable is named by a text
takes({ ...required, home: { env: 1 } })
// @ts-expect-error no such field
takes({ ...required, txet: "t" })
// @ts-expect-error what is declared of a permissive map is checked
takes({ ...required, permissive: { known: "x" } })
// @ts-expect-error the default does not fit
C.withDefault(C.Int, "x")

// ================================================================ config mappings
const by = Op.make("by", { config: C.Shape({ by: C.Int }), output: Schema.Number, run: (_, { config }) => config.by })
const half = Op.configured(by, "half", { config: C.Int, to: (n) => ({ by: n * 2 }) })
const three = Op.configured(by, "three", { constant: { by: 3 } })
// @ts-expect-error the op takes no such config
Op.configured(by, "wrong", { constant: { bye: 3 } })
const configured = Job.make("configured", function* () {
  yield* three()
  return yield* half()
})
closed(executeInProcess(configured, { runConfig: { ops: { half: { config: 2 } } } }))
// @ts-expect-error `three` takes none
executeInProcess(configured, { runConfig: { ops: { half: { config: 2 }, three: { config: { by: 1 } } } } })

const inner = Graph.make("inner", { inputs: {} }, function* () {
  return yield* by()
})
const mapped = Graph.configured(inner, { config: C.Shape({ factor: C.Int }), to: ({ factor }) => ({ by: { config: { by: factor } } }) })
// @ts-expect-error the graph has no such node
Graph.configured(inner, { config: C.Int, to: () => ({ bye: {} }) })
const outer = Job.make("outer", function* () {
  return yield* mapped()
})
closed(executeInProcess(outer, { runConfig: { ops: { inner: { config: { factor: 1 } } } } }))
// @ts-expect-error the nodes of a mapped graph take no config
executeInProcess(outer, { runConfig: { ops: { inner: { ops: { by: { config: { by: 1 } } } } } } })

const whole = Job.configured(outer, { config: C.Shape({ n: C.Int }), to: ({ n }) => ({ ops: { inner: { config: { factor: n } } } }) })
closed(executeInProcess(whole, { runConfig: { n: 1 } }))
// @ts-expect-error its run config is another
executeInProcess(whole, { runConfig: { ops: {} } })

// ================================================================ run config of the job itself
class Db extends Context.Service<Db, { readonly url: string }>()("typetest/config-kinds/Db") {}
const db = Resource.make({ config: C.Shape({ url: C.String }), layer: ({ url }) => Layer.succeed(Db, { url }) })
const bound = Job.make("bound", { resources: { db } }, function* () {
  yield* half()
  return yield* by()
})
const baked = Job.withRunConfig(bound, { ops: { by: { config: { by: 1 } } }, resources: { db: { config: { url: "u" } } } })
closed(executeInProcess(baked, { runConfig: { ops: { half: { config: 1 } } } }))
closed(executeInProcess(baked, { runConfig: { ops: { half: { config: 1 }, by: { config: { by: 2 } } } } }))
// @ts-expect-error `half` has no config of the job
executeInProcess(baked)
// @ts-expect-error no such op
Job.withRunConfig(bound, { ops: { bye: {} } })

const fixedDb = Job.make("fixed_db", { resources: { db: Resource.configured(db, { constant: { url: "u" } }) } }, function* () {
  return yield* three()
})
closed(executeInProcess(fixedDb))
Logger.configured(Logger.make({ config: C.Shape({ level: C.String }), make: () => ({ write: () => {} }) }), { constant: { level: "INFO" } })

// ================================================================ type loaders
const Span = TypeLoader.make(Schema.Number, { config: C.Shape({ start: C.Int, end: C.Int }), load: ({ end, start }) => end - start })
const span = Job.make("span", function* () {
  yield* Op.make("use", { inputs: { span: Span }, run: ({ span }) => void (span + 1) })({ span: fromConfig })
})
closed(executeInProcess(span, { runConfig: { ops: { use: { inputs: { span: { start: 1, end: 2 } } } } } }))
// @ts-expect-error the input is given in the form of its loader
executeInProcess(span, { runConfig: { ops: { use: { inputs: { span: 3 } } } } })
