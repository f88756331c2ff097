import * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import type { PartitionAxis } from "./PartitionAxis.ts"
import { PartitionsDescription } from "./PartitionsDescription.ts"
import type { TimeWindow } from "./TimeWindow.ts"
import { type UnknownKeyProblem, UnknownPartitionKey } from "./UnknownPartitionKey.ts"

/**
 * The partitions that exist at a moment, in order and numbered from 0. Nothing is listed in memory: each question is
 * answered by arithmetic.
 *
 * @since 0.1.0
 * @source Dagster PartitionsDefinition
 */
export interface PartitionSet<in out K extends string> {
  readonly description: PartitionsDescription
  /** The dimensions, in the order of their names; one without a name where there are no dimensions. */
  readonly axes: ReadonlyArray<PartitionAxis>
  /** How many there are. */
  readonly count: number
  /** The first key; `undefined` when there is none. */
  readonly first: K | undefined
  /** The last key; `undefined` when there is none. */
  readonly last: K | undefined
  /** The key with a number; `undefined` when there is none. */
  readonly keyAt: (index: number) => K | undefined
  /** The number of a key; `undefined` when it is not a partition. */
  readonly indexOf: (key: string) => number | undefined
  /** Tells whether a text is the key of a partition. */
  readonly has: (key: string) => key is K
  /** The keys one after the other: all, or those with numbers from `from`, up to and without `to`. */
  readonly keys: (from?: number, to?: number) => Iterable<K>
  /** The keys of a list, or an error that names each one that is not a partition. */
  readonly check: (keys: ReadonlyArray<string>) => Result.Result<ReadonlyArray<K>, UnknownPartitionKey>
  /** The window of time of the partition with a number; `undefined` when there is none, or not exactly one dimension of time. */
  readonly windowAt: (index: number) => TimeWindow | undefined
  /** The window of time of a key; `undefined` as for `windowAt`. */
  readonly windowOf: (key: string) => TimeWindow | undefined
}

const SEPARATOR = "|"

const zoned = (millis: number, timeZone: DateTime.TimeZone): DateTime.Zoned =>
  DateTime.makeZonedUnsafe(millis, { timeZone })

/**
 * The set of all combinations of the keys of some dimensions.
 *
 * @param description - what the partitions are
 * @param axes - the dimensions, in the order of their names; at least one
 */
const fromAxes = <K extends string>(
  description: PartitionsDescription,
  axes: ReadonlyArray<PartitionAxis>
): PartitionSet<K> => {
  const count = axes.reduce((product, axis) => product * axis.count, 1)
  const timed = axes.filter(({ windows }) => windows !== undefined)

  /** The place of a number in each dimension. */
  const placesAt = (index: number): ReadonlyArray<number> | undefined => {
    if (!Number.isInteger(index) || index < 0 || index >= count) return undefined
    const places: Array<number> = []
    let rest = index
    for (let i = axes.length - 1; i >= 0; i--) {
      const size = axes[i]!.count
      places.unshift(rest % size)
      rest = Math.floor(rest / size)
    }
    return places
  }
  const keyAt = (index: number): K | undefined =>
    placesAt(index)
      ?.map((place, i) => axes[i]!.keyAt(place)!)
      .join(SEPARATOR) as K | undefined
  const indexOf = (key: string): number | undefined => {
    const parts = axes.length === 1 ? [key] : key.split(SEPARATOR)
    if (parts.length !== axes.length) return undefined
    let index = 0
    for (const [i, part] of parts.entries()) {
      const place = axes[i]!.indexOf(part)
      if (place === undefined) return undefined
      index = index * axes[i]!.count + place
    }
    return index
  }
  const explain = (key: string): UnknownKeyProblem => {
    if (axes.length === 1) return { key, ...axes[0]!.explain(key) }
    const parts = key.split(SEPARATOR)
    const names = axes.map(({ dimension }) => dimension)
    if (parts.length !== axes.length) {
      return { key, reason: `must have ${axes.length} parts joined by "${SEPARATOR}": ${names.join(SEPARATOR)}` }
    }
    const wrong = parts.flatMap((part, i) =>
      axes[i]!.indexOf(part) === undefined ? [{ part, name: names[i], ...axes[i]!.explain(part), i }] : []
    )
    const reason = wrong.map(({ name, part, reason }) => `has "${part}" in dimension "${name}", which ${reason}`)
    if (wrong.some(({ nearest }) => nearest === undefined)) return { key, reason: reason.join(", and ") }
    const nearest = parts.map((part, i) => wrong.find((each) => each.i === i)?.nearest ?? part).join(SEPARATOR)
    return { key, reason: reason.join(", and "), nearest }
  }
  const windowAt = (index: number): TimeWindow | undefined => {
    const places = placesAt(index)
    const [axis] = timed
    if (places === undefined || axis?.windows === undefined || timed.length !== 1) return undefined
    const place = places[axes.indexOf(axis)]!
    const { endOf, startOf, zone } = axis.windows
    return { start: zoned(startOf(place), zone), end: zoned(endOf(place), zone) }
  }
  return {
    description,
    axes,
    count,
    first: keyAt(0),
    last: keyAt(count - 1),
    keyAt,
    indexOf,
    has: (key): key is K => indexOf(key) !== undefined,
    keys: (from = 0, to = count) => ({
      *[Symbol.iterator]() {
        for (let i = Math.max(0, Math.ceil(from)); i < Math.min(to, count); i++) yield keyAt(i)!
      }
    }),
    check: (keys) => {
      const problems = keys.filter((key) => indexOf(key) === undefined).map(explain)
      return problems.length === 0
        ? Result.succeed(keys as ReadonlyArray<K>)
        : Result.fail(new UnknownPartitionKey({ partitions: PartitionsDescription.describe(description), problems }))
    },
    windowAt,
    windowOf: (key) => {
      const index = indexOf(key)
      return index === undefined ? undefined : windowAt(index)
    }
  }
}

/**
 * Makes the partitions that exist at a moment. Users get them from `Partitions.at`.
 *
 * @since 0.1.0
 */
export const PartitionSet: {
  readonly fromAxes: typeof fromAxes
} = { fromAxes }
