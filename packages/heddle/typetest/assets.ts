/** Assets: upstream values, errors, keys with several parts, and what is asked for together. */
import { Asset, PartitionMapping, materialize, type OpRejected, Partitions } from "heddle"
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
