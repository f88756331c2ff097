import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { Workload } from "../Workload.ts"

/** Partitions of the asset. */
const PARTITIONS = 8_760
const BATCH = 1_000

/**
 * A log of `n` events in a file, which materialize the hours of a year of one asset again and again: what is the status of each?
 */
export const partitionStatus: Workload = {
  name: "partition-status",
  sizes: [100_000, 1_000_000],
  systems: {
    heddle: async (n) => {
      const Effect = await import("effect/Effect")
      const { AssetLog } = await import("@heddle/storage/AssetLog")
      const { EventLog } = await import("@heddle/storage/EventLog")
      const { inInstance } = await import("../systems/sqlite.ts")
      const event = (i: number): HeddleEvent => ({
        _tag: "ASSET_MATERIALIZATION",
        id: `hourly~1~${i}`,
        runId: "run",
        timestamp: 1_700_000_000_000 + i,
        stepKey: "hourly",
        attempt: 1,
        asset: "hourly",
        partition: `2023-${i % PARTITIONS}`
      })
      const reading = Effect.gen(function* () {
        const log = yield* EventLog
        for (let at = 0; at < n; at += BATCH) {
          yield* log.append(Array.from({ length: Math.min(BATCH, n - at) }, (_, i) => event(at + i)))
        }
        const from = performance.now()
        const partitions = yield* AssetLog.use((assets) => assets.partitions("hourly"))
        const seconds = (performance.now() - from) / 1000
        if (partitions.size !== Math.min(n, PARTITIONS)) throw new Error(`read ${partitions.size} partitions`)
        return seconds
      })
      return { steps: PARTITIONS, seconds: await inInstance(reading, "relaxed") }
    }
  }
}
