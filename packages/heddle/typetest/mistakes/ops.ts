import { Op, Out } from "heddle"
import { Effect, Schema, Stream } from "effect"
import { flaky, TableMissing, thrice, Throttled, Warehouse } from "./app.ts"

const run = () =>
  Effect.gen(function* () {
    if (Math.random() > 0.5) return yield* new Throttled({ afterMillis: 5 })
    if (Math.random() > 0.5) return yield* new TableMissing({ table: "t" })
    return 1
  })

// mistake: retry tag not named | names: TableMissing
Op.make("load", { output: Schema.Number, run, retry: { Throttled: thrice } })

// mistake: retry tag invented | names: Nope
Op.make("load", { output: Schema.Number, run, retry: { Throttled: thrice, TableMissing: "fail", Nope: "fail" } })

// mistake: retry tag misspelt | names: Throtled
Op.make("load", { output: Schema.Number, run, retry: { Throtled: thrice, TableMissing: "fail" } })

// mistake: retry tags of a promise body | names: Nope
Op.make("load", { output: Schema.Number, run: async () => 1, retry: { Nope: "fail" } })

// mistake: retry tag not named in one use | names: TableMissing
flaky.with({ retry: { Throttled: thrice } })

// mistake: retry tag not named, several outputs | names: TableMissing
Op.make("load", { outputs: { n: Schema.Number }, run: () => Effect.map(run(), (n) => ({ n })), retry: { Throttled: thrice } })

// mistake: Effect of the wrong type | names: Effect<string, number
Op.make("wrong", { output: Schema.Number, run: () => Effect.succeed("x") })

// mistake: promise of the wrong type | names: Promise<"x">, number
Op.make("wrong", { output: Schema.Number, run: async () => "x" })

// mistake: plain value of the wrong type | names: number
Op.make("wrong", { output: Schema.Number, run: () => "x" })

// mistake: wrong field of a record | names: total
Op.make("wrong", { output: Schema.Struct({ total: Schema.Number }), run: () => ({ total: "x" }) })

// mistake: unknown config field in a body | names: tabel
Op.make("reads", {
  config: Schema.Struct({ table: Schema.String }),
  output: Schema.String,
  run: (_, { config }) => Effect.succeed(config.tabel)
})

// mistake: unknown input in a body | names: m
Op.make("reads", { inputs: { n: Schema.Number }, output: Schema.Number, run: ({ m }) => Effect.succeed(m) })

// mistake: unknown resource in a body | names: warehose
Op.make("reads", { resources: { warehouse: Warehouse }, output: Schema.Array(Schema.Number), run: (_, { resources }) => resources.warehose.rows("t") })

// mistake: forgotten required output | names: a
Op.make("forgets", { outputs: { a: Schema.Number, b: Out.optional(Schema.String) }, run: () => ({ b: "x" }) })

// mistake: forgotten required output of an Effect | names: a
Op.make("forgets", { outputs: { a: Schema.Number, b: Out.optional(Schema.String) }, run: () => Effect.succeed({ b: "x" }) })

// mistake: forgotten required output of a promise | names: a
Op.make("forgets", { outputs: { a: Schema.Number, b: Out.optional(Schema.String) }, run: async () => ({ b: "x" }) })

// mistake: output of the wrong type | names: a
Op.make("wrong", { outputs: { a: Schema.Number }, run: () => ({ a: "x" }) })

// mistake: unknown output in a stream | names: nope
Op.make("wrong", { outputs: { a: Schema.Number }, run: () => Stream.succeed({ output: "nope" as const, value: 1 }) })

// mistake: dynamic output without keys | names: file
Op.make("wrong", { outputs: { file: Out.dynamic(Schema.String) }, run: () => ({ file: ["a.csv"] }) })

// mistake: output beside outputs | names: output
Op.make("both", { output: Schema.Number, outputs: { n: Schema.Number }, run: () => ({ n: 1 }) })

// mistake: unknown option | names: ouput
Op.make("load", { ouput: Schema.Number, run: () => 1 })

// mistake: unknown option beside named outputs | names: retires
Op.make("load", { outputs: { n: Schema.Number }, retires: thrice, run: () => ({ n: 1 }) })
