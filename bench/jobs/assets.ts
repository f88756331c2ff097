import { Schema } from "effect"
import { Asset } from "heddle"

type Layered = Asset<string, number, never, never, {}, undefined, string>

/** How many assets are beside each other. */
const WIDTH = 10

/** `n` assets in layers of ten, each of which takes the values of all assets of the layer before. */
export const layeredAssets = (n: number): ReadonlyArray<Layered> => {
  const assets: Array<Layered> = []
  let before: { readonly [name: string]: Layered } = {}
  for (let from = 0; from < n; from += WIDTH) {
    const layer: { [name: string]: Layered } = {}
    for (let i = from; i < Math.min(from + WIDTH, n); i++) {
      // Names of one length: hashing them costs the same in runs of any size.
      const asset = Asset.make(`a_${String(i).padStart(5, "0")}`, {
        inputs: before,
        output: Schema.Number,
        run: (values) => (Object.values(values).reduce((a, b) => a + b, 0) % 1_000_003) + 1
      })
      layer[`x${i - from}`] = asset
      assets.push(asset)
    }
    before = layer
  }
  return assets
}
