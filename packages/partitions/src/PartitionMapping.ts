import * as Result from "effect/Result"
import { InvalidPartitions } from "./InvalidPartitions.ts"
import { fromBox, toBoxes } from "./internal/boxes.ts"
import { type IndexRanges, intersection, normalize } from "./internal/indexRanges.ts"
import { downstreamOf, upstreamOf } from "./internal/mapAxis.ts"
import { optionProblems } from "./internal/readOptions.ts"
import type { PartitionAxis } from "./PartitionAxis.ts"
import type { OneDimensionMapping, PartitionMappingDescription } from "./PartitionMappingDescription.ts"
import type { Partitions } from "./Partitions.ts"
import type { PartitionSet } from "./PartitionSet.ts"
import { type OneDimensionDescription, PartitionsDescription } from "./PartitionsDescription.ts"
import { PartitionSubset } from "./PartitionSubset.ts"
import type { MissingPartitions, UpstreamPartitions } from "./UpstreamPartitions.ts"

/**
 * Which partitions of an upstream asset a partition of a downstream asset needs. `Many` tells whether they arrive as a map
 * from key to value, or one as its value.
 *
 * @since 0.1.0
 * @source Dagster PartitionMapping
 */
export interface PartitionMapping<Many extends boolean> {
  readonly many: Many
  /** What it is, as plain data. */
  readonly description: PartitionMappingDescription
}

/** A mapping between dimensions, which has no dimensions itself. */
export interface OneDimensionalMapping<Many extends boolean> extends PartitionMapping<Many> {
  readonly description: OneDimensionMapping
}

/**
 * Options of a window around a partition.
 *
 * @since 0.1.0
 * @source Dagster TimeWindowPartitionMapping
 */
export interface WindowMappingOptions {
  /**
   * By how many downstream partitions the window begins later than the partition; earlier if it is negative.
   *
   * @default 0
   */
  readonly start?: number
  /**
   * By how many downstream partitions the window ends later than the partition; earlier if it is negative.
   *
   * @default 0
   */
  readonly end?: number
  /**
   * Whether upstream partitions that do not exist are left out, where they would be an error.
   *
   * @default false
   */
  readonly allowMissing?: boolean
}

/**
 * Which dimension of downstream a dimension of upstream is mapped from.
 *
 * @since 0.1.0
 * @source Dagster DimensionPartitionMapping
 */
export interface DimensionMapping {
  /** The name of the dimension of downstream. */
  readonly dimension: string
  /**
   * The mapping between the two.
   *
   * @default the same key, or for two dimensions of time the windows that overlap
   */
  readonly mapping?: OneDimensionalMapping<boolean>
}

const invalid = (subject: string, problems: ReadonlyArray<string>): InvalidPartitions =>
  new InvalidPartitions({ subject, problems })

const one = <const Many extends boolean>(
  many: Many,
  description: OneDimensionMapping
): OneDimensionalMapping<Many> => ({
  many,
  description
})

const identity = one(false, { _tag: "identity" })

const window = (options: WindowMappingOptions = {}): OneDimensionalMapping<true> => {
  const problems = [...optionProblems(options, { start: "integer", end: "integer", allowMissing: "boolean" }, [])]
  const { allowMissing = false, end = 0, start = 0 } = problems.length > 0 ? {} : options
  if (start > end) problems.push(`the window begins (start ${start}) after it ends (end ${end})`)
  if (problems.length > 0) throw invalid("PartitionMapping.window", problems)
  return one(true, { _tag: "window", start, end, allowMissing })
}

/** The mapping between two dimensions for which none is given. */
const usual = (down: OneDimensionDescription, up: OneDimensionDescription): OneDimensionMapping =>
  down._tag === "timeWindows" && up._tag === "timeWindows" && !PartitionsDescription.equals(down, up)
    ? { _tag: "window", start: 0, end: 0, allowMissing: false }
    : { _tag: "identity" }

/** A pair of dimensions, one of downstream and one of upstream, by their places. */
interface Pair {
  readonly down: number
  readonly up: number
  readonly mapping: OneDimensionMapping
}

const dimensionsOf = (description: PartitionsDescription): ReadonlyArray<readonly [string, OneDimensionDescription]> =>
  description._tag === "multi"
    ? Object.entries(description.dimensions).sort(([a], [b]) => (a < b ? -1 : 1))
    : [["", description]]

/** Finds the pairs of dimensions that a mapping connects, or what is wrong with it. */
const pairsOf = (
  mapping: PartitionMappingDescription,
  downstream: PartitionsDescription,
  upstream: PartitionsDescription
): ReadonlyArray<Pair> | ReadonlyArray<string> => {
  const down = dimensionsOf(downstream)
  const up = dimensionsOf(upstream)
  const problems: Array<string> = []
  const place = (side: string, of: typeof down, name: string): number => {
    const found = of.findIndex(([each]) => each === name)
    if (found === -1) {
      const names = of.map(([each]) => `"${each}"`).join(", ")
      problems.push(
        of.length === 1
          ? `${side} has no dimensions, so not "${name}"`
          : `${side} has no dimension "${name}": its dimensions are ${names}`
      )
    }
    return found
  }
  const pair = (from: number, to: number, between: OneDimensionMapping | undefined): ReadonlyArray<Pair> => {
    if (from === -1 || to === -1) return []
    const known = between ?? usual(down[from]![1], up[to]![1])
    problems.push(...unfitting(known, down[from]![1], up[to]![1]))
    return [{ down: from, up: to, mapping: known }]
  }
  const pairs: Array<Pair> = []
  switch (mapping._tag) {
    case "dimension":
      if (up.length > 1) problems.push("upstream must have one dimension")
      pairs.push(...pair(place("downstream", down, mapping.dimension), up.length > 1 ? -1 : 0, mapping.mapping))
      break
    case "slice":
      if (down.length > 1) problems.push("downstream must have one dimension")
      pairs.push(...pair(down.length > 1 ? -1 : 0, place("upstream", up, mapping.dimension), mapping.mapping))
      break
    case "dimensions":
      for (const [name, { dimension, mapping: between }] of Object.entries(mapping.dimensions)) {
        pairs.push(...pair(place("downstream", down, dimension), place("upstream", up, name), between))
      }
      break
    case "identity":
      if (down.length !== up.length || down.some(([name], i) => name !== up[i]![0])) {
        problems.push("upstream and downstream must have the same dimensions")
      } else for (const i of down.keys()) pairs.push({ down: i, up: i, mapping })
      break
    default:
      if (down.length > 1 || up.length > 1) {
        problems.push("between partitions of several dimensions, map each with PartitionMapping.dimensions")
      } else pairs.push({ down: 0, up: 0, mapping })
      if (problems.length === 0) problems.push(...unfitting(mapping, down[0]![1], up[0]![1]))
  }
  return problems.length > 0 ? problems : pairs
}

/** Whether a mapping needs to look at the downstream partition at all. */
const looksAtDownstream = ({ _tag }: PartitionMappingDescription): boolean =>
  _tag !== "all" && _tag !== "last" && _tag !== "specific"

/** Why a mapping does not fit two dimensions. */
const unfitting = (
  mapping: OneDimensionMapping,
  down: OneDimensionDescription,
  up: OneDimensionDescription
): ReadonlyArray<string> => {
  const timed = down._tag === "timeWindows" && up._tag === "timeWindows"
  if (mapping._tag === "enclosing" && !timed) return ["PartitionMapping.enclosing is between windows of time"]
  if (mapping._tag === "window" && !timed && !PartitionsDescription.equals(down, up)) {
    return ["PartitionMapping.window is between windows of time, or between the same partitions"]
  }
  if (mapping._tag === "fixed") {
    const known = (keys: Iterable<string>, of: OneDimensionDescription, side: string): ReadonlyArray<string> => {
      if (of._tag !== "fixed") return []
      const there = new Set(of.keys)
      return [...new Set(keys)].filter((key) => !there.has(key)).map((key) => `${side} has no partition "${key}"`)
    }
    return [
      ...known(Object.keys(mapping.keys), down, "downstream"),
      ...known(Object.values(mapping.keys).flat(), up, "upstream")
    ]
  }
  return []
}

const sizes = (axes: ReadonlyArray<PartitionAxis>): ReadonlyArray<number> => axes.map((axis) => axis.count)
const everything = (axis: PartitionAxis): IndexRanges => normalize([[0, axis.count]])

const upstream = <Down extends string, Up extends string>(
  mapping: PartitionMapping<boolean>,
  downstream: PartitionSubset<Down> | undefined,
  up: PartitionSet<Up>
): Result.Result<UpstreamPartitions<Up>, InvalidPartitions> => {
  const { description } = mapping
  const subject = `PartitionMapping.${description._tag}`
  const of = (ranges: IndexRanges, missing: ReadonlyArray<MissingPartitions>) =>
    Result.succeed({ subset: PartitionSubset.fromRanges(up, ranges), missing })
  if (downstream !== undefined && downstream.count === 0) return of([], [])
  if (!looksAtDownstream(description)) {
    if (description._tag === "all") return of([[0, up.count]], [])
    if (description._tag === "last") return of([[Math.max(0, up.count - 1), up.count]], [])
    const keys = description._tag === "specific" ? [...new Set(description.keys)] : []
    const known = keys.flatMap((key) => {
      const index = up.indexOf(key)
      return index === undefined ? [] : [[index, index + 1] as const]
    })
    const missing = keys.filter((key) => !up.has(key)).map((key) => ({ from: key, to: key, count: 1 }))
    return of(normalize(known), missing)
  }
  if (downstream === undefined) {
    return Result.fail(invalid(subject, ["downstream is not partitioned: use all, last or specific"]))
  }
  const down = downstream.set
  const pairs = pairsOf(description, down.description, up.description)
  if (pairs.some((each) => typeof each === "string"))
    return Result.fail(invalid(subject, pairs as ReadonlyArray<string>))
  const missing: Array<MissingPartitions> = []
  const found = toBoxes(sizes(down.axes), downstream.ranges).flatMap((box) => {
    const parts: Array<IndexRanges> = up.axes.map(everything)
    for (const pair of pairs as ReadonlyArray<Pair>) {
      const result = upstreamOf(pair.mapping, down.axes[pair.down]!, up.axes[pair.up]!, box[pair.down]!)
      parts[pair.up] = result.ranges
      missing.push(...result.missing)
    }
    return fromBox(sizes(up.axes), parts)
  })
  const ranges = normalize(found)
  if (description._tag === "enclosing" && downstream.count === 1 && ranges.reduce((n, [a, b]) => n + b - a, 0) > 1) {
    const problem =
      "the window of a downstream partition lies in more than one upstream window: use PartitionMapping.window"
    return Result.fail(invalid(subject, [problem]))
  }
  return of(ranges, distinct(missing))
}

/** Boxes with the same part in a dimension miss the same. */
const distinct = (missing: ReadonlyArray<MissingPartitions>): ReadonlyArray<MissingPartitions> => [
  ...new Map(missing.map((each) => [`${each.from}\u0000${each.to}`, each])).values()
]

const downstream = <Up extends string, Down extends string>(
  mapping: PartitionMapping<boolean>,
  up: PartitionSubset<Up>,
  down: PartitionSet<Down>
): Result.Result<PartitionSubset<Down>, InvalidPartitions> => {
  const { description } = mapping
  const of = (ranges: IndexRanges) => Result.succeed(PartitionSubset.fromRanges(down, ranges))
  if (up.count === 0) return of([])
  if (!looksAtDownstream(description)) {
    const needed =
      description._tag === "all" ||
      (description._tag === "last"
        ? up.set.last !== undefined && PartitionSubset.has(up, up.set.last)
        : description._tag === "specific" && description.keys.some((key) => PartitionSubset.has(up, key)))
    return of(needed ? [[0, down.count]] : [])
  }
  const pairs = pairsOf(description, down.description, up.set.description)
  if (pairs.some((each) => typeof each === "string")) {
    return Result.fail(invalid(`PartitionMapping.${description._tag}`, pairs as ReadonlyArray<string>))
  }
  const found = toBoxes(sizes(up.set.axes), up.ranges).flatMap((box) => {
    const parts: Array<IndexRanges> = down.axes.map(everything)
    for (const pair of pairs as ReadonlyArray<Pair>) {
      const needing = downstreamOf(pair.mapping, up.set.axes[pair.up]!, down.axes[pair.down]!, box[pair.up]!)
      parts[pair.down] = intersection(parts[pair.down]!, needing)
    }
    return fromBox(sizes(down.axes), parts)
  })
  return of(normalize(found))
}

const infer = (
  down: Partitions<any> | undefined,
  up: Partitions<any>
): Result.Result<PartitionMapping<boolean>, InvalidPartitions> => {
  if (down === undefined) return Result.succeed(all)
  const downDimensions = dimensionsOf(down.description)
  const upDimensions = dimensionsOf(up.description)
  if (PartitionsDescription.equals(down.description, up.description)) return Result.succeed(identity)
  if (downDimensions.length === 1 && upDimensions.length === 1) {
    const timed = down.description._tag === "timeWindows" && up.description._tag === "timeWindows"
    return Result.succeed(timed ? window() : identity)
  }
  if (downDimensions.length > 1 && upDimensions.length > 1) return Result.succeed(identity)
  const [several, single, make] =
    downDimensions.length > 1
      ? ([downDimensions, upDimensions[0]![1], dimension] as const)
      : ([upDimensions, downDimensions[0]![1], slice] as const)
  const same = several.filter(([, each]) => PartitionsDescription.equals(each, single))
  const timed = single._tag === "timeWindows" ? several.filter(([, each]) => each._tag === "timeWindows") : []
  const fitting = same.length > 0 ? same : timed
  if (fitting.length === 1) return Result.succeed(make(fitting[0]![0]))
  const names = several.map(([name]) => `"${name}"`).join(", ")
  const problem =
    fitting.length === 0
      ? `none of the dimensions ${names} has the partitions of the other side`
      : `several of the dimensions ${names} have the partitions of the other side`
  return Result.fail(invalid("PartitionMapping", [`${problem}: give a mapping, such as PartitionMapping.dimension`]))
}

const all = one(true, { _tag: "all" })

const between = (mapping: OneDimensionalMapping<boolean> | undefined): { readonly mapping?: OneDimensionMapping } =>
  mapping === undefined ? {} : { mapping: mapping.description }

function dimension(name: string, mapping?: OneDimensionalMapping<false>): PartitionMapping<false>
function dimension(name: string, mapping: OneDimensionalMapping<true>): PartitionMapping<true>
function dimension(name: string, mapping?: OneDimensionalMapping<boolean>): PartitionMapping<boolean> {
  // Without a mapping it is one key.
  return {
    many: mapping?.many ?? false,
    description: { _tag: "dimension", dimension: name, ...between(mapping) }
  }
}

const slice = (name: string, mapping?: OneDimensionalMapping<boolean>): PartitionMapping<true> => ({
  many: true,
  description: { _tag: "slice", dimension: name, ...between(mapping) }
})

/**
 * Constructors of mappings between partitions, and what they map to. The constructors throw `InvalidPartitions` with every
 * mistake in their arguments.
 *
 * @since 0.1.0
 */
export const PartitionMapping = {
  /** The upstream partition with the same key. @source Dagster IdentityPartitionMapping */
  identity,

  /** The last upstream partition. @source Dagster LastPartitionMapping */
  last: one(false, { _tag: "last" }),

  /** All upstream partitions. @source Dagster AllPartitionMapping */
  all,

  /**
   * Some upstream partitions, for every downstream partition.
   *
   * @param keys - the upstream keys; one key arrives as its value, several as a map
   * @source Dagster SpecificPartitionsPartitionMapping
   */
  specific: <const Keys extends ReadonlyArray<string>>(
    keys: Keys
  ): OneDimensionalMapping<Keys extends readonly [string] ? false : true> => {
    const problems = [
      ...(keys.length === 0 ? ["there must be at least one key"] : []),
      ...keys.filter((key) => typeof key !== "string").map((key) => `a key must be a string, got ${typeof key}`)
    ]
    if (problems.length > 0) throw invalid("PartitionMapping.specific", problems)
    return one((keys.length > 1) as Keys extends readonly [string] ? false : true, {
      _tag: "specific",
      keys: [...keys]
    })
  },

  /**
   * Upstream partitions that are listed for each downstream partition. Those that are not listed need none.
   *
   * @param keys - from downstream key to upstream key, which arrives as its value; or to several, which arrive as a map
   * @source Dagster StaticPartitionMapping, which is written from upstream to downstream
   */
  fixed: <const Keys extends { readonly [down: string]: string } | { readonly [down: string]: ReadonlyArray<string> }>(
    keys: Keys
  ): OneDimensionalMapping<Keys extends { readonly [down: string]: string } ? false : true> => {
    const values: ReadonlyArray<string | ReadonlyArray<string>> = Object.values(keys)
    const many = values.some((value) => typeof value !== "string")
    if (many && values.some((value) => typeof value === "string")) {
      throw invalid("PartitionMapping.fixed", [
        "give every downstream key one upstream key, or every one an array of them"
      ])
    }
    return one(many as Keys extends { readonly [down: string]: string } ? false : true, {
      _tag: "fixed",
      keys: Object.fromEntries(
        Object.entries<string | ReadonlyArray<string>>(keys).map(([down, up]) => [
          down,
          typeof up === "string" ? [up] : [...up]
        ])
      )
    })
  },

  /**
   * The upstream windows of time that overlap the downstream window: the days of a month, the hours of a day. With `start`
   * and `end`, those before and after it too: `{ start: -1 }` adds the window before. Between partitions that are not windows
   * of time, which must be the same on both sides, the partitions around the same key.
   *
   * A window that `start` or `end` moves out of the time that upstream covers is cut off. Other windows that do not exist are
   * missing, unless `allowMissing` is true.
   *
   * @param options - as `WindowMappingOptions`
   * @source Dagster TimeWindowPartitionMapping
   */
  window,

  /**
   * The one upstream window of time in which the downstream window lies: the day of an hour, the month of a day.
   *
   * @source Dagster TimeWindowPartitionMapping
   */
  enclosing: one(false, { _tag: "enclosing" }),

  /**
   * For downstream partitions of several dimensions: the upstream partition with the key of one of them.
   *
   * @param name - the dimension of downstream
   * @param mapping - the mapping from that dimension to upstream; without it the same key, or the windows that overlap
   * @source Dagster MultiToSingleDimensionPartitionMapping
   */
  dimension,

  /**
   * For upstream partitions of several dimensions: all that have the downstream key in one of them.
   *
   * @param name - the dimension of upstream
   * @param mapping - the mapping from downstream to that dimension; without it the same key, or the windows that overlap
   * @source Dagster MultiToSingleDimensionPartitionMapping
   */
  slice,

  /**
   * Between partitions of several dimensions. A dimension of upstream that is not listed is needed whole.
   *
   * @param dimensions - for a dimension of upstream, the dimension of downstream it is mapped from, with or without a mapping
   * @source Dagster MultiPartitionMapping
   */
  dimensions: (dimensions: { readonly [upstream: string]: string | DimensionMapping }): PartitionMapping<true> => ({
    many: true,
    description: {
      _tag: "dimensions",
      dimensions: Object.fromEntries(
        Object.entries(dimensions).map(([name, from]) => [
          name,
          typeof from === "string" ? { dimension: from } : { dimension: from.dimension, ...between(from.mapping) }
        ])
      )
    }
  }),

  /**
   * The mapping for which none is given: the same partitions, the same key; windows of time, those that overlap; one dimension
   * of several, the matching slice; downstream without partitions, all.
   *
   * @param downstream - the partitions of downstream; `undefined` when it is not partitioned
   * @param upstream - the partitions of upstream
   * @returns the mapping, or why there is none
   * @source Dagster infer_partition_mapping
   */
  infer,

  /**
   * Checks that a mapping fits the partitions of both sides.
   *
   * @returns nothing, or `InvalidPartitions` with every mistake
   */
  check: (
    mapping: PartitionMapping<boolean>,
    downstream: Partitions<any> | undefined,
    upstream: Partitions<any>
  ): Result.Result<void, InvalidPartitions> => {
    if (!looksAtDownstream(mapping.description)) return Result.succeed(undefined)
    const problems =
      downstream === undefined
        ? ["downstream is not partitioned: use all, last or specific"]
        : pairsOf(mapping.description, downstream.description, upstream.description).filter(
            (each) => typeof each === "string"
          )
    return problems.length === 0
      ? Result.succeed(undefined)
      : Result.fail(invalid(`PartitionMapping.${mapping.description._tag}`, problems))
  },

  /**
   * Finds the upstream partitions that downstream partitions need.
   *
   * @param mapping - the mapping
   * @param downstream - the downstream partitions; `undefined` when downstream is not partitioned
   * @param upstream - the upstream partitions at the moment
   * @returns those that exist and those that are missing, or why the mapping does not fit
   */
  upstream,

  /**
   * Finds the downstream partitions that need upstream partitions.
   *
   * @param mapping - the mapping
   * @param upstream - the upstream partitions
   * @param downstream - the downstream partitions at the moment
   */
  downstream
}
