/**
 * The moments of a cron expression on a clock on the wall: a calendar without time zones. Wall time is counted in milliseconds
 * as if it were UTC.
 */
import type * as Cron from "effect/Cron"

/** The first and the last year that partitions may lie in: keys have years of four digits. */
export const FIRST_YEAR = 1000
export const LAST_YEAR = 9999

const MINUTE = 60_000
const DAY = 86_400_000
/** The Gregorian calendar repeats after 400 years, weekdays included. */
const CYCLE = 400
/** Days of the months, in a year that is no leap year. */
const MONTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const NONE: ReadonlyArray<number> = []

const dayOfYearStart = (year: number): number => Math.floor(Date.UTC(year, 0, 1) / DAY)
const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
const mod = (n: number, by: number): number => ((n % by) + by) % by

/** The last index whose value is at most `n`, in an ascending list whose first value is at most `n`. */
const lastAtMost = (values: ArrayLike<number>, n: number): number => {
  let low = 0
  let high = values.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (values[middle]! <= n) low = middle
    else high = middle - 1
  }
  return low
}

/** A cron expression, and whether its day of the month and its weekday must both match. */
export interface Expression {
  readonly cron: Cron.Cron
  readonly both: boolean
}

/** The moments of a cron expression on the wall clock, numbered from the year 2000. */
export interface Calendar {
  /** Whether the expression names every hour of the day. */
  readonly everyHour: boolean
  /** How many moments a day has at most. */
  readonly timesOfDay: number
  /** Whether there is any moment at all: not for the 30th of February. */
  readonly empty: boolean
  /** The parts of a key that are needed to tell the moments apart. */
  readonly parts: { readonly month: boolean; readonly day: boolean; readonly hour: boolean; readonly minute: boolean }
  /** How many moments come before a wall time, counted from the year 2000; negative before it. */
  readonly countBefore: (wall: number) => number
  /** The wall time of the moment with a number. */
  readonly at: (n: number) => number
}

const all = (from: number, to: number): ReadonlyArray<number> =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i)
const orAll = (values: ReadonlySet<number>, from: number, to: number): ReadonlyArray<number> =>
  values.size === 0 ? all(from, to) : [...values].sort((a, b) => a - b)

/** The times of a day of an expression, in milliseconds from midnight. */
const timesOf = ({ cron }: Expression): ReadonlyArray<number> => {
  const minutes = orAll(cron.minutes, 0, 59)
  return orAll(cron.hours, 0, 23).flatMap((hour) => minutes.map((minute) => (hour * 60 + minute) * MINUTE))
}

/** A day by its month, its day of the month and its weekday. */
type DayMatcher = (month: number, day: number, weekday: number) => boolean

const dayMatcher = ({ both, cron }: Expression): DayMatcher => {
  const months = new Set(orAll(cron.months, 1, 12))
  const anyDay = cron.days.size === 0
  const anyWeekday = cron.weekdays.size === 0
  return (month, day, weekday) => {
    if (!months.has(month)) return false
    if (anyDay) return anyWeekday || cron.weekdays.has(weekday)
    if (anyWeekday) return cron.days.has(day)
    return both ? cron.days.has(day) && cron.weekdays.has(weekday) : cron.days.has(day) || cron.weekdays.has(weekday)
  }
}

/** The days of a kind of year: how many moments come before each, and its times. */
interface YearDays {
  readonly before: Uint32Array
  readonly times: ReadonlyArray<ReadonlyArray<number>>
}

/**
 * Makes the calendar of a cron expression.
 *
 * @param expression - what matches
 * @param without - what is left out of it
 */
export const makeCalendar = (expression: Expression, without: ReadonlyArray<Expression> = []): Calendar => {
  const { cron } = expression
  const allTimes = timesOf(expression)
  const matches = dayMatcher(expression)
  const excluded = without.map((each) => ({ matches: dayMatcher(each), times: new Set(timesOf(each)) }))

  // Days on which the same is left out share their times.
  const known = new Map<string, ReadonlyArray<number>>()
  const timesWithout = (out: typeof excluded): ReadonlyArray<number> => {
    if (out.length === 0) return allTimes
    const place = out.map((each) => excluded.indexOf(each)).join()
    const existing = known.get(place)
    if (existing !== undefined) return existing
    const times = allTimes.filter((time) => !out.some((each) => each.times.has(time)))
    known.set(place, times)
    return times
  }

  // There are only fourteen kinds of year: by the weekday of their first day, and by whether they are leap years.
  const kinds = new Map<number, YearDays>()
  const daysOfYear = (year: number): YearDays => {
    const leap = isLeap(year)
    // The epoch was a Thursday.
    let weekday = mod(dayOfYearStart(year) + 4, 7)
    const kind = weekday * 2 + (leap ? 1 : 0)
    const existing = kinds.get(kind)
    if (existing !== undefined) return existing
    const times: Array<ReadonlyArray<number>> = []
    const before = new Uint32Array(leap ? 367 : 366)
    for (const [i, length] of MONTHS.entries()) {
      for (let day = 1; day <= length + (leap && i === 1 ? 1 : 0); day++) {
        const own = matches(i + 1, day, weekday)
          ? timesWithout(excluded.filter((each) => each.matches(i + 1, day, weekday)))
          : NONE
        before[times.length + 1] = before[times.length]! + own.length
        times.push(own)
        weekday = weekday === 6 ? 0 : weekday + 1
      }
    }
    const days = { before, times }
    kinds.set(kind, days)
    return days
  }
  let cycle: Float64Array | undefined
  const beforeYear = (): Float64Array => {
    if (cycle !== undefined) return cycle
    const before = new Float64Array(CYCLE + 1)
    for (let i = 0; i < CYCLE; i++) before[i + 1] = before[i]! + daysOfYear(2000 + i).before.at(-1)!
    cycle = before
    return before
  }

  return {
    everyHour: cron.hours.size === 0 || cron.hours.size === 24,
    timesOfDay: allTimes.length,
    get empty() {
      for (let year = 2000; year < 2000 + CYCLE; year++) if (daysOfYear(year).before.at(-1)! > 0) return false
      return true
    },
    parts: {
      month: cron.months.size !== 1,
      day: cron.days.size !== 1 || cron.weekdays.size > 0,
      hour: cron.hours.size !== 1,
      minute: cron.minutes.size !== 1
    },
    countBefore: (wall) => {
      const day = Math.floor(wall / DAY)
      const time = wall - day * DAY
      const year = new Date(day * DAY).getUTCFullYear()
      const before = beforeYear()
      const days = daysOfYear(year)
      const dayOfYear = day - dayOfYearStart(year)
      const times = days.times[dayOfYear]!
      const earlier = time === 0 || times.length === 0 || times[0]! >= time ? 0 : lastAtMost(times, time - 1) + 1
      const cycles = Math.floor((year - 2000) / CYCLE)
      return cycles * before[CYCLE]! + before[mod(year - 2000, CYCLE)]! + days.before[dayOfYear]! + earlier
    },
    at: (n) => {
      const before = beforeYear()
      const cycles = Math.floor(n / before[CYCLE]!)
      const inCycle = n - cycles * before[CYCLE]!
      const yearOfCycle = lastAtMost(before.subarray(0, CYCLE), inCycle)
      const year = 2000 + yearOfCycle + cycles * CYCLE
      const inYear = inCycle - before[yearOfCycle]!
      const days = daysOfYear(year)
      const dayOfYear = lastAtMost(days.before.subarray(0, days.times.length), inYear)
      return (dayOfYearStart(year) + dayOfYear) * DAY + days.times[dayOfYear]![inYear - days.before[dayOfYear]!]!
    }
  }
}
