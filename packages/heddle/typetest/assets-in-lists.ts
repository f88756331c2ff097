/** Assets that are defined where they are listed: the list must not change what is known of them. */
import { Asset, AssetJob, Definitions, executeInProcess, Graph, materialize, Op, Partitions } from "heddle"
import { Context, Effect, Schema } from "effect"

class Store extends Context.Service<Store, { readonly get: Effect.Effect<number> }>()("typetest/Store") {}
const closed = <A, E>(effect: Effect.Effect<A, E>) => effect
const ofStore = () => Effect.flatMap(Store, ({ get }) => get)
const number = { output: Schema.Number, run: () => 1 }
const raw = Asset.make("raw", number)
const one = Graph.make("one", function* () {
  return yield* Op.make("op", number)()
})
const both = Graph.make("both", function* () {
  return { x: yield* Op.make("op", number)() }
})

const made = closed(
  materialize([
    Asset.make("a", number),
    Asset.multi("several", { outputs: { b: Schema.Number }, run: () => ({ b: 1 }) }),
    Asset.graph("c", { graph: one }),
    Asset.graphMulti({ graph: both, outputs: { x: "d" } }),
    Asset.external("e", Schema.Number),
    Asset.external("f", Schema.Number, { group: "outside" }),
    Asset.observable("g", { observe: () => ({ dataVersion: "1" }) }),
    raw,
    Asset.check(raw, "positive", { run: (value) => value > 0 })
  ])
)
Effect.map(made, (result) => {
  const value: number = result.assetValue("a") + result.assetValue("b") + result.assetValue("c") + result.assetValue("d")
  // @ts-expect-error no such asset
  result.assetValue("z")
  return value
})
closed(executeInProcess(AssetJob.make("job", { assets: [Asset.make("a", number), Asset.graph("c", { graph: one })] })))
Definitions.make({ assets: [Asset.make("a", number), Asset.external("f", Schema.Number, { group: "outside" })] })
closed(materialize([Asset.make("a", { ...number, partitions: Partitions.fixed(["x", "y"]) })], { partitionKey: "x" }))

// @ts-expect-error Store is not provided
closed(materialize([Asset.make("a", { output: Schema.Number, run: ofStore })]))
// @ts-expect-error Store is not provided
closed(materialize([Asset.multi("several", { outputs: { b: Schema.Number }, run: () => Effect.map(ofStore(), (b) => ({ b })) })]))
// @ts-expect-error Store is not provided
closed(materialize([raw, Asset.check(raw, "positive", { run: (value) => Effect.map(ofStore(), (other) => value > other) })]))
// @ts-expect-error Store is not provided
closed(executeInProcess(AssetJob.make("job", { assets: [Asset.make("a", { output: Schema.Number, run: ofStore })] })))
// @ts-expect-error Store is not provided
Definitions.make({ assets: [Asset.make("a", { output: Schema.Number, run: ofStore })] })
// @ts-expect-error no partition
materialize([Asset.make("a", { ...number, partitions: Partitions.fixed(["x", "y"]) })])
// @ts-expect-error no config
materialize([Asset.make("a", { ...number, config: Schema.Struct({ day: Schema.String }) })])
// @ts-expect-error `raw` is nowhere
materialize([Asset.make("a", { inputs: { raw }, output: Schema.Number, run: ({ raw }) => raw })])
