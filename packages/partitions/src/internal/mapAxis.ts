/** Mappings between two dimensions, on numbers of partitions. */
import type { PartitionAxis, WindowAxis } from "../PartitionAxis.ts"
import type { OneDimensionMapping } from "../PartitionMappingDescription.ts"
import { PartitionsDescription } from "../PartitionsDescription.ts"
import type { MissingPartitions } from "../UpstreamPartitions.ts"
import { difference, has, type IndexRanges, indices, intersection, normalize } from "./indexRanges.ts"

/** What one dimension of upstream has for some of downstream. */
export interface AxisResult {
  readonly ranges: IndexRanges
  readonly missing: ReadonlyArray<MissingPartitions>
}

const everything = (axis: PartitionAxis): IndexRanges => normalize([[0, axis.count]])
const existing = (axis: PartitionAxis, ranges: IndexRanges): IndexRanges => intersection(ranges, everything(axis))

const one = (key: string): MissingPartitions => ({ from: key, to: key, count: 1 })

const missingWindows = (windows: WindowAxis, ranges: IndexRanges): ReadonlyArray<MissingPartitions> =>
  ranges.map(([from, to]) => ({ from: windows.keyOf(from), to: windows.keyOf(to - 1), count: to - from }))

/** How many numbers the windows of `to` are behind those of `from`. */
const shiftOf = (from: WindowAxis, to: WindowAxis): number => to.countBefore(from.startOf(0))

const shifted = (ranges: IndexRanges, by: number): IndexRanges => ranges.map(([from, to]) => [from + by, to + by])

/** Keys of one dimension in another; a key at a time, unless both have the same windows. */
const sameKeys = (from: PartitionAxis, to: PartitionAxis, ranges: IndexRanges): AxisResult => {
  if (from.description._tag !== "dynamic" && PartitionsDescription.equals(from.description, to.description)) {
    const kept = existing(to, ranges)
    const rest = difference(ranges, kept)
    return { ranges: kept, missing: to.windows === undefined ? [] : missingWindows(to.windows, rest) }
  }
  if (
    from.windows !== undefined &&
    to.windows !== undefined &&
    PartitionsDescription.sameWindows(from.windows.description, to.windows.description)
  ) {
    const there = shifted(ranges, shiftOf(from.windows, to.windows))
    const kept = existing(to, there)
    return { ranges: kept, missing: missingWindows(to.windows, difference(there, kept)) }
  }
  const found: Array<readonly [number, number]> = []
  const missing: Array<MissingPartitions> = []
  for (const index of indices(ranges)) {
    const key = from.keyAt(index)!
    const place = to.indexOf(key)
    if (place === undefined) missing.push(one(key))
    else found.push([place, place + 1])
  }
  return { ranges: normalize(found), missing }
}

const listed = (axis: PartitionAxis, keys: Iterable<string>): AxisResult => {
  const found: Array<readonly [number, number]> = []
  const missing: Array<MissingPartitions> = []
  for (const key of new Set(keys)) {
    const place = axis.indexOf(key)
    if (place === undefined) missing.push(one(key))
    else found.push([place, place + 1])
  }
  return { ranges: normalize(found), missing }
}

interface Offsets {
  readonly start: number
  readonly end: number
  readonly allowMissing: boolean
}

/** The number of the first window that ends after a moment. */
const firstEndingAfter = (windows: WindowAxis, millis: number): number => {
  const started = windows.countBefore(millis + 1)
  return windows.endOf(started - 1) > millis ? started - 1 : started
}

/** Cuts a range into those within which each window ends where the next one starts. */
const spans = (
  windows: WindowAxis,
  [from, to]: readonly [number, number]
): ReadonlyArray<readonly [number, number]> => {
  if (windows.gapless || to - from <= 1) return [[from, to]]
  const found: Array<readonly [number, number]> = []
  let start = from
  for (let i = from; i < to; i++) {
    if (i + 1 === to || windows.endOf(i) !== windows.startOf(i + 1)) {
      found.push([start, i + 1])
      start = i + 1
    }
  }
  return found
}

/** The windows of `up` that overlap those of `down`, whose time begins and ends by `start` and `end` windows later. */
const overlapping = (
  down: WindowAxis,
  up: WindowAxis,
  upCount: number,
  ranges: IndexRanges,
  by: Offsets
): AxisResult => {
  const bounds = upCount === 0 ? undefined : { start: up.startOf(0), end: up.startOf(upCount) }
  /** A moment that was moved does not leave the time that upstream covers. */
  const bounded = (millis: number, offset: number): number => {
    if (bounds === undefined || offset === 0) return millis
    return offset < 0 ? Math.max(bounds.start, millis) : Math.min(bounds.end, millis)
  }
  const needed: Array<readonly [number, number]> = []
  for (const [first, last] of ranges) {
    const moved = [first + by.start, last + by.end] as const
    // Times of more than one window cover what is excluded between neighbours; those of one do not.
    for (const [from, to] of by.start === by.end ? spans(down, moved) : [moved]) {
      const start = bounded(down.startOf(from), by.start)
      const end = bounded(down.endOf(to - 1), by.end)
      if (start < end) needed.push([firstEndingAfter(up, start), up.countBefore(end)])
    }
  }
  const all = normalize(needed)
  const kept = intersection(all, [[0, upCount]])
  return { ranges: kept, missing: by.allowMissing ? [] : missingWindows(up, difference(all, kept)) }
}

const NO_OFFSETS: Offsets = { start: 0, end: 0, allowMissing: false }

/** The offsets by position, in a list of keys that has no windows. */
const neighbours = (count: number, ranges: IndexRanges, { end, start }: Offsets): IndexRanges =>
  intersection(normalize(ranges.map(([from, to]) => [from + start, to + end])), [[0, count]])

/**
 * The upstream partitions that downstream partitions need, in one dimension.
 *
 * @param down - the dimension of downstream, `undefined` when it is not partitioned
 * @param ranges - the numbers of the downstream partitions
 */
export const upstreamOf = (
  mapping: OneDimensionMapping,
  down: PartitionAxis | undefined,
  up: PartitionAxis,
  ranges: IndexRanges
): AxisResult => {
  if (down !== undefined && ranges.length === 0) return { ranges: [], missing: [] }
  switch (mapping._tag) {
    case "all":
      return { ranges: everything(up), missing: [] }
    case "last":
      return { ranges: normalize([[Math.max(0, up.count - 1), up.count]]), missing: [] }
    case "specific":
      return listed(up, mapping.keys)
    case "identity":
      return down === undefined ? { ranges: [], missing: [] } : sameKeys(down, up, ranges)
    case "fixed": {
      if (down === undefined) return { ranges: [], missing: [] }
      const keys = [...indices(ranges)].flatMap((index) => {
        const key = down.keyAt(index)!
        return Object.hasOwn(mapping.keys, key) ? mapping.keys[key]! : []
      })
      return listed(up, keys)
    }
    case "window":
    case "enclosing": {
      const offsets = mapping._tag === "window" ? mapping : NO_OFFSETS
      if (down === undefined) return { ranges: [], missing: [] }
      if (down.windows !== undefined && up.windows !== undefined) {
        return overlapping(down.windows, up.windows, up.count, ranges, offsets)
      }
      const same = sameKeys(down, up, ranges)
      return {
        ranges: neighbours(up.count, same.ranges, offsets),
        missing: mapping._tag === "window" && mapping.allowMissing ? [] : same.missing
      }
    }
  }
}

/**
 * The downstream partitions that need upstream partitions, in one dimension.
 *
 * @param ranges - the numbers of the upstream partitions
 */
export const downstreamOf = (
  mapping: OneDimensionMapping,
  up: PartitionAxis,
  down: PartitionAxis,
  ranges: IndexRanges
): IndexRanges => {
  if (ranges.length === 0) return []
  switch (mapping._tag) {
    case "all":
      return everything(down)
    case "last":
      return has(ranges, up.count - 1) ? everything(down) : []
    case "specific": {
      const needed = mapping.keys.some((key) => {
        const place = up.indexOf(key)
        return place !== undefined && has(ranges, place)
      })
      return needed ? everything(down) : []
    }
    case "identity":
      return sameKeys(up, down, ranges).ranges
    case "fixed": {
      const found = Object.entries(mapping.keys).flatMap(([key, upstream]) => {
        const needed = upstream.some((each) => {
          const place = up.indexOf(each)
          return place !== undefined && has(ranges, place)
        })
        const place = needed ? down.indexOf(key) : undefined
        return place === undefined ? [] : [[place, place + 1] as const]
      })
      return normalize(found)
    }
    case "window":
    case "enclosing": {
      const { end, start } = mapping._tag === "window" ? mapping : NO_OFFSETS
      const { windows } = down
      if (windows === undefined || up.windows === undefined) {
        const same = sameKeys(up, down, ranges).ranges
        return existing(down, normalize(same.map(([from, to]) => [from - end, to - start])))
      }
      const { endOf, startOf } = up.windows
      const needing = ranges
        .flatMap((range) => spans(up.windows!, range))
        .map(
          ([from, to]) =>
            [firstEndingAfter(windows, startOf(from)) - end, windows.countBefore(endOf(to - 1)) - start] as const
        )
      return existing(down, normalize(needing))
    }
  }
}
