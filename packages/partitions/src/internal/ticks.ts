/**
 * The moments of a calendar in a time zone, each with a number. Between two changes of the zone's offset they are those of
 * the wall clock, counted by arithmetic; at a change some are left out or added:
 *
 * - A calendar of every hour has each moment that the wall clock shows, twice what it shows twice, and none that it skips.
 * - Any other calendar has each moment once: the first of two; and what the clock skips comes at the moment of the skip, if
 *   that is on the same day.
 */
import type { Calendar } from "./calendar.ts"
import { FIRST_YEAR, LAST_YEAR } from "./calendar.ts"
import type { ZoneOffsets } from "./zoneOffsets.ts"

const DAY = 86_400_000
/** Moments before and after these are not distinguished. */
export const FIRST_MOMENT = Date.UTC(FIRST_YEAR, 0, 2)
export const LAST_MOMENT = Date.UTC(LAST_YEAR, 11, 31)
/** More days than the changes of a zone add to or take from a calendar in all years. */
const MOST_SHIFTED = 20_000

/** A time with one offset: between two changes, and within one year of UTC. */
interface Segment {
  /** Milliseconds since the epoch, inclusive; the end is exclusive. */
  readonly from: number
  readonly to: number
  readonly offset: number
  /** The wall times whose moments belong to it. */
  readonly wallFrom: number
  readonly wallTo: number
  /** Wall time before which the clock shows everything for the second time. */
  readonly repeatedUntil: number
  /** Whether it begins with a moment that the clock skipped. */
  readonly skipped: boolean
  /** The number of its first moment. */
  readonly first: number
  /** The calendar's number of the moment at `wallFrom`. */
  readonly calendarFirst: number
  readonly count: number
}

/** The numbered moments of a calendar in a time zone. Numbers may be negative. */
export interface Ticks {
  /** The number of the first moment at or after a moment, given in milliseconds since the epoch. */
  readonly countBefore: (millis: number) => number
  /** The moment with a number; infinite beyond the years that are counted. */
  readonly at: (n: number) => number
  /** Whether the wall clock shows the time of a moment for the second time. */
  readonly isRepeated: (millis: number) => boolean
  /** The offset of the zone at a moment, in milliseconds. */
  readonly offsetAt: (millis: number) => number
}

const clamp = (millis: number): number => Math.min(Math.max(millis, FIRST_MOMENT), LAST_MOMENT)
const yearOf = (millis: number): number => new Date(millis).getUTCFullYear()

/** Numbers the moments of a calendar in a zone with one offset. */
const fixedTicks = (calendar: Calendar, offset: number): Ticks => ({
  countBefore: (millis) => calendar.countBefore(clamp(millis) + offset),
  at: (n) => {
    if (n < calendar.countBefore(FIRST_MOMENT + offset)) return -Infinity
    return n >= calendar.countBefore(LAST_MOMENT + offset) ? Infinity : calendar.at(n) - offset
  },
  isRepeated: () => false,
  offsetAt: () => offset
})

/** The segments of a year without their numbers. */
const segmentsOf = (calendar: Calendar, zone: ZoneOffsets, year: number): ReadonlyArray<Omit<Segment, "first">> => {
  const start = Date.UTC(year, 0, 1)
  const end = Date.UTC(year + 1, 0, 1)
  const changes = [
    { at: start, before: zone.at(start - 1000), after: zone.at(start) },
    ...zone.transitions(year).filter(({ at }) => at > start && at < end)
  ]
  // What a change shortly before the year repeats may reach into it.
  const earlier = zone.transitions(year - 1).at(-1)
  let repeatedUntil = earlier === undefined ? -Infinity : earlier.at + earlier.before
  return changes.map(({ after: offset, at: from, before }, i) => {
    const to = changes[i + 1]?.at ?? end
    const wallStart = from + offset
    repeatedUntil = Math.max(repeatedUntil, from + before)
    const wallFrom = calendar.everyHour ? wallStart : Math.max(wallStart, repeatedUntil)
    const wallTo = Math.max(to + offset, wallFrom)
    const gapFrom = Math.max(from + before, Math.floor(wallStart / DAY) * DAY)
    const skipped =
      !calendar.everyHour &&
      gapFrom < wallStart &&
      calendar.countBefore(wallStart) > calendar.countBefore(gapFrom) &&
      calendar.countBefore(wallStart + 1) === calendar.countBefore(wallStart)
    const calendarFirst = calendar.countBefore(wallFrom)
    const count = (skipped ? 1 : 0) + calendar.countBefore(wallTo) - calendarFirst
    return { from, to, offset, wallFrom, wallTo, repeatedUntil, skipped, calendarFirst, count }
  })
}

/**
 * Numbers the moments of a calendar in a zone.
 *
 * @param calendar - the moments on the wall clock
 * @param zone - the offsets of the zone
 * @param anchor - where numbering starts, in milliseconds. What lies far from it costs a search of the years between, once
 */
export const makeTicks = (calendar: Calendar, zone: ZoneOffsets, anchor: number): Ticks => {
  if (zone.fixed) return fixedTicks(calendar, zone.at(0))

  // The segments of the years from `fromYear` to `toYear`, in order. They grow as moments of other years are asked for.
  const segments: Array<Segment> = []
  const anchorYear = yearOf(clamp(anchor))
  let fromYear = anchorYear
  let toYear = anchorYear - 1

  const growLater = (): void => {
    toYear += 1
    for (const segment of segmentsOf(calendar, zone, toYear)) {
      const previous = segments.at(-1)
      segments.push({ ...segment, first: previous === undefined ? 0 : previous.first + previous.count })
    }
  }
  const growEarlier = (): void => {
    fromYear -= 1
    let end = segments[0]!.first
    const earlier = [...segmentsOf(calendar, zone, fromYear)].reverse().map((segment) => {
      end -= segment.count
      return { ...segment, first: end }
    })
    for (const segment of earlier) segments.unshift(segment)
  }
  growLater()
  const mostShifted = MOST_SHIFTED * calendar.timesOfDay

  /** The last known segment that is not after what is looked for. */
  const find = (isAfter: (segment: Segment) => boolean): Segment => {
    let low = 0
    let high = segments.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (isAfter(segments[middle]!)) high = middle - 1
      else low = middle
    }
    return segments[low]!
  }
  const holding = (millis: number): Segment => {
    const year = yearOf(millis)
    while (year > toYear) growLater()
    while (year < fromYear) growEarlier()
    return find(({ from }) => from > millis)
  }

  return {
    countBefore: (millis) => {
      const moment = clamp(millis)
      const segment = holding(moment)
      if (moment <= segment.from) return segment.first
      const wall = Math.min(Math.max(moment + segment.offset, segment.wallFrom), segment.wallTo)
      return segment.first + (segment.skipped ? 1 : 0) + calendar.countBefore(wall) - segment.calendarFirst
    },
    at: (n) => {
      // What lies beyond all years is told without counting them.
      const near = n + segments[0]!.calendarFirst - segments[0]!.first
      if (near < calendar.countBefore(FIRST_MOMENT) - mostShifted) return -Infinity
      if (near > calendar.countBefore(LAST_MOMENT) + mostShifted) return Infinity
      while (n >= segments.at(-1)!.first + segments.at(-1)!.count) {
        if (toYear >= LAST_YEAR) return Infinity
        growLater()
      }
      while (n < segments[0]!.first) {
        if (fromYear <= FIRST_YEAR) return -Infinity
        growEarlier()
      }
      const segment = find(({ first }) => first > n)
      if (segment.skipped && n === segment.first) return segment.from
      return calendar.at(segment.calendarFirst + n - segment.first - (segment.skipped ? 1 : 0)) - segment.offset
    },
    isRepeated: (millis) => {
      const segment = holding(clamp(millis))
      return millis + segment.offset < segment.repeatedUntil
    },
    offsetAt: (millis) => holding(clamp(millis)).offset
  }
}

/**
 * Leaves moments out of numbered moments.
 *
 * @param excluded - milliseconds since the epoch; those that are no moments of `ticks` change nothing
 */
export const excludeTicks = (ticks: Ticks, excluded: ReadonlyArray<number>): Ticks => {
  if (excluded.length === 0) return ticks
  let numbers: ReadonlyArray<number> | undefined
  const out = (): ReadonlyArray<number> =>
    (numbers ??= [...new Set(excluded)]
      .map((millis) => ({ millis, n: ticks.countBefore(millis) }))
      .filter(({ millis, n }) => ticks.at(n) === millis)
      .map(({ n }) => n)
      .sort((a, b) => a - b))
  /** The first place in the list of excluded numbers that is not before what is looked for. */
  const placeOf = (isBefore: (n: number, place: number) => boolean): number => {
    const all = out()
    let low = 0
    let high = all.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (isBefore(all[middle]!, middle)) low = middle + 1
      else high = middle
    }
    return low
  }
  return {
    countBefore: (millis) => {
      const n = ticks.countBefore(millis)
      return n - placeOf((each) => each < n)
    },
    // An excluded moment comes before the n-th that remains if at most n remain before it.
    at: (n) => ticks.at(n + placeOf((each, place) => each - place <= n)),
    isRepeated: ticks.isRepeated,
    offsetAt: ticks.offsetAt
  }
}
