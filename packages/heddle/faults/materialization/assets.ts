import { Asset } from "@heddle/definitions/Asset"
import type { IOManagerShape } from "@heddle/definitions/IOManager"
import * as Context from "effect/Context"
import * as Schema from "effect/Schema"

/** Keeps values as bytes. */
export class Blobs extends Context.Service<Blobs, IOManagerShape>()("faults/Blobs") {}

/** A value that names the run that made it, so long that its file is written in many parts. */
export const Made = Schema.Struct({ asset: Schema.String, runId: Schema.String, text: Schema.String })
export type Made = typeof Made.Type

/** The value of an asset that a run makes. */
export const made = (asset: string, runId: string): Made => ({
  asset,
  runId,
  text: `${asset} of ${runId}, `.repeat(10_000)
})

const raw = Asset.make("raw", { output: Made, run: (_, { runId }) => made("raw", runId) })
const orders = Asset.make("sales/orders", {
  inputs: { raw },
  output: Made,
  run: (_, { runId }) => made("sales/orders", runId)
})
const picture = Asset.make("picture", {
  inputs: { raw },
  output: Schema.Uint8Array,
  io: Blobs,
  run: (_, { runId }) => new TextEncoder().encode(JSON.stringify(made("picture", runId)))
})
const split = Asset.multi("split", {
  inputs: { raw },
  outputs: { low: Made, high: Made },
  run: async function* (_, { runId }) {
    yield { asset: "low" as const, value: made("low", runId) }
    yield { asset: "high" as const, value: made("high", runId) }
  }
})
const report = Asset.make("report", {
  inputs: { orders, picture, low: split.assets.low, high: split.assets.high },
  output: Made,
  run: (_, { runId }) => made("report", runId)
})

/** Six assets of five steps: one, then three beside each other, one of which makes two, then one of all. */
export const assets = [raw, orders, picture, split, report] as const

/** The keys of the assets, with the steps that make them. */
export const STEPS: ReadonlyArray<readonly [key: string, stepKey: string]> = [
  ["raw", "raw"],
  ["sales/orders", "sales__orders"],
  ["picture", "picture"],
  ["low", "split"],
  ["high", "split"],
  ["report", "report"]
]
