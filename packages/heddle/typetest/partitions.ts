/** Partitions: typed keys and dimensions, and whether one or many upstream partitions arrive. */
import { Asset, backfill, type BackfillResult, Job, materialize, Op, PartitionMapping, Partitions } from "heddle"
import { Effect, Result, Schema } from "effect"

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const same = <A, B>(_same: Same<A, B>): void => {}

// ================================================================ keys
const now = 0
const regions = Partitions.fixed(["eu", "us"])
const days = Partitions.daily({ start: "2024-01-01" })
same<ReturnType<ReturnType<typeof regions.at>["keyAt"]>, "eu" | "us" | undefined>(true)
const text: string = "eu"
const set = regions.at({ now })
if (set.has(text)) same<typeof text, string & ("eu" | "us")>(true)
// @ts-expect-error the start is missing
Partitions.daily({ hourOffset: 1 })
// @ts-expect-error hours start at a minute, not at an hour
Partitions.hourly({ start: "2024-01-01", hourOffset: 1 })
// @ts-expect-error when?
days.at({})

// ================================================================ dimensions
const sales = Partitions.multi({ region: regions, day: days })
sales.keyOf({ region: "eu", day: "2024-01-01" })
// @ts-expect-error no such region
sales.keyOf({ region: "uk", day: "2024-01-01" })
// @ts-expect-error no such dimension
sales.keyOf({ region: "eu", date: "2024-01-01" })
// @ts-expect-error which day?
sales.keyOf({ region: "eu" })
const parts = Result.getOrThrow(sales.dimensionsOf("2024-01-01|eu", { now }))
same<typeof parts.region, "eu" | "us">(true)
// @ts-expect-error dimensions have no dimensions
Partitions.multi({ a: sales, b: days })

// ================================================================ one or many
const many = <M extends boolean>(mapping: PartitionMapping<M>, _many: M): void => {}
many<false>(PartitionMapping.specific(["eu"]), false)
many<true>(PartitionMapping.specific(["eu", "us"]), true)
many<false>(PartitionMapping.fixed({ eu: "north", us: "west" }), false)
many<true>(PartitionMapping.fixed({ eu: ["north", "south"], us: ["west"] }), true)
many<false>(PartitionMapping.dimension("day"), false)
many<true>(PartitionMapping.dimension("day", PartitionMapping.window()), true)
many<true>(PartitionMapping.slice("day"), true)
many<true>(PartitionMapping.dimensions({ day: "date" }), true)
// @ts-expect-error a window may be several
many<false>(PartitionMapping.window(), false)
// @ts-expect-error a dimension is mapped by a mapping of one dimension
PartitionMapping.dimension("day", PartitionMapping.slice("day"))
// @ts-expect-error one key for each, or an array for each
PartitionMapping.fixed({ eu: "north", us: ["west"] })

const visits = Asset.make("visits", { partitions: days, output: Schema.Number, run: () => 1 })
export const month = Asset.make("month", {
  partitions: Partitions.monthly({ start: "2024-01-01" }),
  inputs: { visits: Asset.in(visits, PartitionMapping.window()) },
  output: Schema.Number,
  run: ({ visits }) => {
    same<typeof visits, ReadonlyMap<string, number>>(true)
    return visits.size
  }
})
export const hour = Asset.make("hour", {
  partitions: Partitions.hourly({ start: "2024-01-01" }),
  inputs: { visits: Asset.in(visits, PartitionMapping.enclosing) },
  output: Schema.Number,
  run: ({ visits }) => {
    same<typeof visits, number>(true)
    return visits
  }
})
export const sale = Asset.make("sale", {
  partitions: sales,
  inputs: { visits: Asset.in(visits, PartitionMapping.dimension("day")) },
  output: Schema.Number,
  run: ({ visits }) => visits
})

// ================================================================ ranges
const ranged = Asset.make("ranged", {
  partitions: regions,
  backfill: "singleRun",
  output: Schema.Number,
  run: (_, { partitionKeyRange, partitionKeys }) => {
    same<typeof partitionKeyRange.from, string & ("eu" | "us")>(true)
    return new Map(partitionKeys.map((key) => {
      same<typeof key, "eu" | "us">(true)
      return [key, 1] as const
    }))
  }
})
export const down = Asset.make("down", {
  inputs: { ranged, last: Asset.in(ranged, PartitionMapping.last) },
  partitions: regions,
  backfill: { maxPartitionsPerRun: 2 },
  output: Schema.Number,
  run: ({ last, ranged }) => {
    same<typeof ranged, ReadonlyMap<string, number>>(true)
    same<typeof last, ReadonlyMap<string, number>>(true)
    return ranged
  }
})
export const byKey = Asset.make("byKey", {
  inputs: { ranged },
  partitions: regions,
  backfill: "multiRun",
  output: Schema.Number,
  run: ({ ranged }) => {
    same<typeof ranged, number>(true)
    return ranged
  }
})
Asset.make("wrong", {
  partitions: regions,
  backfill: "singleRun",
  output: Schema.Number,
  // @ts-expect-error a map, by partition
  run: () => 1
})
// @ts-expect-error no such policy
Asset.make("unknown", { partitions: regions, backfill: "oneRun", output: Schema.Void, run: () => {} })
Asset.check(ranged, "check", {
  run: (values) => {
    same<typeof values, ReadonlyMap<string, number>>(true)
    return values.size > 0
  }
})
materialize([ranged], { partitionRange: { from: "eu", to: "us" } })
materialize([ranged], { partitionKey: "eu" })
// @ts-expect-error no such partition
materialize([ranged], { partitionRange: { from: "eu", to: "uk" } })
// @ts-expect-error which partitions?
materialize([ranged], {})
Effect.map(materialize([ranged], { partitionKey: "eu" }), (result) => {
  const values = result.assetValue("ranged")
  same<typeof values, ReadonlyMap<string, number>>(true)
  const value = result.assetValue("ranged", { partition: "eu" })
  same<typeof value, number>(true)
})

// ================================================================ backfills
const closed = <A>(_effect: Effect.Effect<A, unknown, never>): void => {}
closed(backfill([ranged], { partitions: ["eu"] }))
closed(backfill([ranged], { partitionRange: { from: "eu", to: "us" }, maxConcurrentRuns: 2 }))
closed(backfill([ranged]))
// @ts-expect-error no such partition
backfill([ranged], { partitions: ["uk"] })
// @ts-expect-error it is for many partitions
backfill([ranged], { partitionKey: "eu" })
// @ts-expect-error the upstream asset is missing
backfill([byKey])
const configured = Asset.make("configured", {
  partitions: regions,
  config: Schema.Struct({ day: Schema.String }),
  output: Schema.Number,
  run: () => 1
})
closed(backfill([configured], { runConfig: { ops: { configured: { config: { day: "monday" } } } } }))
// @ts-expect-error the run config is missing
backfill([configured], { partitions: ["eu"] })
const letters = Job.partitioned(
  Job.make("letters", function* () {
    yield* Op.make("letter", { run: () => {} })()
  }),
  regions
)
closed(backfill(letters, { partitions: ["eu"] }))
Effect.map(backfill(letters), (result) => same<typeof result, BackfillResult>(true))
