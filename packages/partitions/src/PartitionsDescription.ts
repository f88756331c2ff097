import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"

const Fixed = Schema.TaggedStruct("fixed", {
  /** The keys, in order. */
  keys: Schema.Array(Schema.String)
})

const TimeWindows = Schema.TaggedStruct("timeWindows", {
  /** The five fields of a cron expression: a window starts at each of its moments, and ends at the next. */
  cron: Schema.String,
  /** The name of a time zone, or an offset such as `+02:00`. */
  timeZone: Schema.String,
  /** The moment at or after which the first window starts: `2026-01-31T00:00:00.000Z`. */
  start: Schema.String,
  /** The moment at or before which the last window ends. */
  end: Schema.optionalKey(Schema.String),
  /** How many windows more than those that are over there are; fewer if it is negative. */
  endOffset: Schema.Int,
  /** What is left out: cron expressions, and moments at which windows start. */
  exclusions: Schema.optionalKey(Schema.Array(Schema.String)),
  /** The pattern of a key, in the fields of `strftime`: `%Y-%m-%d`. */
  format: Schema.String
})

const Dynamic = Schema.TaggedStruct("dynamic", {
  /** The name under which an instance keeps the keys. */
  name: Schema.String
})

const OneDimension = Schema.Union([Fixed, TimeWindows, Dynamic])

const Multi = Schema.TaggedStruct("multi", {
  /** The dimensions by name, in the order of their names. */
  dimensions: Schema.Record(Schema.String, OneDimension)
})

const schema = Schema.Union([Fixed, TimeWindows, Dynamic, Multi])

/** Windows of time as plain data. */
export type TimeWindowsDescription = typeof TimeWindows.Type

/** Partitions of one dimension as plain data. */
export type OneDimensionDescription = typeof OneDimension.Type

/**
 * Partitions as plain data that is valid JSON: what a snapshot carries to another process.
 *
 * @since 0.1.0
 */
export type PartitionsDescription = typeof schema.Type

const zoneText = (zone: string): string => (zone === "UTC" ? "" : `, ${zone}`)

/** Names of schedules that have one. */
const NAMES: { readonly [cron: string]: string } = {
  "0 * * * *": "hourly",
  "0 0 * * *": "daily",
  "0 0 * * 0": "weekly",
  "0 0 1 * *": "monthly"
}

/** A moment as people of a zone write it: `2026-01-01`, `2026-01-01 06:30`. */
const momentText = (iso: string, timeZone: string): string => {
  const text = DateTime.formatIsoZoned(DateTime.makeZonedUnsafe(iso, { timeZone })).slice(0, 16)
  return text.endsWith("T00:00") ? text.slice(0, 10) : text.replace("T", " ")
}

const oneText = (description: OneDimensionDescription): string => {
  switch (description._tag) {
    case "fixed": {
      const { keys } = description
      const shown = keys.slice(0, 5).map((key) => `"${key}"`)
      return keys.length > 5 ? `${shown.join(", ")} and ${keys.length - 5} more` : shown.join(", ")
    }
    case "dynamic":
      return `the dynamic partitions "${description.name}"`
    case "timeWindows":
      return (
        `${NAMES[description.cron] ?? `windows of time "${description.cron}"`} from ` +
        `${momentText(description.start, description.timeZone)}${zoneText(description.timeZone)}`
      )
  }
}

const sameList = (a: ReadonlyArray<string>, b: ReadonlyArray<string>): boolean =>
  a.length === b.length && a.every((text, i) => text === b[i])

const same = (a: OneDimensionDescription, b: OneDimensionDescription): boolean => {
  if (a._tag === "fixed") {
    return b._tag === "fixed" && sameList(a.keys, b.keys)
  }
  if (a._tag === "dynamic") return b._tag === "dynamic" && a.name === b.name
  return (
    b._tag === "timeWindows" &&
    sameWindows(a, b) &&
    a.start === b.start &&
    a.end === b.end &&
    a.endOffset === b.endOffset
  )
}

const sameWindows = (a: TimeWindowsDescription, b: TimeWindowsDescription): boolean =>
  a.cron === b.cron &&
  a.timeZone === b.timeZone &&
  a.format === b.format &&
  sameList(a.exclusions ?? [], b.exclusions ?? [])

/**
 * Schema and readings of partitions as data.
 *
 * @since 0.1.0
 */
export const PartitionsDescription = {
  schema,

  /** The partitions in a few words, for messages. */
  describe: (description: PartitionsDescription): string =>
    description._tag === "multi"
      ? Object.entries(description.dimensions)
          .map(([name, dimension]) => `${name}: ${oneText(dimension)}`)
          .join("; ")
      : oneText(description),

  /** Tells whether two descriptions have the same windows and keys, though they may start and end elsewhere. */
  sameWindows,

  /** Tells whether two descriptions are of the same partitions. */
  equals: (a: PartitionsDescription, b: PartitionsDescription): boolean => {
    if (a === b) return true
    if (a._tag !== "multi") return b._tag !== "multi" && same(a, b)
    if (b._tag !== "multi") return false
    const names = Object.keys(a.dimensions)
    return (
      names.length === Object.keys(b.dimensions).length &&
      names.every((name) => Object.hasOwn(b.dimensions, name) && same(a.dimensions[name]!, b.dimensions[name]!))
    )
  }
}
