/** Assets: upstream values, errors, keys with several parts, and what is asked for together. */
import { Asset, AssetJob, IOManager, type IOManagerShape, PartitionMapping, materialize, materializeToMemory, type OpRejected, Partitions, Resource } from "heddle"
import { Context, Effect, Layer, Schema } from "effect"

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const same = <A, B>(_same: Same<A, B>): void => {}
const closed = <A, E>(effect: Effect.Effect<A, E>) => effect

class Store extends Context.Service<Store, { readonly get: Effect.Effect<number> }>()("typetest/Store") {}
class Boom extends Schema.TaggedError<Boom>()("Boom", {}) {}

const raw = Asset.make("raw/prices", { output: Schema.Number, config: Schema.Struct({ day: Schema.String }), run: () => 1 })
const mean = Asset.make("mean", { inputs: { raw }, output: Schema.Number, run: async ({ raw }) => raw })
const report = Asset.make("report", { inputs: { mean }, deps: [raw], output: Schema.String, run: ({ mean }) => (mean > 0 ? Effect.succeed("up") : Effect.fail(new Boom({}))) })

// run config names an asset by the parts of its key joined by two underscores
const config = { ops: { raw__prices: { config: { day: "d" } } } } as const
const made = closed(materialize([raw, mean, report], { runConfig: config }))
// @ts-expect-error that is the key, not the name
materialize([raw], { runConfig: { ops: { "raw/prices": { config: { day: "d" } } } } })
Effect.map(made, (result) => {
  same<ReturnType<typeof result.assetValue<"report">>, string>(true)
  same<ReturnType<typeof result.assetValue<"raw/prices">>, number>(true)
  // @ts-expect-error a misspelt key
  result.assetValue("reprot")
  // @ts-expect-error the name of its step is not its key
  result.assetValue("raw__prices")
  if (!result.success) {
    const error: Boom | OpRejected | "defect" | "interrupted" = result.failures[0]!.error
    return error
  }
})
// the order of the list does not matter, the whole way upstream does
closed(materialize([report, mean, raw], { runConfig: config }))
// @ts-expect-error `mean` is nowhere
materialize([report, raw], { runConfig: config })
closed(materialize([report, Asset.external("mean", Schema.Number)]))
// @ts-expect-error the upstream of an upstream is nowhere
materialize([report, mean])
// @ts-expect-error so it is where values stay in memory
materializeToMemory([report, mean])
// @ts-expect-error and in a job
AssetJob.make("job", { assets: [report, mean] })

// ================================================================ values of upstream assets
// @ts-expect-error the upstream value is a number
Asset.make("wrong", { inputs: { mean }, output: Schema.String, run: ({ mean }) => mean.toUpperCase() })
// @ts-expect-error there is no input of that name
Asset.make("wrong", { inputs: { mean }, output: Schema.Number, run: ({ maen }) => maen })
// @ts-expect-error an asset of `deps` has no value for the body
Asset.make("wrong", { deps: [mean], output: Schema.Number, run: ({ mean }) => mean })
// @ts-expect-error the value is a string
Asset.make("wrong", { inputs: { mean }, output: Schema.Number, run: ({ mean }) => String(mean) })
Asset.multi("wrong", {
  inputs: { mean },
  outputs: { low: Schema.Number, high: Schema.String },
  // @ts-expect-error `high` is a string
  run: ({ mean }) => ({ low: mean, high: mean })
})

// ================================================================ config and partition together
const days = Partitions.fixed(["mon", "tue"])
const visits = Asset.make("visits", {
  partitions: days,
  config: Schema.Struct({ site: Schema.String }),
  output: Schema.Number,
  run: (_, { partitionKey }) => Effect.as(Store, partitionKey === "mon" ? 1 : 2)
})
const visitConfig = { ops: { visits: { config: { site: "s" } } } } as const
materialize([visits], { partitionKey: "mon", runConfig: visitConfig })
closed(materialize([visits], { partitionKey: "mon", runConfig: visitConfig, layer: Layer.succeed(Store, { get: Effect.succeed(1) }) }))
// @ts-expect-error no partition
materialize([visits], { runConfig: visitConfig })
// @ts-expect-error no config
materialize([visits], { partitionKey: "mon" })
// @ts-expect-error Store is not provided
closed(materialize([visits], { partitionKey: "mon", runConfig: visitConfig }))
// @ts-expect-error nothing in it is partitioned
materialize([raw], { partitionKey: "mon", runConfig: config })

// many upstream partitions arrive as a map, one as its value
const same1 = Asset.make("same", { partitions: days, inputs: { visits }, output: Schema.Number, run: ({ visits }) => visits })
const all = Asset.make("all", { inputs: { visits: Asset.in(visits, PartitionMapping.all) }, output: Schema.Number, run: ({ visits }) => visits.size })
// @ts-expect-error a map is no number
Asset.make("wrong", { inputs: { visits }, output: Schema.Number, run: ({ visits }) => visits + 1 })
export { all, same1 }

// ================================================================ resources
class Rows extends Context.Service<Rows, { readonly count: number }>()("typetest/Rows") {}
const RowsTest = Layer.succeed(Rows, { count: 1 })
const counted = Asset.make("counted", { output: Schema.Number, resources: { rows: Rows }, run: (_, { resources }) => resources.rows.count })
const doubled = Asset.make("doubled", { inputs: { counted }, output: Schema.Number, run: ({ counted }) => 2 * counted })
closed(materialize([counted, doubled], { layer: RowsTest }))
closed(materialize([counted, doubled], { resources: { rows: Resource.fromLayer(RowsTest) } }))
// @ts-expect-error Rows is not provided
closed(materialize([counted, doubled]))
// @ts-expect-error another service does not stand in for it
closed(materialize([counted, doubled], { layer: Layer.succeed(Store, { get: Effect.succeed(1) }) }))
// @ts-expect-error the body did not ask for `row`
Asset.make("wrong", { output: Schema.Number, resources: { rows: Rows }, run: (_, { resources }) => resources.row.count })
class Lake extends Context.Service<Lake, IOManagerShape>()("typetest/AssetLake") {}
const stored = Asset.make("stored", { output: Schema.Number, io: Lake, run: () => 1 })
// @ts-expect-error the IO manager is not provided
closed(materialize([stored]))
// values stay in memory, so nobody asks for the IO manager
closed(Effect.provide(materializeToMemory([stored]), Layer.succeed(Lake, IOManager.makeMemory())))

// ================================================================ checks
const isHigh = Asset.check(mean, "is_high", { run: (value) => value > 0 })
closed(materialize([raw, mean, isHigh], { runConfig: config }))
// @ts-expect-error the asset that it checks is nowhere
materialize([raw, isHigh], { runConfig: config })
// @ts-expect-error the value is a number, and that of `report` a string
Asset.check(mean, "wrong", { run: (value: string) => value === "up" })
// @ts-expect-error the value is the one of the asset that is checked
Asset.check(report, "wrong", { run: (value) => value > 0 })
// @ts-expect-error a check that loads no value has none
Asset.check(mean, "wrong", { loadsValue: false, run: (value) => value > 0 })
const agrees = Asset.check(report, "agrees", { inputs: { mean }, run: (value, _, { mean }) => (value === "up") === mean > 0 })
closed(materialize([report, agrees, mean, raw], { runConfig: config }))
const report1 = Asset.make("report1", { output: Schema.String, run: () => "up" })
const agrees1 = Asset.check(report1, "agrees", { inputs: { mean }, run: (value, _, { mean }) => (value === "up") === mean > 0 })
// @ts-expect-error another asset whose value the check takes is nowhere
materialize([report1, agrees1])
const needy = Asset.check(mean, "needy", { run: () => Effect.map(Rows, ({ count }) => count > 0) })
// @ts-expect-error Rows is not provided
closed(materialize([raw, mean, needy], { runConfig: config }))
// @ts-expect-error the asset declares no check of that name
Asset.make("wrong", { output: Schema.Number, checks: ["not_empty"], run: () => Asset.result({ value: 1, checks: { not_emty: true } }) })
// @ts-expect-error `invoke` takes the value of the asset that is checked
isHigh.invoke("up")

// ================================================================ assets that are left as they are
Asset.make("kept", { output: Schema.Number, optional: true, checks: ["ok"], run: () => Asset.skip })
Asset.make("kept", { output: Schema.Number, optional: true, checks: ["ok"], run: () => (Math.random() > 0.5 ? Asset.skip : Asset.result({ value: 1, checks: { ok: { passed: true } } })) })
// @ts-expect-error a value without the results of its checks
Asset.make("wrong", { output: Schema.Number, optional: true, checks: ["ok"], run: () => Asset.result({ value: 1 }) })
// @ts-expect-error so it is without a value
Asset.make("wrong", { checks: ["ok"], run: () => Asset.result({}) })

// ================================================================ selections
const pair = Asset.multi("pair", { outputs: { x: Schema.Number, y: Schema.Number }, run: () => ({ x: 1, y: 2 }) })
closed(materialize([pair, report1], { selection: [pair, report1, "x+"] }))
closed(materialize([pair], { selection: Asset.check(pair.assets.x, "c", { run: () => true }) }))
// @ts-expect-error a number is no selection
materialize([pair], { selection: 5 })
