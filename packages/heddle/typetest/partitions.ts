/** Partitions: typed keys and dimensions, and whether one or many upstream partitions arrive. */
import { Asset, PartitionMapping, Partitions } from "heddle"
import { Result, Schema } from "effect"

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
