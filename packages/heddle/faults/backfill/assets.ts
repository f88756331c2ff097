import { Asset } from "@heddle/definitions/Asset"
import { Partitions } from "@heddle/partitions/Partitions"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const days = Partitions.daily({ start: "2025-01-01", end: "2025-07-20" })

/** The keys of the 200 partitions. */
export const KEYS: ReadonlyArray<string> = [...days.at({ now: Date.UTC(2026, 0, 1) }).keys()]

const visits = Asset.make("visits", {
  partitions: days,
  output: Schema.String,
  run: (_, { partitionKey }) => Effect.as(Effect.yieldNow, partitionKey)
})
const doubled = Asset.make("doubled", {
  inputs: { visits },
  partitions: days,
  output: Schema.String,
  run: ({ visits }) => Effect.as(Effect.yieldNow, `${visits} ${visits}`)
})

/** Two assets, the second made from the first. */
export const assets = [visits, doubled] as const
