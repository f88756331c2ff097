import { assert, describe, it } from "@effect/vitest"
import {
  PartitionKeyRange,
  type PartitionMoment,
  Partitions,
  type PartitionSet,
  PartitionSubset
} from "@heddle/partitions"
import * as Arbitrary from "effect/Arbitrary"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { int, moment, now, onePartitions, pick } from "./generated.ts"

const json = Schema.toCodecJson(PartitionSubset.schema)

/** A set of partitions with one to three dimensions. */
const sets: Arbitrary.Arbitrary<PartitionSet<string>> = Arbitrary.map(
  Arbitrary.array(onePartitions, { minLength: 1, maxLength: 3 }),
  (parts) =>
    (parts.length === 1 ? parts[0]! : Partitions.multi(Object.fromEntries(parts.map((part, i) => [`d${i}`, part])))).at(
      moment
    )
)

/** Numbers of partitions of a set: spans and single ones, some of them beyond its end. */
const spans = Arbitrary.array(Arbitrary.all([int(0, 200), pick(1, 1, 2, 3, 7, 40)]), { maxLength: 5 })
const indicesOf = (set: PartitionSet<string>, picked: ReadonlyArray<readonly [number, number]>): Set<number> =>
  new Set(
    picked.flatMap(([from, length]) => Array.from({ length }, (_, i) => from + i)).filter((index) => index < set.count)
  )
const keysOf = (set: PartitionSet<string>, indices: Iterable<number>): ReadonlyArray<string> =>
  [...indices].sort((a, b) => a - b).map((index) => set.keyAt(index)!)
const subsetOf = (set: PartitionSet<string>, indices: Iterable<number>): PartitionSubset<string> =>
  Result.getOrThrow(PartitionSubset.of(set, keysOf(set, indices)))
const listed = (subset: PartitionSubset<string>): ReadonlyArray<string> => [...PartitionSubset.keys(subset)]

describe("PartitionSubset", () => {
  it.prop(
    "behaves as a set of keys",
    [sets, spans, spans],
    ([set, first, second]) => {
      const [a, b] = [indicesOf(set, first), indicesOf(set, second)]
      const [x, y] = [subsetOf(set, a), subsetOf(set, b)]
      assert.deepStrictEqual(listed(x), keysOf(set, a))
      assert.strictEqual(x.count, a.size)
      for (const i of [...a, ...b]) assert.strictEqual(PartitionSubset.has(x, set.keyAt(i)!), a.has(i))
      const union = keysOf(set, new Set([...a, ...b]))
      const rest = keysOf(
        set,
        [...a].filter((i) => !b.has(i))
      )
      assert.deepStrictEqual(listed(PartitionSubset.union(x, y)), union)
      assert.deepStrictEqual(listed(Result.getOrThrow(PartitionSubset.include(x, keysOf(set, b)))), union)
      assert.deepStrictEqual(listed(PartitionSubset.difference(x, y)), rest)
      assert.deepStrictEqual(listed(Result.getOrThrow(PartitionSubset.exclude(x, keysOf(set, b)))), rest)
      assert.deepStrictEqual(
        listed(PartitionSubset.intersection(x, y)),
        keysOf(
          set,
          [...a].filter((i) => b.has(i))
        )
      )
    },
    { timeout: 60_000, arbitrary: { runs: 1_500 } }
  )

  it.prop(
    "survives JSON, and its ranges of keys hold the same keys",
    [sets, spans],
    ([set, picked]) => {
      const subset = subsetOf(set, indicesOf(set, picked))
      const text = JSON.stringify(Schema.encodeSync(json)(PartitionSubset.encode(subset)))
      const decoded = PartitionSubset.decode(set, Schema.decodeUnknownSync(json)(JSON.parse(text)))
      assert.deepStrictEqual(decoded.ranges, subset.ranges)
      const ranges = PartitionSubset.keyRanges(subset)
      const parts = ranges.map((range) => Result.getOrThrow(PartitionSubset.ofRange(set, range)))
      assert.strictEqual(
        parts.reduce((n, part) => n + part.count, 0),
        subset.count
      )
      const all = parts.reduce((a, b) => PartitionSubset.union(a, b), PartitionSubset.empty(set))
      assert.deepStrictEqual(all.ranges, subset.ranges)
    },
    { timeout: 60_000, arbitrary: { runs: 1_000 } }
  )

  it.prop(
    "ranges - are all combinations of a range in each dimension, or an error that names the dimension",
    [sets, int(0, 300), int(0, 300)],
    ([set, a, b]) => {
      if (set.count === 0) return
      const [from, to] = [set.keyAt(a % set.count)!, set.keyAt(b % set.count)!]
      const parts = (key: string) => (set.axes.length === 1 ? [key] : key.split("|"))
      const places = (key: string) => parts(key).map((part, i) => set.axes[i]!.indexOf(part)!)
      const [start, end] = [places(from), places(to)]
      const found = PartitionSubset.ofRange(set, { from, to })
      if (start.some((place, i) => place > end[i]!)) {
        assert.isTrue(Result.isFailure(found))
        return
      }
      const expected = [...set.keys()].filter((key) =>
        places(key).every((place, i) => place >= start[i]! && place <= end[i]!)
      )
      assert.deepStrictEqual(listed(Result.getOrThrow(found)), expected)
    },
    { timeout: 60_000, arbitrary: { runs: 500 } }
  )

  it("ofRange - goes across a change of the clock, and tells what is wrong with a range", () => {
    const hours = Partitions.hourly({ start: "2024-11-01", timeZone: "America/New_York" }).at({ now })
    assert.strictEqual(hours.count, 0)
    const later = Partitions.hourly({ start: "2023-11-01", timeZone: "America/New_York" }).at({ now })
    const range = { from: "2023-11-05-00:00", to: "2023-11-05-02:00" }
    assert.deepStrictEqual(listed(Result.getOrThrow(PartitionSubset.ofRange(later, range))), [
      "2023-11-05-00:00",
      "2023-11-05-01:00",
      "2023-11-05-01:00-0500",
      "2023-11-05-02:00"
    ])
    const error = (from: string, to: string) => {
      const found = PartitionSubset.ofRange(later, { from, to })
      return Result.isFailure(found) ? found.failure.message : ""
    }
    assert.strictEqual(
      error("2023-11-05-02:00", "2023-11-05-00:00"),
      'The range from "2023-11-05-02:00" to "2023-11-05-00:00" ends before it starts: swap the two keys'
    )
    assert.include(error("x", "y"), "2 unknown partitions")
  })

  it("ofWindow - has the partitions that start in a window of time", () => {
    const days = Partitions.multi({ day: Partitions.daily({ start: "2024-01-01" }), r: Partitions.fixed(["a", "b"]) })
    const months = Partitions.monthly({ start: "2024-01-01" }).at({ now })
    const subset = PartitionSubset.ofWindow(days.at({ now }), months.windowOf("2024-02-01")!)
    assert.strictEqual(subset.count, 58)
    assert.deepStrictEqual(PartitionSubset.keyRanges(subset), [
      { from: "2024-02-01|a", to: "2024-02-29|a" },
      { from: "2024-02-01|b", to: "2024-02-29|b" }
    ])
  })

  it("encode - is as small for a year as for a day, and keeps its meaning as time goes on", () => {
    const days = Partitions.daily({ start: "2020-01-01" })
    const year = Result.getOrThrow(PartitionSubset.ofRange(days.at({ now }), { from: "2023-01-01", to: "2023-12-31" }))
    const encoded = PartitionSubset.encode(year)
    assert.deepStrictEqual(encoded, { boxes: [[{ ranges: [{ from: "2023-01-01", to: "2023-12-31" }] }]] })
    const later = days.at({ now: now + 86_400_000 * 30 })
    assert.strictEqual(PartitionSubset.decode(later, encoded).count, 365)
    assert.strictEqual(PartitionSubset.union(PartitionSubset.all(later), year).count, later.count)
    // What is no longer there is left out.
    const shorter = Partitions.daily({ start: "2023-12-30" }).at({ now })
    assert.deepStrictEqual(listed(PartitionSubset.decode(shorter, encoded)), ["2023-12-30", "2023-12-31"])
  })

  it("at - keeps keys where dynamic ones come and go, and days are added to a dimension", () => {
    const partitions = Partitions.multi({
      who: Partitions.dynamic("customers"),
      z: Partitions.daily({ start: "2024-06-10" })
    })
    const at = (day: number, ...customers: ReadonlyArray<string>): PartitionMoment => ({
      now: Date.UTC(2024, 5, day),
      dynamic: { customers }
    })
    const first = partitions.at(at(13, "ann", "bob"))
    const subset = Result.getOrThrow(PartitionSubset.of(first, ["bob|2024-06-11", "ann|2024-06-10"]))
    const moved = PartitionSubset.at(subset, partitions.at(at(20, "bob", "cid")))
    assert.deepStrictEqual(listed(moved), ["bob|2024-06-11"])
  })
})

describe("PartitionKeyRange", () => {
  it("parse - reads what format writes, and one key as a range of one", () => {
    for (const range of [
      { from: "2026-01", to: "2026-06" },
      { from: "a", to: "a" }
    ]) {
      assert.deepStrictEqual(PartitionKeyRange.parse(PartitionKeyRange.format(range)), range)
    }
    assert.strictEqual(PartitionKeyRange.format({ from: "2026-01", to: "2026-06" }), "2026-01...2026-06")
    for (const text of ["", "...", "a...", "...b", "a...b...c"]) assert.isUndefined(PartitionKeyRange.parse(text), text)
  })
})
