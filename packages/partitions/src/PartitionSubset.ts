import * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { InvalidPartitionKeyRange } from "./InvalidPartitionKeyRange.ts"
import { fromBox, toBoxes } from "./internal/boxes.ts"
import {
  count,
  difference,
  has,
  type IndexRanges,
  indices,
  intersection,
  normalize,
  union
} from "./internal/indexRanges.ts"
import { PartitionKeyRange } from "./PartitionKeyRange.ts"
import type { PartitionSet } from "./PartitionSet.ts"
import type { TimeWindow } from "./TimeWindow.ts"
import type { UnknownPartitionKey } from "./UnknownPartitionKey.ts"

/**
 * Some of the partitions of a set. It holds ranges of numbers, so that all partitions of a year cost as little as one.
 *
 * @since 0.1.0
 * @source Dagster PartitionsSubset
 */
export interface PartitionSubset<in out K extends string> {
  /** The partitions that it is taken from. */
  readonly set: PartitionSet<K>
  /** Ranges of numbers of partitions, sorted and apart from each other; the end of each is left out. */
  readonly ranges: IndexRanges
  /** How many partitions it holds. */
  readonly count: number
}

const Keys = Schema.Array(Schema.String)

/** The keys of a subset in one dimension: ranges where keys are windows of time, else a list. */
const Part = Schema.Struct({
  keys: Schema.optionalKey(Keys),
  ranges: Schema.optionalKey(Schema.Array(PartitionKeyRange.schema))
})
type EncodedPart = typeof Part.Type

const schema = Schema.Struct({
  /** All combinations of the keys of one box are in the subset; a box has one part for each dimension, in their order. */
  boxes: Schema.Array(Schema.Array(Part))
})

/**
 * A subset as JSON.
 *
 * @since 0.1.0
 */
export type EncodedPartitionSubset = typeof schema.Type

const make = <K extends string>(set: PartitionSet<K>, ranges: IndexRanges): PartitionSubset<K> => ({
  set,
  ranges,
  count: count(ranges)
})

const indicesOf = <K extends string>(
  set: PartitionSet<K>,
  keys: ReadonlyArray<string>
): Result.Result<IndexRanges, UnknownPartitionKey> =>
  Result.map(set.check(keys), (known) =>
    normalize(
      known.map((key) => {
        const index = set.indexOf(key)!
        return [index, index + 1] as const
      })
    )
  )

const sizes = <K extends string>(set: PartitionSet<K>): ReadonlyArray<number> => set.axes.map((axis) => axis.count)

/** Takes a subset over to the same partitions at another moment; what does not exist there is left out. */
const at = <K extends string>(subset: PartitionSubset<K>, set: PartitionSet<K>): PartitionSubset<K> => {
  if (subset.set === set) return subset
  const boxes = toBoxes(sizes(subset.set), subset.ranges).map((box) =>
    fromBox(
      sizes(set),
      box.map((ranges, i) => {
        const [from, to] = [subset.set.axes[i]!, set.axes[i]!]
        // Windows and fixed keys keep their numbers; dynamic keys come and go.
        if (from.description._tag !== "dynamic") return intersection(ranges, [[0, to.count]])
        return normalize(
          [...indices(ranges)].flatMap((index) => {
            const place = to.indexOf(from.keyAt(index)!)
            return place === undefined ? [] : [[place, place + 1] as const]
          })
        )
      })
    )
  )
  return make(set, normalize(boxes.flat()))
}

const combine =
  (ranges: (a: IndexRanges, b: IndexRanges) => IndexRanges) =>
  <K extends string>(a: PartitionSubset<K>, b: PartitionSubset<K>): PartitionSubset<K> =>
    make(a.set, ranges(a.ranges, at(b, a.set).ranges))

const include = <K extends string>(
  subset: PartitionSubset<K>,
  keys: ReadonlyArray<string>
): Result.Result<PartitionSubset<K>, UnknownPartitionKey> =>
  Result.map(indicesOf(subset.set, keys), (ranges) => make(subset.set, union(subset.ranges, ranges)))

const ofRange = <K extends string>(
  set: PartitionSet<K>,
  range: PartitionKeyRange
): Result.Result<PartitionSubset<K>, UnknownPartitionKey | InvalidPartitionKeyRange> =>
  Result.map(PartitionKeyRange.spans(set, range), (spans) =>
    make(
      set,
      fromBox(
        sizes(set),
        spans.map((span) => [span])
      )
    )
  )

const ofWindow = <K extends string>(set: PartitionSet<K>, window: TimeWindow): PartitionSubset<K> => {
  const timed = set.axes.filter(({ windows }) => windows !== undefined)
  if (timed.length !== 1) return make(set, [])
  const { countBefore } = timed[0]!.windows!
  const from = Math.max(0, countBefore(DateTime.toEpochMillis(window.start)))
  const to = Math.min(timed[0]!.count, countBefore(DateTime.toEpochMillis(window.end)))
  return make(
    set,
    fromBox(
      sizes(set),
      set.axes.map((axis) => normalize([axis === timed[0] ? [from, to] : [0, axis.count]]))
    )
  )
}

/** Ranges of keys that hold the subset, each within one dimension: that of time, or the last. */
const keyRanges = <K extends string>(subset: PartitionSubset<K>): ReadonlyArray<PartitionKeyRange<K>> => {
  const { set } = subset
  const counts = sizes(set)
  const timed = set.axes.findIndex(({ windows }) => windows !== undefined)
  const along = timed === -1 ? counts.length - 1 : timed
  const stride = counts.slice(along + 1).reduce((all, n) => all * n, 1)
  if (stride === 1) {
    const row = counts[along]!
    return subset.ranges.flatMap(([from, to]) => {
      const found: Array<PartitionKeyRange<K>> = []
      // A range of numbers that goes over the end of a row is a range of keys in each.
      for (let start = from; start < to;) {
        const end = Math.min(to, (Math.floor(start / row) + 1) * row)
        found.push({ from: set.keyAt(start)!, to: set.keyAt(end - 1)! })
        start = end
      }
      return found
    })
  }
  // Numbers along another dimension than the last are `stride` apart.
  const lines = new Map<number, Array<number>>()
  for (const index of indices(subset.ranges)) {
    const block = stride * counts[along]!
    const line = Math.floor(index / block) * stride + (index % stride)
    const places = lines.get(line)
    if (places === undefined) lines.set(line, [index])
    else places.push(index)
  }
  return [...lines.values()].flatMap((places) => {
    const found: Array<{ from: K; to: K }> = []
    let last: number | undefined
    for (const index of places) {
      const key = set.keyAt(index)!
      if (last !== undefined && index === last + stride) found.at(-1)!.to = key
      else found.push({ from: key, to: key })
      last = index
    }
    return found
  })
}

const encode = <K extends string>(subset: PartitionSubset<K>): EncodedPartitionSubset => ({
  boxes: toBoxes(sizes(subset.set), subset.ranges).map((box) =>
    box.map((ranges, i): EncodedPart => {
      const axis = subset.set.axes[i]!
      if (axis.windows === undefined) return { keys: [...indices(ranges)].map((index) => axis.keyAt(index)!) }
      return { ranges: ranges.map(([from, to]) => ({ from: axis.keyAt(from)!, to: axis.keyAt(to - 1)! })) }
    })
  )
})

const decode = <K extends string>(set: PartitionSet<K>, encoded: EncodedPartitionSubset): PartitionSubset<K> => {
  const boxes = encoded.boxes.flatMap((box) => {
    if (box.length !== set.axes.length) return []
    const parts = box.map((part, i) => {
      const axis = set.axes[i]!
      const { windows } = axis
      return normalize([
        ...(part.keys ?? []).flatMap((key) => {
          const index = axis.indexOf(key)
          return index === undefined ? [] : [[index, index + 1] as const]
        }),
        ...(part.ranges ?? []).flatMap(({ from, to }) => {
          const [start, end] = [axis.indexOf(from), axis.indexOf(to)]
          if (start !== undefined && end !== undefined) return [[start, end + 1] as const]
          // Of a range that only partly exists, what exists remains.
          if (windows === undefined) return []
          const first = start ?? (end === undefined ? undefined : 0)
          return first === undefined ? [] : [[first, (end ?? axis.count - 1) + 1] as const]
        })
      ])
    })
    return fromBox(sizes(set), parts)
  })
  return make(set, normalize(boxes))
}

/**
 * Constructors of subsets, and what can be asked of them.
 *
 * @since 0.1.0
 */
export const PartitionSubset = {
  schema,

  /** No partition. */
  empty: <K extends string>(set: PartitionSet<K>): PartitionSubset<K> => make(set, []),

  /** All partitions. */
  all: <K extends string>(set: PartitionSet<K>): PartitionSubset<K> => make(set, normalize([[0, set.count]])),

  /** The partitions with the given keys, or an error that names each that is not one. */
  of: <K extends string>(
    set: PartitionSet<K>,
    keys: ReadonlyArray<string>
  ): Result.Result<PartitionSubset<K>, UnknownPartitionKey> =>
    Result.map(indicesOf(set, keys), (ranges) => make(set, ranges)),

  /** The partitions with the given numbers, as ranges whose end is left out; numbers that do not exist are left out. */
  fromRanges: <K extends string>(
    set: PartitionSet<K>,
    ranges: Iterable<readonly [from: number, to: number]>
  ): PartitionSubset<K> => make(set, intersection(normalize(ranges), [[0, set.count]])),

  /** The partitions of a range of keys, or why it is none. */
  ofRange,

  /** The partitions whose window starts in a window of time; none where there is not exactly one dimension of time. */
  ofWindow,

  /** Adds keys, or fails with each that is not a partition. */
  include,

  /** Takes keys away, or fails with each that is not a partition. */
  exclude: <K extends string>(
    subset: PartitionSubset<K>,
    keys: ReadonlyArray<string>
  ): Result.Result<PartitionSubset<K>, UnknownPartitionKey> =>
    Result.map(indicesOf(subset.set, keys), (ranges) => make(subset.set, difference(subset.ranges, ranges))),

  /** What is in one of the two; both are of the same partitions, and the moment is that of the first. */
  union: combine(union),

  /** What is in both; the moment is that of the first. */
  intersection: combine(intersection),

  /** What is in the first and not in the second. */
  difference: combine(difference),

  /** Tells whether a key is in the subset. */
  has: <K extends string>(subset: PartitionSubset<K>, key: string): boolean => {
    const index = subset.set.indexOf(key)
    return index !== undefined && has(subset.ranges, index)
  },

  /** The keys one after the other, in order. */
  keys: <K extends string>(subset: PartitionSubset<K>): Iterable<K> => ({
    *[Symbol.iterator]() {
      for (const index of indices(subset.ranges)) yield subset.set.keyAt(index)!
    }
  }),

  /**
   * The fewest ranges of keys that hold the subset, each within one dimension: the dimension of time, or else the last.
   */
  keyRanges,

  /** The same keys in the same partitions at another moment; what does not exist there is left out. */
  at,

  /** Encodes a subset as JSON of `schema`: ranges of windows of time, and lists of other keys. */
  encode,

  /** Decodes a subset of the given partitions; keys that do not exist there are left out. */
  decode
}
