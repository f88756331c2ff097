/** Assets that are defined where they are listed: the list must not change what is known of them. */
import {
  Asset,
  AssetJob,
  Definitions,
  executeInProcess,
  Graph,
  type IOManagerShape,
  materialize,
  materializeToMemory,
  Op,
  Out,
  Partitions
} from "heddle"
import * as promises from "heddle/promise"
import { Context, Effect, Schema, Stream } from "effect"

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

// an output that is described where it stands keeps its key, its value and the needs of its IO manager
class Lake extends Context.Service<Lake, IOManagerShape>()("typetest/Lake") {}
const split = Asset.multi("split", {
  outputs: { x: Out.optional(Schema.Number), y: Asset.out(Schema.String, { group: "g" }), z: Asset.out(Schema.Void, { key: "deep/z" }) },
  run: () => Stream.make({ asset: "x" as const, value: 1 }, { asset: "y" as const, value: "v" }, { asset: "deep/z" as const })
})
Effect.map(closed(materialize([split])), (result) => {
  const value: string = result.assetValue("y")
  return [value, result.assetValue("x"), result.assetValue("deep/z")]
})
const kept = Asset.multi("kept", { outputs: { x: Asset.out(Schema.Number, { io: Lake }) }, run: () => ({ x: 1 }) })
// @ts-expect-error Lake is not provided
closed(materialize([kept]))
// in memory, IO managers are given, and other services are not
closed(materializeToMemory([kept, Asset.make("a", { ...number, io: Lake })]))
promises.materializeToMemory([kept])
// @ts-expect-error Lake is not provided
promises.materialize([kept])
// @ts-expect-error Store is not provided
closed(materializeToMemory([kept, Asset.make("a", { output: Schema.Number, run: ofStore })]))

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
