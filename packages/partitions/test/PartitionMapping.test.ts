import { assert, describe, it } from "@effect/vitest"
import {
  type InvalidPartitions,
  type OneDimensionalPartitions,
  PartitionMapping,
  PartitionMappingDescription,
  Partitions,
  type PartitionSet,
  PartitionSubset,
  type TimeWindowsDescription,
  UpstreamPartitionsMissing
} from "@heddle/partitions"
import * as Arbitrary from "effect/Arbitrary"
import * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { int, moment, now, onePartitions, pick, someOf, timePartitions } from "./generated.ts"

const DAY = 86_400_000

const one = (set: PartitionSet<string>, key: string) => Result.getOrThrow(PartitionSubset.of(set, [key]))
const listed = (subset: PartitionSubset<string>): ReadonlyArray<string> => [...PartitionSubset.keys(subset)]
/** Upstream keys of one downstream key, and the keys that are missing. */
const upstream = (
  mapping: PartitionMapping<boolean>,
  key: string | undefined,
  down: PartitionSet<any> | undefined,
  up: PartitionSet<any>
) => {
  const subset = key === undefined || down === undefined ? undefined : one(down, key)
  const found = Result.getOrThrow(PartitionMapping.upstream(mapping, subset, up))
  return { keys: listed(found.subset), missing: found.missing }
}
const downstream = (mapping: PartitionMapping<boolean>, key: string, up: PartitionSet<any>, down: PartitionSet<any>) =>
  listed(Result.getOrThrow(PartitionMapping.downstream(mapping, one(up, key), down)))

interface Window {
  readonly key: string
  readonly start: number
  readonly end: number
}
const windowsOf = ({ axes: [axis], count }: PartitionSet<string>): ReadonlyArray<Window> => {
  const { endOf, startOf } = axis!.windows!
  return Array.from({ length: count }, (_, i) => ({ key: axis!.keyAt(i)!, start: startOf(i), end: endOf(i) }))
}

/** The windows of calendars that were looked at: the generator comes back to some of them. */
const calendars = new Map<string, ReadonlyArray<Window>>()

/** The windows of the same calendar long before and after those that exist. */
const around = (partitions: OneDimensionalPartitions<string>): ReadonlyArray<Window> => {
  const { end: _end, start: _start, ...calendar } = partitions.description as TimeWindowsDescription
  const name = JSON.stringify(calendar)
  let windows = calendars.get(name)
  if (windows === undefined) calendars.set(name, (windows = longAround(partitions)))
  return windows
}

const longAround = (partitions: OneDimensionalPartitions<string>): ReadonlyArray<Window> => {
  const { description } = partitions
  if (description._tag !== "timeWindows") throw new Error("not by time")
  const { cron, exclusions = [], format, timeZone } = description
  const hourly = cron.endsWith(" * * * *")
  const [before, after] = hourly ? [120, 20] : [300, 300]
  const start = DateTime.makeUnsafe(now - before * DAY)
  const end = DateTime.makeUnsafe(now + after * DAY)
  return windowsOf(Partitions.cron(cron, { start, end, exclusions, format, timeZone }).at({ now: now + 1000 * DAY }))
}

const sample = (keys: ReadonlyArray<string>, most: number): ReadonlyArray<string> => {
  const step = Math.max(1, Math.ceil(keys.length / most))
  return keys.filter((_, i) => i % step === 0 || i === keys.length - 1)
}

const timePairs = Arbitrary.flatMap(pick("UTC", "Europe/Berlin", "Australia/Lord_Howe"), (timeZone) =>
  Arbitrary.all([timePartitions(timeZone), timePartitions(timeZone)])
)

describe("PartitionMapping", () => {
  it.prop(
    "window - has the upstream windows that overlap, moved by offsets, and tells which are missing",
    [timePairs, int(-3, 2), int(0, 3), pick(true, false)],
    ([[downPartitions, upPartitions], start, length, allowMissing]) => {
      const end = start + length
      const mapping = PartitionMapping.window({ start, end, allowMissing })
      const [down, up] = [downPartitions.at({ now }), upPartitions.at({ now })]
      const [downAll, upAll] = [around(downPartitions), around(upPartitions)]
      const upWindows = windowsOf(up)
      const existing = new Set(upWindows.map(({ key }) => key))
      const bounds = upWindows.length === 0 ? undefined : { start: upWindows[0]!.start, end: upWindows.at(-1)!.end }
      const bounded = (at: number, offset: number): number =>
        bounds === undefined || offset === 0 ? at : offset < 0 ? Math.max(bounds.start, at) : Math.min(bounds.end, at)
      const needed = (key: string): ReadonlyArray<Window> => {
        const place = downAll.findIndex((each) => each.key === key)
        const from = bounded(downAll[place + start]!.start, start)
        const to = bounded(downAll[place + end]!.end, end)
        return from < to ? upAll.filter((each) => each.start < to && each.end > from) : []
      }
      const keys = sample([...down.keys()], 12)
      for (const key of keys) {
        const expected = needed(key).map((each) => each.key)
        const found = upstream(mapping, key, down, up)
        assert.deepStrictEqual(
          found.keys,
          expected.filter((each) => existing.has(each))
        )
        const missing = found.missing.reduce((n, { count }) => n + count, 0)
        assert.strictEqual(missing, allowMissing ? 0 : expected.filter((each) => !existing.has(each)).length)
      }
      // Several at once need what each needs.
      const together = Result.getOrThrow(
        PartitionMapping.upstream(mapping, Result.getOrThrow(PartitionSubset.of(down, keys)), up)
      )
      const each = new Set(keys.flatMap((key) => upstream(mapping, key, down, up).keys))
      assert.deepStrictEqual(new Set(listed(together.subset)), each)
      // And the other way round.
      const needs = new Map([...down.keys()].map((key) => [key, new Set(upstream(mapping, key, down, up).keys)]))
      for (const key of sample([...up.keys()], 6)) {
        assert.deepStrictEqual(
          downstream(mapping, key, up, down),
          [...needs].flatMap(([at, keys]) => (keys.has(key) ? [at] : []))
        )
      }
    },
    { timeout: 120_000, arbitrary: { runs: 700 } }
  )

  it.prop(
    "identity, last, all, specific, fixed - have the keys that they say, in both directions",
    [onePartitions, onePartitions, int(0, 63), int(0, 63)],
    ([downPartitions, upPartitions, some, others]) => {
      const [down, up] = [downPartitions.at(moment), upPartitions.at(moment)]
      const [downKeys, upKeys] = [[...down.keys()], [...up.keys()]]
      const pickFrom = (keys: ReadonlyArray<string>, bits: number) =>
        keys.slice(0, 6).filter((_, i) => (bits >> i) % 2 === 1)
      const listedKeys = [...pickFrom(upKeys, some), "gone"]
      const table = Object.fromEntries(
        pickFrom(downKeys, others).map((key, i) => [key, pickFrom(upKeys, (some * (i + 3)) % 64)])
      )
      const cases: ReadonlyArray<readonly [PartitionMapping<boolean>, (key: string) => ReadonlyArray<string>]> = [
        [PartitionMapping.identity, (key) => [key]],
        [PartitionMapping.last, () => upKeys.slice(-1)],
        [PartitionMapping.all, () => upKeys],
        [PartitionMapping.specific(listedKeys), () => listedKeys],
        [PartitionMapping.fixed(table), (key) => (Object.hasOwn(table, key) ? table[key]! : [])]
      ]
      for (const [mapping, expected] of cases) {
        const needs = new Map(downKeys.map((key) => [key, new Set(upstream(mapping, key, down, up).keys)]))
        for (const key of sample(downKeys, 8)) {
          const found = upstream(mapping, key, down, up)
          assert.deepStrictEqual(
            found.keys,
            upKeys.filter((each) => expected(key).includes(each))
          )
          assert.deepStrictEqual(
            found.missing.map(({ from }) => from),
            expected(key).filter((each) => !upKeys.includes(each))
          )
        }
        for (const key of sample(upKeys, 6)) {
          assert.deepStrictEqual(
            downstream(mapping, key, up, down),
            downKeys.filter((at) => needs.get(at)!.has(key))
          )
        }
      }
    },
    { timeout: 120_000, arbitrary: { runs: 500 } }
  )

  const letters = Arbitrary.map(someOf(["a", "b", "c"]), (keys) => Partitions.fixed(keys))
  it.prop(
    "dimension, slice, dimensions - go by each dimension on its own, in both directions",
    [timePairs, letters, letters],
    ([[day, otherDay], letter, otherLetter]) => {
      const few = (partitions: OneDimensionalPartitions<string>) => partitions.at({ now }).count <= 60
      if (!few(day) || !few(otherDay)) return
      const several = Partitions.multi({ day, letter })
      const others = Partitions.multi({ date: otherDay, other: otherLetter })
      const window = PartitionMapping.window({ allowMissing: true })
      const related = (d: string, u: string) =>
        upstream(window, d, day.at({ now }), otherDay.at({ now })).keys.includes(u)
      const memo = new Map<string, boolean>()
      const overlaps = (d: string, u: string) => {
        const place = `${d}~${u}`
        if (!memo.has(place)) memo.set(place, related(d, u))
        return memo.get(place)!
      }
      const part = (key: string, i: number) => key.split("|")[i]!
      const cases: ReadonlyArray<
        readonly [PartitionMapping<boolean>, Partitions<any>, Partitions<any>, (d: string, u: string) => boolean]
      > = [
        [PartitionMapping.dimension("day", window), several, otherDay, (d, u) => overlaps(part(d, 0), u)],
        [PartitionMapping.slice("date", window), day, others, (d, u) => overlaps(d, part(u, 0))],
        [
          PartitionMapping.dimensions({ date: { dimension: "day", mapping: window } }),
          several,
          others,
          (d, u) => overlaps(part(d, 0), part(u, 0))
        ],
        [
          PartitionMapping.dimensions({ date: { dimension: "day", mapping: window }, other: "letter" }),
          several,
          others,
          (d, u) => overlaps(part(d, 0), part(u, 0)) && part(d, 1) === part(u, 1)
        ],
        [PartitionMapping.identity, several, several, (d, u) => d === u]
      ]
      for (const [mapping, downPartitions, upPartitions, needs] of cases) {
        const [down, up] = [downPartitions.at({ now }), upPartitions.at({ now })]
        const [downKeys, upKeys] = [[...down.keys()], [...up.keys()]]
        for (const key of sample(downKeys, 4)) {
          assert.deepStrictEqual(
            upstream(mapping, key, down, up).keys,
            upKeys.filter((each) => needs(key, each))
          )
        }
        for (const key of sample(upKeys, 4)) {
          assert.deepStrictEqual(
            downstream(mapping, key, up, down),
            downKeys.filter((each) => needs(each, key))
          )
        }
      }
    },
    { timeout: 120_000, arbitrary: { runs: 300 } }
  )

  const daily = (start: string, options: { end?: string; endOffset?: number } = {}) =>
    Partitions.daily({ start, ...options })
  const jan10 = Date.UTC(2024, 0, 10, 12)

  it("window - cuts off what an offset moves out of upstream, and misses what lies outside otherwise", () => {
    const down = daily("2024-01-01").at({ now: jan10 })
    const up = daily("2024-01-03", { end: "2024-01-06" }).at({ now: jan10 })
    const of = (key: string, start: number, end: number) => {
      const { keys, missing } = upstream(PartitionMapping.window({ start, end }), key, down, up)
      return [
        keys.map((each) => each.slice(-2)).join(" "),
        missing.map(({ from, to }) => `${from.slice(-2)}-${to.slice(-2)}`).join(" ")
      ]
    }
    // These are what Dagster gives.
    assert.deepStrictEqual(of("2024-01-01", 0, 0), ["", "01-01"])
    assert.deepStrictEqual(of("2024-01-01", -1, 0), ["", ""])
    assert.deepStrictEqual(of("2024-01-02", 0, 1), ["03", "02-02"])
    assert.deepStrictEqual(of("2024-01-03", -1, 0), ["03", ""])
    assert.deepStrictEqual(of("2024-01-05", 0, 1), ["05", ""])
    assert.deepStrictEqual(of("2024-01-05", -3, -1), ["03 04", ""])
    assert.deepStrictEqual(of("2024-01-06", 0, 0), ["", "06-06"])
    assert.deepStrictEqual(of("2024-01-06", -1, 0), ["05", "06-06"])
    assert.deepStrictEqual(of("2024-01-06", 0, 1), ["", ""])
    assert.deepStrictEqual(of("2024-01-07", -3, -1), ["04 05", "06-06"])
    const message = new UpstreamPartitionsMissing({
      partitions: "days",
      missing: [...upstream(PartitionMapping.window(), "2024-01-06", down, up).missing]
    }).message
    assert.include(message, '"2024-01-06". If they may be left out, map with allowMissing')
  })

  it("window - has the hours of a day, also where the clock changes, and the days of a month", () => {
    const timeZone = "America/New_York"
    const hours = Partitions.hourly({ start: "2024-03-01", timeZone }).at({ now: Date.UTC(2025, 0, 1) })
    const days = Partitions.daily({ start: "2024-03-01", timeZone }).at({ now: Date.UTC(2025, 0, 1) })
    const months = Partitions.monthly({ start: "2024-03-01", timeZone }).at({ now: Date.UTC(2025, 0, 1) })
    const count = (key: string) => upstream(PartitionMapping.window(), key, days, hours).keys.length
    assert.deepStrictEqual(["2024-03-09", "2024-03-10", "2024-11-03"].map(count), [24, 23, 25])
    assert.strictEqual(upstream(PartitionMapping.window(), "2024-11-01", months, days).keys.length, 30)
    assert.deepStrictEqual(upstream(PartitionMapping.enclosing, "2024-11-03-01:00-0500", hours, days).keys, [
      "2024-11-03"
    ])
    assert.deepStrictEqual(downstream(PartitionMapping.window(), "2024-11-03", days, months), ["2024-11-01"])
    const several = PartitionMapping.upstream(PartitionMapping.enclosing, one(months, "2024-11-01"), days)
    assert.include(Result.isFailure(several) ? several.failure.message : "", "lies in more than one upstream window")
  })

  it("window - goes by position between the same partitions that are not windows", () => {
    const abc = Partitions.fixed(["a", "b", "c"])
    const set = abc.at({ now: 0 })
    const mapping = PartitionMapping.window({ start: -1 })
    assert.deepStrictEqual(upstream(mapping, "a", set, set).keys, ["a"])
    assert.deepStrictEqual(upstream(mapping, "c", set, set).keys, ["b", "c"])
    assert.deepStrictEqual(downstream(mapping, "a", set, set), ["a", "b"])
  })

  it("without downstream partitions - all, last and specific have a meaning", () => {
    const up = Partitions.fixed(["a", "b"]).at({ now: 0 })
    assert.deepStrictEqual(upstream(PartitionMapping.all, undefined, undefined, up).keys, ["a", "b"])
    assert.deepStrictEqual(upstream(PartitionMapping.last, undefined, undefined, up).keys, ["b"])
    assert.deepStrictEqual(upstream(PartitionMapping.specific(["a"]), undefined, undefined, up).keys, ["a"])
    const identity = PartitionMapping.upstream(PartitionMapping.identity, undefined, up)
    assert.include(Result.isFailure(identity) ? identity.failure.message : "", "downstream is not partitioned")
  })

  it("infer - finds the mapping that is meant where none is given", () => {
    const [day, other, hour] = [daily("2024-01-01"), daily("2024-01-05"), Partitions.hourly({ start: "2024-01-01" })]
    const r = Partitions.fixed(["eu", "us"])
    const sales = Partitions.multi({ day, r })
    const tag = (down: Partitions<any> | undefined, up: Partitions<any>) => {
      const found = PartitionMapping.infer(down, up)
      return Result.isFailure(found) ? found.failure.problems[0] : found.success.description
    }
    assert.deepStrictEqual(tag(undefined, day), { _tag: "all" })
    assert.deepStrictEqual(tag(day, daily("2024-01-01")), { _tag: "identity" })
    assert.deepStrictEqual(tag(day, other), { _tag: "window", start: 0, end: 0, allowMissing: false })
    assert.deepStrictEqual(tag(day, hour), { _tag: "window", start: 0, end: 0, allowMissing: false })
    assert.deepStrictEqual(tag(r, Partitions.fixed(["us"])), { _tag: "identity" })
    assert.deepStrictEqual(tag(sales, r), { _tag: "dimension", dimension: "r" })
    assert.deepStrictEqual(tag(sales, hour), { _tag: "dimension", dimension: "day" })
    assert.deepStrictEqual(tag(r, sales), { _tag: "slice", dimension: "r" })
    assert.include(tag(sales, Partitions.dynamic("x")) as string, 'none of the dimensions "day", "r"')
    assert.include(tag(day, Partitions.multi({ a: day, b: day })) as string, 'several of the dimensions "a", "b"')
    // A dimension of time, of another one: the windows that overlap.
    const set = sales.at({ now: jan10 })
    const mapping = Result.getOrThrow(PartitionMapping.infer(sales, hour))
    assert.strictEqual(upstream(mapping, "2024-01-02|eu", set, hour.at({ now: jan10 })).keys.length, 24)
  })

  it("check - tells every way in which a mapping does not fit", () => {
    const [day, r] = [daily("2024-01-01"), Partitions.fixed(["eu", "us"])]
    const sales = Partitions.multi({ day, r })
    const problems = (mapping: PartitionMapping<boolean>, down: Partitions<any>, up: Partitions<any>) => {
      const checked = PartitionMapping.check(mapping, down, up)
      return Result.isFailure(checked) ? checked.failure.problems : []
    }
    assert.deepStrictEqual(problems(PartitionMapping.identity, day, day), [])
    assert.deepStrictEqual(problems(PartitionMapping.dimension("dya"), sales, day), [
      'downstream has no dimension "dya": its dimensions are "day", "r"'
    ])
    assert.strictEqual(problems(PartitionMapping.dimensions({ x: "y" }), sales, sales).length, 2)
    assert.deepStrictEqual(problems(PartitionMapping.fixed({ eu: "north", uk: "us" }), r, r), [
      'downstream has no partition "uk"',
      'upstream has no partition "north"'
    ])
    assert.strictEqual(problems(PartitionMapping.window(), day, r).length, 1)
    assert.strictEqual(problems(PartitionMapping.enclosing, r, r).length, 1)
    assert.strictEqual(problems(PartitionMapping.window(), sales, sales).length, 1)
    const thrown = (make: () => unknown) => {
      try {
        make()
      } catch (error) {
        return (error as InvalidPartitions).problems
      }
      return []
    }
    assert.deepStrictEqual(
      thrown(() => PartitionMapping.window({ start: 1 })),
      ["the window begins (start 1) after it ends (end 0)"]
    )
    const untyped = PartitionMapping.window as (options: unknown) => unknown
    assert.strictEqual(thrown(() => untyped({ strat: 1, end: 0.5, allowMissing: 1 })).length, 3)
    assert.strictEqual(thrown(() => PartitionMapping.specific([])).length, 1)
  })

  it("description - is JSON that makes the same mapping", () => {
    const codec = Schema.toCodecJson(PartitionMappingDescription.schema)
    for (const { description } of [
      PartitionMapping.identity,
      PartitionMapping.last,
      PartitionMapping.all,
      PartitionMapping.enclosing,
      PartitionMapping.specific(["a", "b"]),
      PartitionMapping.fixed({ a: ["x", "y"] }),
      PartitionMapping.window({ start: -1, end: 1, allowMissing: true }),
      PartitionMapping.dimension("day", PartitionMapping.window()),
      PartitionMapping.slice("day"),
      PartitionMapping.dimensions({ a: "b", c: { dimension: "d", mapping: PartitionMapping.last } })
    ]) {
      const text = JSON.stringify(Schema.encodeSync(codec)(description))
      assert.deepStrictEqual(Schema.decodeUnknownSync(codec)(JSON.parse(text)), description)
    }
  })
})
