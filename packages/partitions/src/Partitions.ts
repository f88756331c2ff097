import * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import { InvalidPartitions } from "./InvalidPartitions.ts"
import { listAxis, placesOf } from "./internal/listAxis.ts"
import { between, optionProblems } from "./internal/readOptions.ts"
import { makeTimeWindows } from "./internal/timeWindows.ts"
import type { PartitionAxis } from "./PartitionAxis.ts"
import { PartitionKey } from "./PartitionKey.ts"
import { PartitionSet } from "./PartitionSet.ts"
import type { OneDimensionDescription, PartitionsDescription } from "./PartitionsDescription.ts"
import type {
  DailyPartitionsOptions,
  HourlyPartitionsOptions,
  MonthlyPartitionsOptions,
  TimePartitionsOptions,
  WeeklyPartitionsOptions
} from "./TimePartitionsOptions.ts"
import { UnknownDimension } from "./UnknownDimension.ts"
import type { UnknownPartitionKey } from "./UnknownPartitionKey.ts"

/**
 * When partitions are asked for.
 *
 * @since 0.1.0
 */
export interface PartitionMoment {
  /** The moment, or its milliseconds since the epoch. Windows of time exist once they are over. */
  readonly now: DateTime.DateTime | number
  /**
   * The keys of dynamic partitions, by their name, in order.
   *
   * @default no dynamic partition has keys
   */
  readonly dynamic?: { readonly [name: string]: ReadonlyArray<string> }
}

/**
 * A way to divide an asset into parts. `K` is the type of a key.
 *
 * @since 0.1.0
 * @source Dagster PartitionsDefinition
 */
export interface Partitions<in out K extends string> {
  readonly _tag: PartitionsDescription["_tag"]
  /** What they are, as plain data. */
  readonly description: PartitionsDescription
  /** The partitions that exist at a moment. */
  readonly at: (moment: PartitionMoment) => PartitionSet<K>
}

/**
 * Partitions of one dimension, which can be part of several.
 *
 * @since 0.1.0
 */
export interface OneDimensionalPartitions<in out K extends string> extends Partitions<K> {
  readonly _tag: OneDimensionDescription["_tag"]
  readonly description: OneDimensionDescription
  /** The dimension at a moment, under the name that it has among others. */
  readonly axisAt: (moment: PartitionMoment, dimension?: string) => PartitionAxis
}

/** The type of a key. */
type KeyOf<P> = P extends Partitions<infer K> ? K : never

/** Dimensions by name. */
export type Dimensions = { readonly [name: string]: OneDimensionalPartitions<any> }

/** One key of each dimension. */
export type DimensionKeys<D extends Dimensions> = { readonly [Name in keyof D]: KeyOf<D[Name]> }

/**
 * All combinations of the keys of several dimensions. A key is the keys of its dimensions joined by `|`, in the order of the
 * names of the dimensions.
 *
 * @since 0.1.0
 * @source Dagster MultiPartitionsDefinition
 */
export interface MultiPartitions<in out D extends Dimensions> extends Partitions<string> {
  readonly _tag: "multi"
  readonly dimensions: D
  /** The key of one key of each dimension. Throws `UnknownDimension` for names that types would have rejected. */
  readonly keyOf: (keys: DimensionKeys<D>) => string
  /** The key of each dimension in a key, or an error when it is not a partition at the moment. */
  readonly dimensionsOf: (key: string, moment: PartitionMoment) => Result.Result<DimensionKeys<D>, UnknownPartitionKey>
}

const SEPARATOR = "|"

const millisOf = ({ now }: PartitionMoment): number => {
  const millis = typeof now === "number" ? now : DateTime.toEpochMillis(now)
  if (Number.isNaN(millis)) throw new InvalidPartitions({ subject: "Partitions", problems: ["now is not a moment"] })
  return millis
}

/** Gives partitions of one dimension their `at`. */
const oneDimension = <K extends string>(
  description: OneDimensionDescription,
  axisAt: (moment: PartitionMoment, dimension?: string) => PartitionAxis
): OneDimensionalPartitions<K> => ({
  _tag: description._tag,
  description,
  axisAt,
  at: (moment) => PartitionSet.fromAxes<K>(description, [axisAt(moment)])
})

const fixed = <const K extends string>(keys: ReadonlyArray<K>): OneDimensionalPartitions<K> => {
  const given: unknown = keys
  const fail = (problems: ReadonlyArray<string>) => new InvalidPartitions({ subject: "Partitions.fixed", problems })
  if (!Array.isArray(given)) throw fail(["the keys must be an array"])
  const own = [...keys]
  const places = placesOf(own)
  const problems = own.flatMap((key, i) => {
    const problem = PartitionKey.problem(key)
    if (problem !== undefined) return [`partition key ${JSON.stringify(key)} ${problem}`]
    return places.get(key) === i ? [] : [`partition key "${key}" is listed twice`]
  })
  if (problems.length > 0) throw fail([...new Set(problems)])
  const description: OneDimensionDescription = { _tag: "fixed", keys: own }
  return oneDimension(description, (_, dimension) => listAxis(dimension, description, own, places))
}

const dynamic = (name: string): OneDimensionalPartitions<string> => {
  const problem = PartitionKey.problem(name)
  if (problem !== undefined) {
    throw new InvalidPartitions({ subject: "Partitions.dynamic", problems: [`the name ${problem}`] })
  }
  const description: OneDimensionDescription = { _tag: "dynamic", name }
  return oneDimension(description, ({ dynamic: known }, dimension) => {
    const given = known !== undefined && Object.hasOwn(known, name) ? known[name]! : []
    // Among several dimensions, a key that holds the separator could not be read back.
    const keys = new Set(dimension === undefined ? given : given.filter((key) => !key.includes(SEPARATOR)))
    return listAxis(dimension, description, [...keys], placesOf(keys))
  })
}

const TIME_OPTIONS = {
  start: "time",
  end: "time",
  endOffset: "integer",
  timeZone: "text",
  exclusions: "times",
  format: "text"
} as const

/** Windows of time of a cron expression, with the mistakes that were found before. */
const timeWindows = (
  subject: string,
  cron: string,
  options: TimePartitionsOptions,
  found: ReadonlyArray<string>
): OneDimensionalPartitions<string> => {
  // What the options are not cannot be read on.
  const made =
    found.length > 0
      ? []
      : makeTimeWindows({
          cron,
          timeZone: options.timeZone ?? "UTC",
          start: options.start,
          end: options.end,
          endOffset: options.endOffset ?? 0,
          exclusions: options.exclusions ?? [],
          format: options.format
        })
  if (!("axisAt" in made)) throw new InvalidPartitions({ subject, problems: [...found, ...made] })
  return oneDimension(made.description, (moment, dimension) => made.axisAt(millisOf(moment), dimension))
}

const hourly = (options: HourlyPartitionsOptions): OneDimensionalPartitions<string> => {
  const known = { ...TIME_OPTIONS, minuteOffset: "integer" } as const
  const problems = optionProblems(options, known, ["start"])
  const { minuteOffset = 0 } = problems.length > 0 ? {} : options
  return timeWindows("Partitions.hourly", `${minuteOffset} * * * *`, options, [
    ...problems,
    ...between("minuteOffset", minuteOffset, 0, 59)
  ])
}

/** The options of windows that start at a time of the day. */
const DAY_OPTIONS = { ...TIME_OPTIONS, minuteOffset: "integer", hourOffset: "integer" } as const

const timeOfDay = (
  options: DailyPartitionsOptions
): { readonly minute: number; readonly hour: number; readonly problems: ReadonlyArray<string> } => {
  const { hourOffset: hour = 0, minuteOffset: minute = 0 } = options
  return { minute, hour, problems: [...between("minuteOffset", minute, 0, 59), ...between("hourOffset", hour, 0, 23)] }
}

const daily = (options: DailyPartitionsOptions): OneDimensionalPartitions<string> => {
  const problems = optionProblems(options, DAY_OPTIONS, ["start"])
  const time = timeOfDay(problems.length > 0 ? { start: "" } : options)
  return timeWindows("Partitions.daily", `${time.minute} ${time.hour} * * *`, options, [...problems, ...time.problems])
}

const weekly = (options: WeeklyPartitionsOptions): OneDimensionalPartitions<string> => {
  const problems = optionProblems(options, { ...DAY_OPTIONS, dayOffset: "integer" }, ["start"])
  const read: WeeklyPartitionsOptions = problems.length > 0 ? { start: "" } : options
  const { dayOffset = 0 } = read
  const time = timeOfDay(read)
  return timeWindows("Partitions.weekly", `${time.minute} ${time.hour} * * ${dayOffset}`, options, [
    ...problems,
    ...time.problems,
    ...between("dayOffset", dayOffset, 0, 6)
  ])
}

const monthly = (options: MonthlyPartitionsOptions): OneDimensionalPartitions<string> => {
  const problems = optionProblems(options, { ...DAY_OPTIONS, dayOffset: "integer" }, ["start"])
  const read: MonthlyPartitionsOptions = problems.length > 0 ? { start: "" } : options
  const { dayOffset = 1 } = read
  const time = timeOfDay(read)
  return timeWindows("Partitions.monthly", `${time.minute} ${time.hour} ${dayOffset} * *`, options, [
    ...problems,
    ...time.problems,
    ...between("dayOffset", dayOffset, 1, 31)
  ])
}

const cron = (expression: string, options: TimePartitionsOptions): OneDimensionalPartitions<string> => {
  const problems =
    typeof expression === "string"
      ? optionProblems(options, TIME_OPTIONS, ["start"])
      : ["the first argument must be the cron expression, as a string"]
  return timeWindows("Partitions.cron", expression, options, problems)
}

const multi = <const D extends Dimensions>(dimensions: D): MultiPartitions<D> => {
  const given: unknown = dimensions
  const fail = (problems: ReadonlyArray<string>) => new InvalidPartitions({ subject: "Partitions.multi", problems })
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw fail(["the dimensions must be an object, from name to partitions"])
  }
  const entries = Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))
  const problems: Array<string> = []
  if (entries.length < 2) problems.push("there must be at least two dimensions")
  for (const [name, partitions] of entries) {
    const problem =
      PartitionKey.problem(name) ?? (name.includes(SEPARATOR) ? `must not hold "${SEPARATOR}"` : undefined)
    if (problem !== undefined) problems.push(`the name of dimension ${JSON.stringify(name)} ${problem}`)
    const description: PartitionsDescription | undefined = (partitions as Partial<Partitions<string>> | null)
      ?.description
    if (description === undefined) problems.push(`dimension "${name}" is not partitions`)
    else if (description._tag === "multi") problems.push(`dimension "${name}" must not have dimensions of its own`)
    else if (description._tag === "fixed") {
      for (const key of description.keys.filter((each) => each.includes(SEPARATOR))) {
        problems.push(`key "${key}" of dimension "${name}" must not hold "${SEPARATOR}"`)
      }
    } else if (description._tag === "timeWindows" && description.format.includes(SEPARATOR)) {
      problems.push(`the format "${description.format}" of dimension "${name}" must not hold "${SEPARATOR}"`)
    }
  }
  if (problems.length > 0) throw fail(problems)

  const names = entries.map(([name]) => name)
  const own = Object.fromEntries(entries)
  const description: PartitionsDescription = {
    _tag: "multi",
    dimensions: Object.fromEntries(entries.map(([name, partitions]) => [name, partitions.description]))
  }
  const at = (moment: PartitionMoment): PartitionSet<string> =>
    PartitionSet.fromAxes<string>(
      description,
      entries.map(([name, partitions]) => partitions.axisAt(moment, name))
    )
  return {
    _tag: "multi",
    description,
    dimensions: own as D,
    at,
    keyOf: (keys) => {
      const unknown = Object.keys(keys).filter((name) => !Object.hasOwn(own, name))
      const missing = names.filter((name) => !Object.hasOwn(keys, name))
      if (unknown.length > 0 || missing.length > 0) throw new UnknownDimension({ dimensions: names, unknown, missing })
      return names.map((name) => (keys as { readonly [name: string]: string })[name]!).join(SEPARATOR)
    },
    dimensionsOf: (key, moment) =>
      Result.map(at(moment).check([key]), () => {
        const parts = key.split(SEPARATOR)
        return Object.fromEntries(names.map((name, i) => [name, parts[i]!])) as DimensionKeys<D>
      })
  }
}

const fromOneDimension = (description: OneDimensionDescription): OneDimensionalPartitions<string> => {
  switch (description._tag) {
    case "fixed":
      return fixed(description.keys)
    case "dynamic":
      return dynamic(description.name)
    case "timeWindows": {
      const { cron: expression, end, endOffset, exclusions, format, start, timeZone } = description
      return cron(expression, {
        start,
        endOffset,
        format,
        timeZone,
        ...(end === undefined ? {} : { end }),
        ...(exclusions === undefined ? {} : { exclusions })
      })
    }
  }
}

/** The partitions, or what is wrong with them as a value. */
const attempt = <P extends Partitions<string>>(make: () => P): Result.Result<P, InvalidPartitions> => {
  try {
    return Result.succeed(make())
  } catch (error) {
    if (error instanceof InvalidPartitions) return Result.fail(error)
    throw error
  }
}

const fromDescription = (description: PartitionsDescription): Result.Result<Partitions<string>, InvalidPartitions> => {
  if (description._tag !== "multi") return attempt(() => fromOneDimension(description))
  const made = Object.entries(description.dimensions).map(
    ([name, dimension]) => [name, attempt(() => fromOneDimension(dimension))] as const
  )
  const problems = made.flatMap(([name, result]) =>
    Result.isFailure(result) ? result.failure.problems.map((problem) => `dimension "${name}": ${problem}`) : []
  )
  if (problems.length > 0) return Result.fail(new InvalidPartitions({ subject: "Partitions.multi", problems }))
  return attempt(() => multi(Object.fromEntries(made.map(([name, result]) => [name, Result.getOrThrow(result)]))))
}

/**
 * Constructors of partitions. Each throws `InvalidPartitions` with every mistake in its arguments.
 *
 * @since 0.1.0
 */
export const Partitions = {
  /**
   * A fixed list of keys, in the order in which they are given.
   *
   * @param keys - the keys, each once: not empty, without `...` and control characters
   * @source Dagster StaticPartitionsDefinition
   */
  fixed,

  /**
   * A window of time for every hour, from its minute `minuteOffset` on. Where clocks are set back, the second of two hours
   * with the same name has its offset in its key: `2024-11-03-01:00-0500`.
   *
   * @param options - as `HourlyPartitionsOptions`
   * @source Dagster HourlyPartitionsDefinition
   */
  hourly,

  /**
   * A window of time for every day, such as `2026-01-31`.
   *
   * @param options - as `DailyPartitionsOptions`
   * @source Dagster DailyPartitionsDefinition
   */
  daily,

  /**
   * A window of time for every week, named by its first day. Weeks start on Sunday, unless `dayOffset` says otherwise.
   *
   * @param options - as `WeeklyPartitionsOptions`
   * @source Dagster WeeklyPartitionsDefinition
   */
  weekly,

  /**
   * A window of time for every month, named by its first day. For keys such as `2026-01` give the format `%Y-%m`.
   *
   * @param options - as `MonthlyPartitionsOptions`
   * @source Dagster MonthlyPartitionsDefinition
   */
  monthly,

  /**
   * Windows of time between the moments of a cron expression.
   *
   * @param expression - five fields: minute, hour, day of the month, month, weekday
   * @param options - as `TimePartitionsOptions`
   * @source Dagster TimeWindowPartitionsDefinition
   */
  cron,

  /**
   * All combinations of the keys of several dimensions.
   *
   * @param dimensions - the partitions of each dimension by its name, at least two
   * @source Dagster MultiPartitionsDefinition
   */
  multi,

  /**
   * Keys that are added and removed while the system runs. An instance keeps them; whoever asks passes them in.
   *
   * @param name - the name under which they are kept
   * @source Dagster DynamicPartitionsDefinition
   */
  dynamic,

  /**
   * The partitions of a description, which may come from another process.
   *
   * @param description - the plain data
   * @returns the partitions, or `InvalidPartitions` with every mistake in them
   */
  fromDescription
}
