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

/** The moments of a cron expression on the wall clock, numbered from the year 2000. */
export interface Calendar {
  /** Whether the expression names every hour of the day. */
  readonly everyHour: boolean
  /** How many moments a day has, if it has any. */
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

/** Makes the calendar of a cron expression. `both` tells whether day and weekday must both match. */
export const makeCalendar = (cron: Cron.Cron, both: boolean): Calendar => {
  const hours = orAll(cron.hours, 0, 23)
  const minutes = orAll(cron.minutes, 0, 59)
  const times = hours.flatMap((hour) => minutes.map((minute) => (hour * 60 + minute) * MINUTE))
  const months = new Set(orAll(cron.months, 1, 12))
  const anyDay = cron.days.size === 0
  const anyWeekday = cron.weekdays.size === 0
  const matchesDay = (day: number): boolean => {
    const date = new Date(day * DAY)
    if (!months.has(date.getUTCMonth() + 1)) return false
    const byDay = cron.days.has(date.getUTCDate())
    const byWeekday = cron.weekdays.has(date.getUTCDay())
    if (anyDay) return anyWeekday || byWeekday
    if (anyWeekday) return byDay
    return both ? byDay && byWeekday : byDay || byWeekday
  }

  // There are only fourteen kinds of year: by the weekday of their first day, and by whether they are leap years.
  const kinds = new Map<number, Uint16Array>()
  const daysOfYear = (year: number): Uint16Array => {
    const start = dayOfYearStart(year)
    const kind = mod(start, 7) * 2 + (isLeap(year) ? 1 : 0)
    const existing = kinds.get(kind)
    if (existing !== undefined) return existing
    const length = isLeap(year) ? 366 : 365
    const before = new Uint16Array(length + 1)
    for (let i = 0; i < length; i++) before[i + 1] = before[i]! + (matchesDay(start + i) ? 1 : 0)
    kinds.set(kind, before)
    return before
  }
  let cycle: Uint32Array | undefined
  const beforeYear = (): Uint32Array => {
    if (cycle !== undefined) return cycle
    const before = new Uint32Array(CYCLE + 1)
    for (let i = 0; i < CYCLE; i++) before[i + 1] = before[i]! + daysOfYear(2000 + i).at(-1)!
    cycle = before
    return before
  }

  const daysBefore = (day: number): number => {
    const year = new Date(day * DAY).getUTCFullYear()
    const cycles = Math.floor((year - 2000) / CYCLE)
    const before = beforeYear()
    return cycles * before[CYCLE]! + before[mod(year - 2000, CYCLE)]! + daysOfYear(year)[day - dayOfYearStart(year)]!
  }
  const dayAt = (n: number): number => {
    const before = beforeYear()
    const inCycle = before[CYCLE]!
    const cycles = Math.floor(n / inCycle)
    const rest = n - cycles * inCycle
    const inFirst = lastAtMost(before.subarray(0, CYCLE), rest)
    const year = 2000 + inFirst + cycles * CYCLE
    const days = daysOfYear(year)
    return dayOfYearStart(year) + lastAtMost(days.subarray(0, days.length - 1), rest - before[inFirst]!)
  }

  const dayOfMonthVaries = !anyDay && cron.days.size === 1 && anyWeekday ? false : true
  return {
    everyHour: hours.length === 24,
    timesOfDay: times.length,
    get empty() {
      return beforeYear()[CYCLE] === 0
    },
    parts: { month: months.size > 1, day: dayOfMonthVaries, hour: hours.length > 1, minute: minutes.length > 1 },
    countBefore: (wall) => {
      const day = Math.floor(wall / DAY)
      const time = wall - day * DAY
      const before = daysBefore(day) * times.length
      if (daysBefore(day + 1) * times.length === before || time === 0) return before
      return before + (times[0]! >= time ? 0 : lastAtMost(times, time - 1) + 1)
    },
    at: (n) => {
      const day = Math.floor(n / times.length)
      return dayAt(day) * DAY + times[n - day * times.length]!
    }
  }
}
