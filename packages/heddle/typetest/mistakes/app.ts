/** The ops, jobs and assets with which the mistakes of this folder are made. This file itself compiles. */
import {
  Asset,
  fromConfig,
  Graph,
  type Hook,
  type IOManagerShape,
  Job,
  multiOrInProcessExecutor,
  Op,
  Out,
  Partitions,
  Resource,
  RetryPolicy
} from "heddle"
import { Context, Effect, Layer, Schema } from "effect"

export class Warehouse extends Context.Service<
  Warehouse,
  { readonly rows: (table: string) => Effect.Effect<ReadonlyArray<number>> }
>()("app/Warehouse") {}
export class Mail extends Context.Service<Mail, { readonly send: (text: string) => Promise<void> }>()("app/Mail") {}
export class Lake extends Context.Service<Lake, IOManagerShape>()("app/Lake") {}
export class Throttled extends Schema.TaggedError<Throttled>()("Throttled", { afterMillis: Schema.Number }) {}
export class TableMissing extends Schema.TaggedError<TableMissing>()("TableMissing", { table: Schema.String }) {}

/** Accepts only effects that need nothing more. */
export const closed = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> => effect

export const readRows = Op.make("read_rows", {
  config: Schema.Struct({ table: Schema.String }),
  output: Schema.Array(Schema.Number),
  run: (_, { config }) => Effect.flatMap(Warehouse, (warehouse) => warehouse.rows(config.table))
})
export const total = Op.make("total", {
  inputs: { rows: Schema.Array(Schema.Number) },
  output: Schema.Number,
  run: ({ rows }) => rows.reduce((a, b) => a + b, 0)
})
export const addOne = Op.make("add_one", {
  inputs: { n: Schema.Number },
  output: Schema.Number,
  run: async ({ n }) => n + 1
})
export const notify = Op.make("notify", {
  inputs: { n: Schema.Number },
  resources: { mail: Mail },
  run: async ({ n }, { resources }) => resources.mail.send(String(n))
})
export const stored = Op.make("stored", {
  outputs: { table: Out.stored(Schema.Array(Schema.Number), Lake) },
  run: () => ({ table: [1] })
})
export const flaky = Op.make("flaky", {
  output: Schema.Number,
  run: () =>
    Effect.gen(function* () {
      if (Math.random() > 0.5) return yield* new Throttled({ afterMillis: 5 })
      if (Math.random() > 0.5) return yield* new TableMissing({ table: "t" })
      return 1
    })
})
export const thrice = RetryPolicy.make({ maxRetries: 3, delay: "100 millis" })

export const clean = Graph.make("clean", { inputs: { rows: Schema.Array(Schema.Number) } }, function* ({ rows }) {
  const more = yield* readRows.as("more")()
  return yield* total({ rows: [yield* total.as("first")({ rows }), yield* total.as("second")({ rows: more })] })
})
export const etl = Job.make("etl", function* () {
  const rows = yield* readRows()
  const n = yield* clean({ rows })
  yield* notify({ n })
  return yield* addOne({ n })
})
export const open = Job.make("open", function* () {
  return yield* addOne({ n: fromConfig })
})
export const withInputs = Job.make(
  "with_inputs",
  { inputs: { p: Schema.Number, q: Schema.Number }, inputValues: { p: 1 } },
  function* ({ p, q }) {
    return yield* total({ rows: [p, q] })
  }
)
export const lake = Job.make("lake", function* () {
  yield* stored()
})
export declare const alert: Hook<Mail>
export const hooked = Job.make("hooked", function* () {
  return yield* readRows.with({ name: "once_more", hooks: [alert] })()
})

export const MailTest = Layer.succeed(Mail, { send: async () => {} })
export const WarehouseTest = Layer.succeed(Warehouse, { rows: () => Effect.succeed([1, 2]) })
export const both = Layer.mergeAll(MailTest, WarehouseTest)
export const ops = {
  read_rows: { config: { table: "t" } },
  clean: { ops: { more: { config: { table: "u" } } } }
} as const
export const readT = { read_rows: { config: { table: "t" } } } as const

export const warehouse = Resource.make({
  config: Schema.Struct({ url: Schema.String }),
  layer: () => Layer.succeed(Warehouse, { rows: () => Effect.succeed([1]) })
})
export const bound = Job.make("bound", { resources: { warehouse } }, function* () {
  return yield* total({ rows: yield* readRows() })
})

export const prices = Asset.make("prices", {
  output: Schema.Array(Schema.Number),
  config: Schema.Struct({ day: Schema.String }),
  run: () => Effect.flatMap(Warehouse, (w) => w.rows("prices"))
})
export const mean = Asset.make("mean", {
  inputs: { prices },
  output: Schema.Number,
  run: ({ prices }) => prices[0] ?? 0
})
export const part = Asset.make("part", {
  output: Schema.String,
  partitions: Partitions.fixed(["a", "b", "c"]),
  run: () => "x"
})
export const dayConfig = { ops: { prices: { config: { day: "2026-11-22" } } } } as const

export const offering = Job.make("offering", { executor: multiOrInProcessExecutor }, function* () {
  return yield* stored()
})
export const isFull = Op.make("is_full", {
  inputs: { rows: Schema.Array(Schema.Number) },
  output: Schema.Boolean,
  run: ({ rows }) => rows.length > 0
})
export const counted = Graph.make("counted", function* () {
  const rows = yield* stored()
  return { rows: rows.table, full: yield* isFull({ rows: rows.table }) }
})
