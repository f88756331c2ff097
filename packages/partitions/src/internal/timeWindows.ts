/** Windows of time by a cron expression: their numbers, moments and keys. */
import * as Cron from "effect/Cron"
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { PartitionKey } from "../PartitionKey.ts"
import type { PartitionAxis, WindowAxis } from "../PartitionAxis.ts"
import type { TimeWindowsDescription } from "../PartitionsDescription.ts"
import { type Expression, FIRST_YEAR, LAST_YEAR, makeCalendar } from "./calendar.ts"
import { type KeyFormat, lackingFields, makeKeyFormat } from "./keyFormat.ts"
import { excludeTicks, FIRST_MOMENT, LAST_MOMENT, makeTicks } from "./ticks.ts"
import { type ZoneOffsets, zoneOffsets } from "./zoneOffsets.ts"

const DAY = 86_400_000

/** What a user writes of windows of time. */
export interface TimeWindowsInput {
  readonly cron: string
  readonly timeZone: string
  readonly start: string | DateTime.DateTime
  readonly end: string | DateTime.DateTime | undefined
  readonly endOffset: number
  readonly exclusions: ReadonlyArray<string | DateTime.DateTime>
  /** Without it, the format that the expression needs. */
  readonly format: string | undefined
}

/** Windows of time that are valid. */
export interface TimeWindows {
  readonly description: TimeWindowsDescription
  readonly windows: WindowAxis
  /** The dimension at a moment, in milliseconds since the epoch. */
  readonly axisAt: (now: number, dimension: string | undefined) => PartitionAxis
}

/** The first moment at which the clock of a zone shows a time; for a time that it skips, as much later. */
const fromWall = (offsetAt: (millis: number) => number, wall: number): number => {
  const earlier = offsetAt(wall - DAY)
  const later = offsetAt(wall + DAY)
  if (earlier === later || offsetAt(wall - earlier) === earlier) return wall - earlier
  return offsetAt(wall - later) === later ? wall - later : wall - earlier
}

const ISO = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)?(Z|[+-]\d{2}:\d{2})?$/

/** The moment of a text: a key, or a date and time as in ISO 8601. */
const readMoment = (text: string, format: KeyFormat, zone: ZoneOffsets): number | undefined => {
  const key = format.read(text)
  if (key !== undefined) return key.offset === undefined ? fromWall(zone.at, key.wall) : key.wall - key.offset
  const match = ISO.exec(text)
  if (match === null) return undefined
  const wall = Date.parse(match[1] === undefined ? `${text.replace(" ", "T")}${text.length === 10 ? "" : "Z"}` : text)
  // `Date.parse` makes the 30th of February the first of March.
  if (
    Number.isNaN(wall) ||
    (match[1] === undefined && new Date(wall).toISOString().slice(0, 10) !== text.slice(0, 10))
  ) {
    return undefined
  }
  return match[1] === undefined ? fromWall(zone.at, wall) : wall
}

const isInYears = (millis: number): boolean => millis >= FIRST_MOMENT && millis <= LAST_MOMENT

/** Reads a cron expression of five fields, or says what is wrong with it. */
const readExpression = (text: string): Expression | string => {
  const fields = text.trim().split(/\s+/)
  const parsed = Cron.parse(text)
  if (fields.length === 5 && Result.isSuccess(parsed)) {
    // Day of the month and weekday must both match if either starts with `*`.
    return { cron: parsed.success, both: fields[2]!.startsWith("*") || fields[4]!.startsWith("*") }
  }
  const why = Result.isFailure(parsed) ? `: ${parsed.failure.message}` : ""
  return `"${text}" is not a cron expression of five fields (minute, hour, day of month, month, weekday)${why}`
}

/** A text of five words is a cron expression, not a date. */
const isCron = (given: string | DateTime.DateTime): given is string =>
  typeof given === "string" && given.trim().split(/\s+/).length === 5

/** Makes windows of time, or lists every mistake. */
export const makeTimeWindows = (input: TimeWindowsInput): TimeWindows | ReadonlyArray<string> => {
  const problems: Array<string> = []
  const { endOffset } = input
  if (!Number.isSafeInteger(endOffset)) problems.push(`endOffset must be a whole number, got ${endOffset}`)

  const zone = Option.getOrUndefined(DateTime.zoneFromString(input.timeZone))
  if (zone === undefined) {
    problems.push(`timeZone "${input.timeZone}" is not a time zone, write it as Europe/Berlin or +02:00`)
  }
  const offsets = zoneOffsets(zone ?? DateTime.zoneMakeOffset(0))

  const expression = input.cron.trim().split(/\s+/).join(" ")
  const read = readExpression(expression)
  if (typeof read === "string") problems.push(read)
  const calendar = typeof read === "string" ? undefined : makeCalendar(read)
  if (calendar?.empty === true) problems.push(`the cron expression "${expression}" never matches any day`)

  const usual = calendar === undefined || calendar.parts.hour || calendar.parts.minute ? "%Y-%m-%d-%H:%M" : "%Y-%m-%d"
  const format = makeKeyFormat(input.format ?? usual)
  if (!("read" in format)) problems.push(...format)
  else if (calendar !== undefined) {
    const lacking = lackingFields(format, calendar, offsets.fixed)
    if (lacking.length > 0) {
      problems.push(
        `the format "${format.text}" needs ${lacking.join(", ")}, or several windows would have the same key`
      )
    }
    const problem = PartitionKey.problem(format.write(0, 0, false))
    if (problem !== undefined)
      problems.push(`the format ${JSON.stringify(format.text)} makes no keys: a key ${problem}`)
  }

  const moment = (field: string, given: string | DateTime.DateTime): number | undefined => {
    const millis =
      typeof given !== "string"
        ? DateTime.toEpochMillis(given)
        : readMoment(given, "read" in format ? format : (makeKeyFormat("%Y-%m-%d") as KeyFormat), offsets)
    if (millis === undefined) {
      const pattern = "read" in format ? format.text : usual
      problems.push(`${field} "${String(given)}" is not a date of the format "${pattern}", nor one such as 2026-01-31`)
      return undefined
    }
    if (!isInYears(millis)) problems.push(`${field} must lie in the years ${FIRST_YEAR} to ${LAST_YEAR}`)
    return millis
  }
  const start = moment("start", input.start)
  const end = input.end === undefined ? undefined : moment("end", input.end)
  if (start !== undefined && end !== undefined && end <= start) problems.push("the end does not come after the start")

  const without: Array<Expression> = []
  const moments: Array<number> = []
  for (const given of input.exclusions) {
    const excluded = isCron(given) ? readExpression(given) : moment("the exclusion", given)
    if (typeof excluded === "string") problems.push(`the exclusion ${excluded}`)
    else if (typeof excluded === "number") moments.push(excluded)
    else if (excluded !== undefined) without.push(excluded)
  }
  // What remains; without exclusions it is all.
  const remaining =
    calendar === undefined || typeof read === "string" || without.length === 0 ? calendar : makeCalendar(read, without)
  if (remaining?.empty === true && calendar?.empty === false) problems.push("the exclusions leave no window")

  if (
    problems.length > 0 ||
    zone === undefined ||
    calendar === undefined ||
    remaining === undefined ||
    start === undefined ||
    !("read" in format)
  ) {
    return problems
  }

  const every = makeTicks(calendar, offsets, start)
  const ticks = excludeTicks(remaining === calendar ? every : makeTicks(remaining, offsets, start), moments)
  const gapless = input.exclusions.length === 0
  let firstTick: number | undefined
  // Years are counted when they are first asked for, not when a module defines its partitions.
  const first = (): number => (firstTick ??= ticks.countBefore(start))
  const description: TimeWindowsDescription = {
    _tag: "timeWindows",
    cron: expression,
    timeZone: input.timeZone,
    start: new Date(start).toISOString(),
    ...(end === undefined ? {} : { end: new Date(end).toISOString() }),
    endOffset,
    ...(gapless
      ? {}
      : {
          exclusions: [
            ...input.exclusions.filter(isCron).map((each) => each.trim().split(/\s+/).join(" ")),
            ...moments.map((each) => new Date(each).toISOString())
          ]
        }),
    format: format.text
  }
  const keyOfMoment = (millis: number): string => {
    const offset = every.offsetAt(millis)
    return format.write(millis + offset, offset, calendar.everyHour && !offsets.fixed && every.isRepeated(millis))
  }
  const startOf = (index: number): number => ticks.at(first() + index)
  const endOf = (index: number): number => {
    if (gapless) return startOf(index + 1)
    const from = startOf(index)
    return Number.isFinite(from) ? every.at(every.countBefore(from + 1)) : from
  }
  const windows: WindowAxis = {
    description,
    zone,
    startOf,
    endOf,
    gapless,
    countBefore: (millis) => ticks.countBefore(millis) - first(),
    keyOf: (index) => keyOfMoment(Math.min(Math.max(startOf(index), FIRST_MOMENT), LAST_MOMENT))
  }
  /** How many windows from the first on end at or before a moment; negative before it. */
  const endedBy = (millis: number): number => {
    const started = windows.countBefore(millis + 1)
    return endOf(started - 1) <= millis ? started : started - 1
  }

  const countAt = (now: number): number => {
    const open = endedBy(Math.min(Math.max(now, FIRST_MOMENT), LAST_MOMENT)) + endOffset
    if (open <= 0) return 0
    // Years after those windows are counted only if the windows reach them.
    const openEnd = endOf(open - 1)
    if (end !== undefined && openEnd > end) return Math.max(0, endedBy(end))
    return openEnd === Infinity ? Math.max(0, endedBy(LAST_MOMENT)) : open
  }

  const axisAt = (now: number, dimension: string | undefined): PartitionAxis => {
    const count = countAt(now)
    const last = count === 0 ? undefined : { start: startOf(count - 1), end: endOf(count - 1) }

    const locate = (key: string): number | undefined => {
      const time = format.read(key)
      if (time === undefined) return undefined
      if (time.offset !== undefined) return time.wall - time.offset
      // Far from any window there is nothing to find, and years that nobody needs are not counted.
      if (time.wall < start - 400 * DAY || (last !== undefined && time.wall > last.end + 2 * DAY)) return undefined
      return fromWall(every.offsetAt, time.wall)
    }
    const indexOf = (key: string): number | undefined => {
      if (last === undefined) return undefined
      const millis = locate(key)
      if (millis === undefined || millis > last.start) return undefined
      const index = Math.max(0, windows.countBefore(millis))
      return index < count && windows.keyOf(index) === key ? index : undefined
    }
    const explain: PartitionAxis["explain"] = (key) => {
      if (last === undefined) return { reason: "is not a key: no window of time is over yet" }
      const time = format.read(key)
      if (time === undefined) {
        return { reason: `is not a date of the format "${format.text}", as in "${windows.keyOf(count - 1)}"` }
      }
      const millis = time.wall - (time.offset ?? offsets.at(Math.min(Math.max(time.wall, FIRST_MOMENT), LAST_MOMENT)))
      if (millis < startOf(0)) return { reason: "comes before the first partition", nearest: windows.keyOf(0) }
      if (millis >= last.end) return { reason: "comes after the last partition", nearest: windows.keyOf(count - 1) }
      const index = Math.min(count - 1, Math.max(0, windows.countBefore(millis + 1) - 1))
      return { reason: "is not the start of a window", nearest: windows.keyOf(index) }
    }
    return {
      dimension,
      description,
      count,
      keyAt: (index) => (Number.isInteger(index) && index >= 0 && index < count ? windows.keyOf(index) : undefined),
      indexOf,
      explain,
      windows
    }
  }
  return { description, windows, axisAt }
}
