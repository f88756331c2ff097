import { Context, Effect, Layer, Schema, Stream } from "effect"
import {
  Asset, Definitions, executeInProcess, fromConfig, Graph, type Handle, type Hook, type IOManagerShape, Job, PartitionMapping, materialize, Op, OpRejected, Out, Partitions, reconstructable, Resource, RetryPolicy
} from "heddle"

class Warehouse extends Context.Service<Warehouse, { readonly rows: (table: string) => Effect.Effect<ReadonlyArray<number>> }>()("app/Warehouse") {}
class Mail extends Context.Service<Mail, { readonly send: (text: string) => Promise<void> }>()("app/Mail") {}
class Lake extends Context.Service<Lake, IOManagerShape>()("app/Lake") {}
class Throttled extends Schema.TaggedError<Throttled>()("Throttled", { afterMillis: Schema.Number }) {}
class TableMissing extends Schema.TaggedError<TableMissing>()("TableMissing", { table: Schema.String }) {}
/** Accepts only effects that need nothing more. */
const closed = <A, E>(effect: Effect.Effect<A, E>) => effect

// ================================================================ ops: an Effect, a promise or a plain value
const readRows = Op.make("read_rows", {
  config: Schema.Struct({ table: Schema.String }),
  output: Schema.Array(Schema.Number),
  run: (_, { config }) => Effect.gen(function* () {
    const warehouse = yield* Warehouse
    if (config.table === "") return yield* new TableMissing({ table: config.table })
    return yield* warehouse.rows(config.table)
  })
})
const total = Op.make("total", { inputs: { rows: Schema.Array(Schema.Number) }, output: Schema.Number, run: ({ rows }) => rows.reduce((a, b) => a + b, 0) })
const addOne = Op.make("add_one", { inputs: { n: Schema.Number }, output: Schema.Number, run: async ({ n }) => n + 1 })
const notify = Op.make("notify", { inputs: { n: Schema.Number }, resources: { mail: Mail }, run: async ({ n }, { resources }) => resources.mail.send(String(n)) })
const evenOdd = Op.make("even_odd", {
  inputs: { n: Schema.Number },
  outputs: { even: Out.optional(Schema.Number), odd: Out.optional(Schema.Number) },
  run: ({ n }) => (n % 2 === 0 ? { even: n } : { odd: n })
})
const listFiles = Op.make("list_files", { outputs: { file: Out.dynamic(Schema.String), count: Schema.Number }, run: () => ({ file: [["a", "a.csv"], ["b", "b.csv"]] as const, count: 2 }) })
const streamed = Op.make("streamed", {
  outputs: { part: Out.dynamic(Schema.Number), done: Schema.Boolean },
  run: () => Stream.fromIterable([{ output: "part" as const, key: "k", value: 1 }, { output: "done" as const, value: true }])
})
const sizeOf = Op.make("size_of", { inputs: { file: Schema.String }, config: Schema.Struct({ unit: Schema.optionalKey(Schema.String) }), output: Schema.Number, run: ({ file }) => file.length })
const stored = Op.make("stored", { outputs: { table: Out.stored(Schema.Array(Schema.Number), Lake) }, run: () => ({ table: [1] }) })
// @ts-expect-error a required output is forgotten
Op.make("forgets", { outputs: { a: Schema.Number, b: Out.optional(Schema.String) }, run: () => ({ b: "x" }) })
// @ts-expect-error the body returns the wrong type
Op.make("wrong", { output: Schema.Number, run: () => Effect.succeed("x") })

// ================================================================ a graph body is a generator: yield* adds a use and gives its handles
const clean = Graph.make("clean", { inputs: { rows: Schema.Array(Schema.Number) } }, function* ({ rows }) {
  const more = yield* readRows.as("more")()
  return yield* total({ rows: [yield* total.as("first")({ rows }), yield* total.as("second")({ rows: more })] })
})
const etl = Job.make("etl", function* () {
  const rows = yield* readRows()
  const { even } = yield* evenOdd({ n: yield* clean({ rows }) })
  yield* notify({ n: even })
  const { file } = yield* listFiles()
  const sizes = yield* file.map(function* (f) { return yield* addOne({ n: yield* sizeOf({ file: f }) }) })
  return yield* total.as("grand_total")({ rows: sizes.collect() })
})
export const streams = Job.make("streams", function* () {
  const { part } = yield* streamed()
  return (yield* part.map((p) => addOne({ n: p }))).collect()
})

// ================================================================ running: what is missing shows before anything runs
const MailTest = Layer.succeed(Mail, { send: async () => {} })
const WarehouseTest = Layer.succeed(Warehouse, { rows: () => Effect.succeed([1, 2]) })
const both = Layer.mergeAll(MailTest, WarehouseTest)
const ops = { read_rows: { config: { table: "t" } }, clean: { ops: { more: { config: { table: "u" } } } } } as const
const ran = closed(executeInProcess(etl, { layer: both, runConfig: { ops } }))
closed(executeInProcess(etl, { layer: both, runConfig: { ops: { ...ops, size_of: { config: { unit: "kb" } } } } }))
// @ts-expect-error Warehouse is not provided
closed(executeInProcess(etl, { layer: MailTest, runConfig: { ops } }))
// @ts-expect-error run config is required
executeInProcess(etl, { layer: both })
// @ts-expect-error config of the wrong type
executeInProcess(etl, { runConfig: { ops: { ...ops, read_rows: { config: { table: 1 } } } } })
// @ts-expect-error no such op
executeInProcess(etl, { runConfig: { ops: { ...ops, nope: {} } } })
// @ts-expect-error the nested graph's config is required
executeInProcess(etl, { runConfig: { ops: { read_rows: { config: { table: "t" } } } } })
// @ts-expect-error an edge from number[] to number
Job.make("bad_edge", function* () { return yield* addOne({ n: yield* readRows() }) })
// @ts-expect-error an input is left open
Job.make("open_input", function* () { return yield* addOne() })
// @ts-expect-error the named IO manager is a need like any other
closed(executeInProcess(Job.make("lake", function* () { yield* stored() })))

// the result tells the truth: output only after success, failures typed, a promise's rejection among them
Effect.map(ran, (result) => {
  // @ts-expect-error not before success is known
  result.output
  if (result.success) { const n: number = result.output; return n }
  const error: TableMissing | OpRejected | "defect" | "interrupted" = result.failures[0]!.error
  return error
})

// ================================================================ inputs from run config, inputs of jobs, direct invocation, per-use options
const open = Job.make("open", function* () { return yield* addOne({ n: fromConfig }) })
closed(executeInProcess(open, { runConfig: { ops: { add_one: { inputs: { n: { value: 3 } } } } } }))
// @ts-expect-error n must come from run config
executeInProcess(open)
const withInputs = Job.make("with_inputs", { inputs: { p: Schema.Number, q: Schema.Number }, inputValues: { p: 1 } }, function* ({ p, q }) { return yield* total({ rows: [p, q] }) })
closed(executeInProcess(withInputs, { inputValues: { q: 2 } }))
closed(executeInProcess(withInputs, { runConfig: { inputs: { q: 2 } } }))
// @ts-expect-error q is nowhere
executeInProcess(withInputs)
const direct: Effect.Effect<ReadonlyArray<number>, TableMissing, Warehouse> = readRows.invoke({}, { config: { table: "t" } })
// @ts-expect-error config is required
readRows.invoke({})
declare const alert: Hook<Mail>
const hooked = Job.make("hooked", function* () {
  const rows = yield* readRows.with({ name: "once_more", hooks: [alert], retry: { TableMissing: "fail" }, tags: { team: "a" } })()
  return yield* total.with({ after: [rows] })({ rows })
})
closed(executeInProcess(hooked, { layer: both, runConfig: { ops: { once_more: { config: { table: "t" } } } } }))
// @ts-expect-error the hook's Mail is missing
closed(executeInProcess(hooked, { layer: WarehouseTest, runConfig: { ops: { once_more: { config: { table: "t" } } } } }))

// ================================================================ retry by error tag: every tag is named, none invented
const flaky = () => Effect.gen(function* () {
  if (Math.random() > 0.5) return yield* new Throttled({ afterMillis: 5 })
  if (Math.random() > 0.5) return yield* new TableMissing({ table: "t" })
  return 1
})
const thrice = RetryPolicy.make({ maxRetries: 3, delay: "100 millis", backoff: "exponential" })
Op.make("load", { output: Schema.Number, run: flaky, retry: thrice })
Op.make("load", { output: Schema.Number, run: flaky, retry: { Throttled: thrice, TableMissing: "fail" } })
// @ts-expect-error TableMissing is not named
Op.make("load", { output: Schema.Number, run: flaky, retry: { Throttled: thrice } })
// @ts-expect-error Nope is no error of the body
Op.make("load", { output: Schema.Number, run: flaky, retry: { Throttled: thrice, TableMissing: "fail", Nope: "fail" } })

// ================================================================ resources: bound to run config, replaced by test layers
const warehouse = Resource.make({ config: Schema.Struct({ url: Schema.String }), layer: (config) => Layer.succeed(Warehouse, { rows: () => Effect.succeed([config.url.length]) }) })
const bound = Job.make("bound", { resources: { warehouse } }, function* () { return yield* total({ rows: yield* readRows() }) })
const readT = { read_rows: { config: { table: "t" } } } as const
closed(executeInProcess(bound, { runConfig: { ops: readT, resources: { warehouse: { config: { url: "x" } } } } }))
// a replaced resource is never acquired and asks for no config
closed(executeInProcess(bound, { resources: { warehouse: WarehouseTest }, runConfig: { ops: readT } }))
// @ts-expect-error the resource's config is required
executeInProcess(bound, { runConfig: { ops: readT } })
// @ts-expect-error Mail is not a Warehouse
executeInProcess(bound, { resources: { warehouse: MailTest }, runConfig: { ops: readT } })
// a resource may need another of the same job
class Audit extends Context.Service<Audit, { readonly log: (text: string) => void }>()("app/Audit") {}
const audit = Resource.fromLayer(Layer.effect(Audit, Effect.map(Warehouse, () => ({ log: () => {} }))), { needs: { warehouse: Warehouse } })
const audited = Job.make("audited", { resources: { warehouse, audit } }, function* () { return yield* total({ rows: yield* readRows() }) })
closed(executeInProcess(audited, { resources: { warehouse: WarehouseTest }, runConfig: { ops: readT } }))
// @ts-expect-error two keys for one service
Job.make("twice", { resources: { a: warehouse, b: warehouse } }, function* () { return yield* readRows() })

// ================================================================ what crosses a process is closed
Definitions.make({ jobs: [bound] })
reconstructable(import.meta.url, "bound", bound)
// @ts-expect-error Warehouse and Mail are open
reconstructable(import.meta.url, "etl", etl)
// @ts-expect-error the same
Definitions.make({ jobs: [bound, etl] })

// ================================================================ assets
const prices = Asset.make("prices", { output: Schema.Array(Schema.Number), config: Schema.Struct({ day: Schema.String }), run: () => Effect.flatMap(Warehouse, (w) => w.rows("prices")) })
const mean = Asset.make("mean", { inputs: { prices }, output: Schema.Number, run: ({ prices }) => prices[0] ?? 0 })
const dayConfig = { ops: { prices: { config: { day: "2026-11-22" } } } } as const
const made = closed(materialize([prices, mean], { layer: WarehouseTest, runConfig: dayConfig }))
closed(materialize([prices, mean], { resources: { warehouse }, runConfig: { ...dayConfig, resources: { warehouse: { config: { url: "x" } } } } }))
export const values = Effect.map(made, (r) => { const m: number = r.assetValue("mean"); const p: ReadonlyArray<number> = r.assetValue("prices"); return [m, p] })
// @ts-expect-error Warehouse is not provided
closed(materialize([prices, mean], { runConfig: dayConfig }))
// @ts-expect-error its upstream is nowhere
materialize([mean])
closed(materialize([Asset.external("prices", Schema.Array(Schema.Number)), mean]))
// @ts-expect-error no such asset
Effect.map(made, (r) => r.assetValue("nope"))

const abc = Partitions.fixed(["a", "b", "c"])
const part = Asset.make("part", { output: Schema.String, partitions: abc, run: (_, { partitionKey }) => { const k: "a" | "b" | "c" = partitionKey; return k } })
const whole = Asset.make("whole", { inputs: { part }, output: Schema.Number, run: ({ part }) => part.size })
const last = Asset.make("last", { inputs: { part: Asset.in(part, PartitionMapping.last) }, output: Schema.Number, run: ({ part }) => part.length })
const window = Asset.make("window", { partitions: abc, inputs: { part: Asset.in(part, PartitionMapping.window({ start: -1 })) }, output: Schema.Number, run: ({ part }) => part.size })
closed(materialize([part], { partitionKey: "a" }))
// @ts-expect-error which partition?
materialize([part])
// @ts-expect-error no such partition
materialize([part], { partitionKey: "z" })
const trio = Asset.multi("trio", {
  outputs: { x: Schema.Number, y: Out.optional(Schema.String) }, checks: { x: ["positive"] },
  run: (_, { selected }) => Stream.fromIterable([{ asset: "x" as const, value: selected.size }, { asset: "x" as const, check: "positive" as const, passed: true }])
})
const useX = Asset.make("use_x", { inputs: { x: trio.assets.x }, output: Schema.Number, run: ({ x }) => x + 1 })
Asset.check(trio.assets.x, "gate", { blocking: true, run: (value) => ({ passed: value > 0 }) })
export { direct, last, useX, whole, window }

// ================================================================ untyped use: a graph built from data
declare const defs: { readonly nodes: ReadonlyArray<{ readonly name: string; readonly in: Readonly<Record<string, { readonly from: string; readonly out: string }>> }>; readonly outs: ReadonlyArray<{ readonly name: string; readonly dynamic: boolean }> }
declare const body: (inputs: Record<string, unknown>) => Stream.Stream<{ output: string; key: string; value: unknown }, Throttled, Warehouse>
const anyOp = Op.make("any" as string, {
  inputs: { x: Schema.Any as Schema.Top } as Record<string, Schema.Top>,
  outputs: Object.fromEntries(defs.outs.map((o) => [o.name, o.dynamic ? Out.dynamic(Schema.Any) : Out.optional(Schema.Any)])),
  config: Schema.Unknown,
  run: (inputs) => body(inputs)
})
export const built = Job.make("built" as string, function* () {
  const made = new Map<string, Readonly<Record<string, unknown>>>()
  for (const node of defs.nodes) {
    made.set(node.name, yield* anyOp.as(node.name)(Object.fromEntries(Object.entries(node.in).map(([k, w]) => [k, made.get(w.from)?.[w.out] as Handle<any>]))))
  }
})
