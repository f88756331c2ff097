/** Random partitions, and slow answers to compare with. */
import { type OneDimensionalPartitions, type PartitionMoment, Partitions } from "@heddle/partitions"
import * as Arbitrary from "effect/Arbitrary"
import * as Cron from "effect/Cron"
import * as Schema from "effect/Schema"

const HOUR = 3_600_000
const MINUTE = 60_000

/** Zones with the days around which their clocks change, forward and back. */
export const zones = [
  { timeZone: "Europe/Berlin", changes: ["2024-03-31", "2024-10-27"] },
  { timeZone: "America/New_York", changes: ["2024-03-10", "2024-11-03"] },
  { timeZone: "Australia/Lord_Howe", changes: ["2024-10-06", "2024-04-07"] },
  { timeZone: "America/Havana", changes: ["2024-03-10", "2024-11-03"] },
  { timeZone: "America/Santiago", changes: ["2024-09-08", "2024-04-07"] },
  { timeZone: "Pacific/Apia", changes: ["2011-12-30"] },
  { timeZone: "UTC", changes: ["2024-02-29", "2023-12-31"] },
  { timeZone: "+05:30", changes: ["2000-02-29", "1999-12-31"] }
] as const

const format = new Map<string, Intl.DateTimeFormat>()
const known = new Map<string, number>()

/** The offset of a zone, from the wall clock that `Intl` shows. It is asked once for each quarter of an hour. */
export const offsetAt = (timeZone: string, millis: number): number => {
  const quarter = Math.floor(millis / (15 * MINUTE)) * 15 * MINUTE
  const place = `${timeZone} ${quarter}`
  const cached = known.get(place)
  if (cached !== undefined) return cached
  let shown = format.get(timeZone)
  if (shown === undefined) {
    shown = new Intl.DateTimeFormat("en-GB", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit"
    })
    format.set(timeZone, shown)
  }
  const parts = Object.fromEntries(shown.formatToParts(quarter).map(({ type, value }) => [type, Number(value)]))
  const wall = Date.UTC(parts["year"]!, parts["month"]! - 1, parts["day"]!, parts["hour"]!, parts["minute"]!)
  known.set(place, wall - quarter)
  return wall - quarter
}

/**
 * The moments of a cron expression, found by looking at every minute between two moments.
 */
export const momentsByMinute = (cron: string, timeZone: string, from: number, to: number): ReadonlyArray<number> => {
  const parsed = Cron.parseUnsafe(cron, "UTC")
  const everyHour = parsed.hours.size === 0 || parsed.hours.size === 24
  const matches = (wall: number): boolean => {
    const date = new Date(wall)
    if (parsed.minutes.size > 0 && !parsed.minutes.has(date.getUTCMinutes())) return false
    if (parsed.hours.size > 0 && !parsed.hours.has(date.getUTCHours())) return false
    return Cron.match(parsed, wall)
  }
  const found: Array<number> = []
  for (let at = Math.ceil(from / MINUTE) * MINUTE; at < to; at += MINUTE) {
    const offset = offsetAt(timeZone, at)
    const before = offsetAt(timeZone, at - MINUTE)
    if (matches(at + offset)) {
      // Whether the clock has shown this before, up to a day ago.
      const shown = [0.5, 1, 24].some((hours) => {
        const earlier = at - hours * HOUR
        return earlier + offsetAt(timeZone, earlier) === at + offset
      })
      if (everyHour || !shown) found.push(at)
    } else if (!everyHour && offset > before) {
      const day = new Date(at + offset).toISOString().slice(0, 10)
      for (let wall = at + before; wall < at + offset; wall += MINUTE) {
        if (matches(wall) && new Date(wall).toISOString().slice(0, 10) === day) {
          found.push(at)
          break
        }
      }
    }
  }
  return found
}

/** Whole numbers between two others, which are among them. */
export const int = (minimum: number, maximum: number): Arbitrary.Arbitrary<number> =>
  Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum, maximum })))
export const oneOf = <A>(...choices: ReadonlyArray<Arbitrary.Arbitrary<A>>): Arbitrary.Arbitrary<A> =>
  Arbitrary.flatMap(int(0, choices.length - 1), (i) => choices[i]!)
export const pick = <A>(...values: ReadonlyArray<A>): Arbitrary.Arbitrary<A> =>
  Arbitrary.map(int(0, values.length - 1), (i) => values[i]!)
/** Some of the values, in their order. */
export const someOf = <A>(values: ReadonlyArray<A>): Arbitrary.Arbitrary<ReadonlyArray<A>> =>
  Arbitrary.map(int(0, 2 ** values.length - 1), (bits) => values.filter((_, i) => (bits >> i) % 2 === 1))
const map = Arbitrary.map
const list = (values: ReadonlyArray<number>) => [...new Set(values)].sort((a, b) => a - b).join(",")

/** Cron expressions of many shapes. */
export const crons: Arbitrary.Arbitrary<string> = oneOf(
  map(int(0, 59), (minute) => `${minute} * * * *`),
  pick("*/15 * * * *", "*/30 * * * *", "*/30 1-3 * * *", "0 0,12 * * *", "0 0 * * *", "0 */2 * * *"),
  map(Arbitrary.all([int(0, 59), int(0, 23)]), ([minute, hour]) => `${minute} ${hour} * * *`),
  map(Arbitrary.all([int(0, 59), int(0, 3)]), ([minute, hour]) => `${minute} ${hour} * * *`),
  map(Arbitrary.all([int(0, 59), int(0, 23), int(0, 7)]), ([minute, hour, day]) => `${minute} ${hour} * * ${day}`),
  map(
    Arbitrary.all([int(0, 23), Arbitrary.array(int(1, 31), { minLength: 1, maxLength: 3 }), int(0, 6)]),
    ([hour, days, weekday]) => `0 ${hour} ${list(days)} * ${weekday}`
  ),
  map(
    Arbitrary.all([
      Arbitrary.array(int(0, 59), { minLength: 1, maxLength: 3 }),
      Arbitrary.array(int(0, 23), { minLength: 1, maxLength: 4 })
    ]),
    ([minutes, hours]) => `${list(minutes)} ${list(hours)} * * *`
  )
)

/** A zone and a day near one of its changes. */
export const days: Arbitrary.Arbitrary<{ readonly timeZone: string; readonly day: number }> = Arbitrary.flatMap(
  pick<(typeof zones)[number]>(...zones),
  ({ changes, timeZone }) => map(pick<string>(...changes), (day) => ({ timeZone, day: Date.parse(day) }))
)

/** The moment of the partitions below. */
export const now = Date.UTC(2024, 5, 15, 10, 20)
export const moment: PartitionMoment = { now, dynamic: { customers: ["ann", "bob", "cid", "dan"] } }

const dayText = (day: number): string => new Date(Date.UTC(2024, 3, 1) + day * 24 * HOUR).toISOString().slice(0, 10)
const start = map(int(0, 60), dayText)

/** Partitions by time, in UTC or another zone, few enough to list. */
export const timePartitions = (timeZone: string): Arbitrary.Arbitrary<OneDimensionalPartitions<string>> =>
  oneOf(
    map(Arbitrary.all([start, int(-2, 2), int(0, 23)]), ([from, endOffset, hourOffset]) =>
      Partitions.daily({ start: from, endOffset, hourOffset, timeZone })
    ),
    map(Arbitrary.all([start, int(-2, 2)]), ([from, endOffset]) =>
      Partitions.daily({ start: from, endOffset, timeZone })
    ),
    map(Arbitrary.all([int(0, 60), int(1, 9)]), ([from, length]) =>
      Partitions.daily({ start: dayText(from), end: dayText(from + length), timeZone })
    ),
    map(Arbitrary.all([start, int(0, 6)]), ([from, dayOffset]) =>
      Partitions.weekly({ start: from, dayOffset, timeZone })
    ),
    map(Arbitrary.all([start, int(1, 31)]), ([from, dayOffset]) =>
      Partitions.monthly({ start: from, dayOffset, timeZone })
    ),
    map(Arbitrary.all([int(10, 15), int(0, 59)]), ([day, minuteOffset]) =>
      Partitions.hourly({ start: `2024-06-${day}`, minuteOffset, timeZone })
    ),
    map(start, (from) => Partitions.cron("0 6,18 * * 1-5", { start: from, timeZone })),
    map(Arbitrary.all([start, int(0, 6), int(40, 60)]), ([from, weekday, day]) =>
      Partitions.daily({ start: from, timeZone, exclusions: [`0 0 * * ${weekday},6`, dayText(day)] })
    ),
    map(int(10, 15), (day) =>
      Partitions.hourly({ start: `2024-06-${day}`, timeZone, exclusions: ["0 0-5 * * *", "0 12 * * 1-5"] })
    )
  )

/** Partitions of one dimension, few enough to list. */
export const onePartitions: Arbitrary.Arbitrary<OneDimensionalPartitions<any>> = oneOf<OneDimensionalPartitions<any>>(
  map(someOf(["a", "b", "c", "d", "e", "f"]), (keys) => Partitions.fixed(keys)),
  timePartitions("UTC"),
  timePartitions("Australia/Lord_Howe"),
  Arbitrary.Constant(Partitions.dynamic("customers"))
)
