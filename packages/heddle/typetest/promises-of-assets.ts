/** Assets through promises: what is missing is asked for at the call, and nothing of Effect is left. */
import { Asset, Resource } from "heddle"
import { materialize, materializeToMemory } from "heddle/promise"
import { Context, Effect, Layer, Schema } from "effect"

class Store extends Context.Service<Store, { readonly get: Effect.Effect<number> }>()("typetest/PromiseStore") {}
const StoreTest = Layer.succeed(Store, { get: Effect.succeed(1) })

const raw = Asset.make("raw", { output: Schema.Number, run: () => Effect.flatMap(Store, ({ get }) => get) })
const mean = Asset.make("mean", { inputs: { raw }, output: Schema.String, run: async ({ raw }) => String(raw) })

export const ask = async () => {
  const result = await materialize([raw, mean], { layer: StoreTest })
  const text: string = result.assetValue("mean")
  const made = await materializeToMemory([raw, mean], { resources: { store: Resource.fromLayer(StoreTest) } })
  // @ts-expect-error no such asset
  made.assetValue("nope")
  // @ts-expect-error Store is not provided
  await materialize([raw, mean])
  // @ts-expect-error its upstream is nowhere
  await materialize([mean], { layer: StoreTest })
  return text
}
