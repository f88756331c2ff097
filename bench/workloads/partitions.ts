import type { Workload } from "../Workload.ts"

const HOUR = 3_600_000

/**
 * Hourly partitions of `n` hours, in a zone whose clocks change: they are counted for the first time; a thousand keys are
 * found by number, and their numbers by key; the hours of all days are mapped, and back; all are written as JSON and read.
 */
export const partitions: Workload = {
  name: "partitions",
  sizes: [1_000, 100_000],
  systems: {
    heddle: async (n) => {
      const { Partitions } = await import("@heddle/partitions/Partitions")
      const { PartitionMapping } = await import("@heddle/partitions/PartitionMapping")
      const { PartitionSubset } = await import("@heddle/partitions/PartitionSubset")
      const Result = await import("effect/Result")
      const now = Date.UTC(2010, 0, 1) + n * HOUR
      const hourly = Partitions.hourly({ start: "2010-01-01T00:00Z", timeZone: "Europe/Berlin" })
      const daily = Partitions.daily({ start: "2010-01-02", timeZone: "Europe/Berlin" })
      const from = performance.now()
      const [hours, days] = [hourly.at({ now }), daily.at({ now })]
      for (let i = 0; i < 1000; i++) hours.indexOf(hours.keyAt(Math.floor((i * hours.count) / 1000))!)
      const mapping = PartitionMapping.window()
      const up = Result.getOrThrow(PartitionMapping.upstream(mapping, PartitionSubset.all(days), hours))
      Result.getOrThrow(PartitionMapping.downstream(mapping, up.subset, days))
      PartitionSubset.decode(hours, PartitionSubset.encode(up.subset))
      return { steps: 1, seconds: (performance.now() - from) / 1000 }
    }
  }
}
