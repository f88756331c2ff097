import { assert, describe, it } from "@effect/vitest"
import { type InvalidPartitions, Partitions, type PartitionSet, PartitionsDescription } from "@heddle/partitions"
import * as Arbitrary from "effect/Arbitrary"
import * as Cron from "effect/Cron"
import * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { crons, days, int, moment, momentsByMinute, onePartitions } from "./generated.ts"

const DAY = 86_400_000
const later = Date.UTC(2035, 0, 1)
const noon = Date.UTC(2026, 2, 2, 12)

const listed = <K extends string>(set: PartitionSet<K>): ReadonlyArray<K> => [...set.keys()]
const iso = (at: DateTime.DateTime): string => new Date(DateTime.toEpochMillis(at)).toISOString().slice(0, 16)

/** The mistakes that a constructor finds. */
const mistakes = (make: () => unknown): ReadonlyArray<string> => {
  try {
    make()
  } catch (error) {
    return (error as InvalidPartitions).problems
  }
  return []
}
const message = (set: PartitionSet<any>, key: string): string => {
  const checked = set.check([key])
  return Result.isFailure(checked) ? checked.failure.message : ""
}

describe("Partitions", () => {
  it("fixed - has its keys in their order", () => {
    const abc = Partitions.fixed(["b", "a", "c"]).at({ now: 0 })
    assert.deepStrictEqual(listed(abc), ["b", "a", "c"])
    assert.deepStrictEqual(
      [abc.count, abc.first, abc.last, abc.keyAt(1), abc.keyAt(3), abc.keyAt(-1)],
      [3, "b", "c", "a", undefined, undefined]
    )
    assert.isTrue(abc.has("a"))
    assert.isFalse(abc.has("d"))
    const none = Partitions.fixed([]).at({ now: 0 })
    assert.deepStrictEqual([none.count, none.first, none.last], [0, undefined, undefined])
  })

  it("daily - has the days that are over, the end left out, across months and leap days", () => {
    const open = Partitions.daily({ start: "2026-02-27" }).at({ now: noon })
    assert.deepStrictEqual(listed(open), ["2026-02-27", "2026-02-28", "2026-03-01"])
    assert.isTrue(open.has("2026-03-01"))
    for (const key of ["2026-03-02", "2026-02-26", "2026-02-30", "x"]) assert.isFalse(open.has(key), key)
    const leap = Partitions.daily({ start: "2024-02-28", end: "2024-03-01" }).at({ now: noon })
    assert.deepStrictEqual(listed(leap), ["2024-02-28", "2024-02-29"])
    const window = leap.windowOf("2024-02-29")!
    assert.deepStrictEqual([iso(window.start), iso(window.end)], ["2024-02-29T00:00", "2024-03-01T00:00"])
  })

  it("endOffset - adds windows that are not over, and takes some away, but none after the end", () => {
    const keys = (endOffset: number, end?: string) =>
      listed(
        Partitions.daily({ start: "2026-02-27", endOffset, ...(end === undefined ? {} : { end }) }).at({ now: noon })
      )
    assert.deepStrictEqual(keys(1).at(-1), "2026-03-02")
    assert.deepStrictEqual(keys(2).at(-1), "2026-03-03")
    assert.deepStrictEqual(keys(-1), ["2026-02-27", "2026-02-28"])
    assert.deepStrictEqual(keys(-9), [])
    assert.deepStrictEqual(keys(5, "2026-03-02"), ["2026-02-27", "2026-02-28", "2026-03-01"])
  })

  it("offsets - move the start of windows, and keys name the day on which a window starts", () => {
    const days = Partitions.daily({ start: "2024-01-01", hourOffset: 6, minuteOffset: 30 }).at({ now: noon })
    assert.strictEqual(iso(days.windowOf("2024-01-01")!.start), "2024-01-01T06:30")
    const hours = Partitions.hourly({ start: "2024-01-01", minuteOffset: 15 }).at({ now: noon })
    assert.strictEqual(hours.first, "2024-01-01-00:15")
    const weeks = Partitions.weekly({ start: "2023-12-28", dayOffset: 1 }).at({ now: Date.UTC(2024, 0, 20) })
    assert.deepStrictEqual(listed(weeks), ["2024-01-01", "2024-01-08"])
    const months = Partitions.monthly({ start: "2024-01-05", dayOffset: 31, end: "2024-08-01" }).at({ now: noon })
    assert.deepStrictEqual(listed(months), ["2024-01-31", "2024-03-31", "2024-05-31"])
  })

  it("exclusions - leave out weekends and holidays, and a window ends where the next would have started", () => {
    const exclusions = ["0 0 * * 0,6", "2024-12-25"]
    const days = Partitions.daily({ start: "2024-12-19", end: "2024-12-28", exclusions }).at({ now: noon })
    assert.deepStrictEqual(
      listed(days).map((key) => key.slice(-2)),
      ["19", "20", "23", "24", "26", "27"]
    )
    assert.strictEqual(iso(days.windowOf("2024-12-24")!.end), "2024-12-25T00:00")
    assert.isFalse(days.has("2024-12-25"))
    // A day that is left out does not count among those that are over.
    const open = Partitions.daily({ start: "2024-12-19", exclusions, endOffset: 1 })
    assert.strictEqual(open.at({ now: Date.UTC(2024, 11, 25, 12) }).last, "2024-12-26")
    assert.deepStrictEqual(
      mistakes(() => Partitions.daily({ start: "2024-12-19", exclusions: ["0 0 * * *"] })),
      ["the exclusions leave no window"]
    )
    assert.strictEqual(
      mistakes(() => Partitions.daily({ start: "2024-12-19", exclusions: ["x", "0 0 0 * *"] })).length,
      2
    )
  })

  it("weekly - goes on across the end of a year, with 53 Sundays in some", () => {
    const weeks = Partitions.weekly({ start: "2023-01-01", end: "2024-01-14" }).at({ now: noon })
    assert.strictEqual(weeks.count, 54)
    assert.deepStrictEqual(listed(weeks).slice(-3), ["2023-12-24", "2023-12-31", "2024-01-07"])
    const across = weeks.windowOf("2023-12-31")!
    assert.deepStrictEqual([iso(across.start), iso(across.end)], ["2023-12-31T00:00", "2024-01-07T00:00"])
  })

  it("format - names months, and says which fields a format lacks", () => {
    const months = Partitions.monthly({ start: "2001-01", format: "%Y-%m", end: "2001-04" }).at({ now: noon })
    assert.deepStrictEqual(listed(months), ["2001-01", "2001-02", "2001-03"])
    assert.deepStrictEqual(
      listed(
        Partitions.cron("0 9 1 7 *", { start: "2001-01-01", end: "2004-01-01", format: "year %Y, 100%%" }).at({
          now: noon
        })
      ),
      ["year 2001, 100%", "year 2002, 100%"]
    )
    assert.include(mistakes(() => Partitions.daily({ start: "2001-01", format: "%Y-%m" }))[0], "needs %d")
    assert.include(mistakes(() => Partitions.hourly({ start: "2001-01-01", format: "%d" }))[0], "needs %Y, %m, %H")
    assert.include(mistakes(() => Partitions.daily({ start: "2001-01-01", format: "%Y-%q" }))[0], '"%q"')
    assert.include(
      mistakes(() => Partitions.monthly({ start: "2001-01-01", format: "%Y...%m" }))[0],
      'the format "%Y...%m" makes no keys: a key must not hold "..."'
    )
  })

  it("start - is a key, a date, a time on the clock of the zone, or a moment", () => {
    const first = (start: string | DateTime.DateTime) => {
      const set = Partitions.hourly({ start, timeZone: "Europe/Berlin" }).at({ now: noon })
      return iso(set.windowAt(0)!.start)
    }
    assert.strictEqual(first("2024-01-01-05:00"), "2024-01-01T04:00")
    assert.strictEqual(first("2024-01-01"), "2023-12-31T23:00")
    assert.strictEqual(first("2024-01-01T05:00"), "2024-01-01T04:00")
    assert.strictEqual(first("2024-01-01T05:00:00Z"), "2024-01-01T05:00")
    assert.strictEqual(first("2024-01-01T05:30+02:00"), "2024-01-01T04:00")
    assert.strictEqual(first(DateTime.makeUnsafe("2024-01-01T05:00:00Z")), "2024-01-01T05:00")
  })

  it("changes of the clock - hours are all there, once, with their offset where the clock shows them twice", () => {
    const keys = (timeZone: string, start: string, end: string) =>
      listed(Partitions.hourly({ start, end, timeZone }).at({ now: later }))
    assert.deepStrictEqual(keys("Europe/Berlin", "2024-03-31T01:00", "2024-03-31T05:00"), [
      "2024-03-31-01:00",
      "2024-03-31-03:00",
      "2024-03-31-04:00"
    ])
    assert.deepStrictEqual(keys("Europe/Berlin", "2024-10-27T01:00", "2024-10-27T04:00"), [
      "2024-10-27-01:00",
      "2024-10-27-02:00",
      "2024-10-27-02:00+0100",
      "2024-10-27-03:00"
    ])
    assert.deepStrictEqual(keys("America/New_York", "2024-03-10T01:00", "2024-03-10T04:00"), [
      "2024-03-10-01:00",
      "2024-03-10-03:00"
    ])
    assert.deepStrictEqual(keys("America/New_York", "2024-11-03T00:00", "2024-11-03T03:00"), [
      "2024-11-03-00:00",
      "2024-11-03-01:00",
      "2024-11-03-01:00-0500",
      "2024-11-03-02:00"
    ])
    // There the clock moves by half an hour: 02:00 comes after an hour and a half, or not at all.
    assert.deepStrictEqual(keys("Australia/Lord_Howe", "2024-04-07T00:00", "2024-04-07T04:00"), [
      "2024-04-07-00:00",
      "2024-04-07-01:00",
      "2024-04-07-02:00",
      "2024-04-07-03:00"
    ])
    assert.deepStrictEqual(keys("Australia/Lord_Howe", "2024-10-06T00:00", "2024-10-06T05:00"), [
      "2024-10-06-00:00",
      "2024-10-06-01:00",
      "2024-10-06-03:00",
      "2024-10-06-04:00"
    ])
  })

  it("changes of the clock - days last 23 or 25 hours, and a time that is skipped comes at once", () => {
    const hours = (timeZone: string, key: string, hourOffset = 0) => {
      const set = Partitions.daily({
        start: "2024-01-01",
        timeZone,
        hourOffset,
        minuteOffset: hourOffset === 0 ? 0 : 30
      }).at({ now: later })
      const { end, start } = set.windowOf(key)!
      return [iso(start), (DateTime.toEpochMillis(end) - DateTime.toEpochMillis(start)) / 3_600_000]
    }
    assert.deepStrictEqual(hours("Europe/Berlin", "2024-03-31"), ["2024-03-30T23:00", 23])
    assert.deepStrictEqual(hours("Europe/Berlin", "2024-10-27"), ["2024-10-26T22:00", 25])
    assert.deepStrictEqual(hours("America/New_York", "2024-03-10"), ["2024-03-10T05:00", 23])
    assert.deepStrictEqual(hours("America/New_York", "2024-11-03"), ["2024-11-03T04:00", 25])
    assert.deepStrictEqual(hours("Australia/Lord_Howe", "2024-10-06"), ["2024-10-05T13:30", 23.5])
    assert.deepStrictEqual(hours("Australia/Lord_Howe", "2024-04-07"), ["2024-04-06T13:00", 24.5])
    // 02:30 does not exist: the window starts when the clock jumps from 02:00 to 03:00.
    assert.deepStrictEqual(hours("America/New_York", "2024-03-10", 2), ["2024-03-10T07:00", 23.5])
    // 01:30 comes twice: the window starts at the first.
    assert.deepStrictEqual(hours("America/New_York", "2024-11-03", 1), ["2024-11-03T05:30", 25])
  })

  it.prop(
    "windows of any cron expression are those found by looking at every minute",
    [crons, days, int(-3, 1)],
    ([cron, { day, timeZone }, back]) => {
      const from = day + back * DAY
      const length = /^\S+ \S+ \S+ \* [^*]/.test(cron) ? 10 * DAY : 4 * DAY
      const start = DateTime.makeUnsafe(from)
      const end = DateTime.makeUnsafe(from + length)
      const set = Partitions.cron(cron, { start, end, timeZone }).at({ now: later })
      const moments = momentsByMinute(cron, timeZone, from, from + length + 1)
      assert.deepStrictEqual(
        Array.from({ length: set.count }, (_, i) => DateTime.toEpochMillis(set.windowAt(i)!.start)),
        moments.slice(0, -1)
      )
      if (set.count > 0) assert.strictEqual(DateTime.toEpochMillis(set.windowAt(set.count - 1)!.end), moments.at(-1))
      const keys = listed(set)
      assert.strictEqual(new Set(keys).size, keys.length)
      for (const [i, key] of keys.entries()) assert.strictEqual(set.indexOf(key), i, key)
    },
    { timeout: 120_000, arbitrary: { runs: 1_500 } }
  )

  it.prop(
    "exclusions leave out the windows that start at their moments, and no others",
    [crons, Arbitrary.array(crons, { maxLength: 3 }), Arbitrary.array(int(0, 30), { maxLength: 3 }), int(0, 1)],
    ([cron, without, numbers, zone]) => {
      const timeZone = ["UTC", "America/New_York"][zone]!
      const range = { start: "2024-05-01", end: "2024-05-15", timeZone }
      const moment = { now: later }
      const all = Partitions.cron(cron, range).at(moment)
      const starts = Array.from({ length: all.count }, (_, i) => DateTime.toEpochMillis(all.windowAt(i)!.start))
      const moments = numbers.flatMap((i) => (i < starts.length ? [starts[i]!] : []))
      const expressions = without.map((each) => Cron.parseUnsafe(each, timeZone))
      const kept = starts.filter((at) => !moments.includes(at) && !expressions.some((each) => Cron.match(each, at)))
      const exclusions = [...without, ...moments.map((at) => DateTime.makeUnsafe(at))]
      const make = () => Partitions.cron(cron, { ...range, exclusions })
      // All may be left out for ever, which is a mistake.
      if (mistakes(make).length > 0) {
        assert.deepStrictEqual(mistakes(make), ["the exclusions leave no window"])
        return
      }
      const partitions = make()
      const set = partitions.at(moment)
      const ends = new Map(starts.map((at, i) => [at, DateTime.toEpochMillis(all.windowAt(i)!.end)]))
      for (let i = 0; i < Math.max(kept.length, set.count); i++) {
        const { end, start } = set.windowAt(i)!
        assert.strictEqual(DateTime.toEpochMillis(start), kept[i])
        assert.strictEqual(DateTime.toEpochMillis(end), ends.get(kept[i]!))
        assert.strictEqual(set.indexOf(set.keyAt(i)!), i)
      }
      for (const [i, at] of starts.entries()) assert.strictEqual(set.has(all.keyAt(i)!), kept.includes(at))
      const again = Result.getOrThrow(Partitions.fromDescription(partitions.description))
      assert.deepStrictEqual(listed(again.at(moment)), listed(set))
    },
    { timeout: 60_000, arbitrary: { runs: 500 } }
  )

  it.prop(
    "every partition is found by number and by key, and the description makes the same",
    [Arbitrary.array(onePartitions, { minLength: 1, maxLength: 3 })],
    ([parts]) => {
      const described = Schema.toCodecJson(PartitionsDescription.schema)
      const partitions: Partitions<any> =
        parts.length === 1 ? parts[0]! : Partitions.multi(Object.fromEntries(parts.map((part, i) => [`d${i}`, part])))
      const set = partitions.at(moment)
      const text = JSON.stringify(Schema.encodeSync(described)(partitions.description))
      const again = Result.getOrThrow(
        Partitions.fromDescription(Schema.decodeUnknownSync(described)(JSON.parse(text)))
      ).at(moment)
      assert.strictEqual(
        set.count,
        parts.reduce((n, part) => n * part.at(moment).count, 1)
      )
      assert.strictEqual(again.count, set.count)
      const step = Math.max(1, Math.floor(set.count / 40))
      const seen = new Set<string>()
      for (let i = 0; i < set.count; i += step) {
        const key = set.keyAt(i)!
        assert.strictEqual(set.indexOf(key), i)
        assert.strictEqual(again.keyAt(i), key)
        seen.add(key)
      }
      assert.strictEqual(seen.size, Math.ceil(set.count / step))
      assert.strictEqual(set.keyAt(set.count), undefined)
    },
    { timeout: 60_000, arbitrary: { runs: 500 } }
  )

  it("multi - joins the keys of the dimensions in the order of their names", () => {
    const sales = Partitions.multi({
      region: Partitions.fixed(["eu", "us"]),
      day: Partitions.daily({ start: "2024-01-01", end: "2024-01-03" })
    })
    const set = sales.at({ now: noon })
    assert.deepStrictEqual(listed(set), ["2024-01-01|eu", "2024-01-01|us", "2024-01-02|eu", "2024-01-02|us"])
    assert.strictEqual(sales.keyOf({ region: "us", day: "2024-01-02" }), "2024-01-02|us")
    const keys = Result.getOrThrow(sales.dimensionsOf("2024-01-02|us", { now: noon }))
    const region: "eu" | "us" = keys.region
    assert.deepStrictEqual([region, keys.day], ["us", "2024-01-02"])
    assert.strictEqual(iso(set.windowOf("2024-01-02|us")!.start), "2024-01-02T00:00")
    assert.throws(
      () => sales.keyOf({ region: "us", dya: "2024-01-02" } as never),
      'there is no dimension "dya"; the key of dimension "day" is missing'
    )
    assert.include(message(set, "2024-01-02|uk"), 'did you mean "2024-01-02|')
    assert.include(message(set, "2024-01-02"), 'must have 2 parts joined by "|": day|region')
  })

  it("dynamic - has the keys that are given, and none without", () => {
    const customers = Partitions.dynamic("customers")
    assert.deepStrictEqual(listed(customers.at({ now: 0, dynamic: { customers: ["bob", "ann", "bob"] } })), [
      "bob",
      "ann"
    ])
    assert.strictEqual(customers.at({ now: 0, dynamic: { toString: ["x"] } }).count, 0)
    // A key that could not be read back is no combination.
    const both = Partitions.multi({ who: customers, what: Partitions.fixed(["x"]) })
    assert.deepStrictEqual(listed(both.at({ now: 0, dynamic: { customers: ["a|b", "c"] } })), ["x|c"])
  })

  it("mistakes - are all told at once, in the user's words", () => {
    const untyped = Partitions.daily as (options: unknown) => unknown
    assert.deepStrictEqual(
      mistakes(() => Partitions.daily({ start: "2026-02-30", end: "soon", endOffset: 0, timeZone: "Mars/Olympus" })),
      [
        'timeZone "Mars/Olympus" is not a time zone, write it as Europe/Berlin or +02:00',
        'start "2026-02-30" is not a date of the format "%Y-%m-%d", nor one such as 2026-01-31',
        'end "soon" is not a date of the format "%Y-%m-%d", nor one such as 2026-01-31'
      ]
    )
    assert.deepStrictEqual(
      mistakes(() => untyped({ strat: "2026-01-01", endOffset: "1" })),
      [
        'unknown option "strat": did you mean "start"?',
        "endOffset must be a whole number, got string",
        'the option "start" is missing'
      ]
    )
    for (const bad of [undefined, null, "2026-01-01", 3, []]) assert.strictEqual(mistakes(() => untyped(bad)).length, 1)
    assert.include(
      mistakes(() => Partitions.daily({ start: "2024-01-02", end: "2024-01-02" }))[0],
      "does not come after the start"
    )
    assert.include(
      mistakes(() => Partitions.daily({ start: "2024-01-02", hourOffset: 24 }))[0],
      "hourOffset must be a whole number from 0 to 23, got 24"
    )
    assert.include(mistakes(() => Partitions.cron("0 0 30 2 *", { start: "2024-01-02" }))[0], "never matches any day")
    assert.include(
      mistakes(() => Partitions.cron("0 0 1 *", { start: "2024-01-02" }))[0],
      "is not a cron expression of five fields"
    )
    assert.deepStrictEqual(
      mistakes(() => Partitions.fixed(["a", "a", "", "x...y", "\n"])),
      [
        'partition key "a" is listed twice',
        'partition key "" must not be empty',
        'partition key "x...y" must not hold "...", which stands between the two keys of a range',
        'partition key "\\n" must not hold control characters such as line breaks'
      ]
    )
    assert.strictEqual(mistakes(() => Partitions.multi({ a: Partitions.fixed(["x|y"]) })).length, 2)
  })

  it("fromDescription - tells every mistake in what another process sent", () => {
    const broken = Partitions.fromDescription({
      _tag: "multi",
      dimensions: {
        day: { _tag: "timeWindows", cron: "0 0 * * *", timeZone: "Mars/X", start: "never", endOffset: 0, format: "%Y" },
        r: { _tag: "fixed", keys: ["a", "a"] }
      }
    })
    assert.deepStrictEqual(Result.isFailure(broken) && broken.failure.problems.length, 4)
    assert.include(Result.isFailure(broken) ? broken.failure.message : "", 'dimension "r": partition key "a" is listed')
  })

  it("unknown keys - each has the reason, and the nearest key", () => {
    const days = Partitions.daily({ start: "2024-01-01" }).at({ now: Date.UTC(2024, 0, 10, 12) })
    assert.include(
      message(days, "2023-12-31"),
      '"2023-12-31" comes before the first partition; did you mean "2024-01-01"?'
    )
    assert.include(
      message(days, "2024-01-10"),
      '"2024-01-10" comes after the last partition; did you mean "2024-01-09"?'
    )
    assert.include(message(days, "2024-13-01"), 'is not a date of the format "%Y-%m-%d", as in "2024-01-09"')
    const weeks = Partitions.weekly({ start: "2024-01-01" }).at({ now: Date.UTC(2024, 5, 1) })
    assert.include(message(weeks, "2024-02-01"), 'is not the start of a window; did you mean "2024-01-28"?')
    assert.include(message(Partitions.fixed(["north", "south"]).at({ now: 0 }), "nroth"), 'did you mean "north"?')
    assert.include(
      message(Partitions.daily({ start: "2030-01-01" }).at({ now: 0 }), "2030-01-01"),
      "no window of time is over yet"
    )
    const checked = days.check(["x", "2024-01-05", "y"])
    assert.deepStrictEqual(Result.isFailure(checked) && checked.failure.problems.map(({ key }) => key), ["x", "y"])
  })

  it("keys that no one would write - are told as unknown, at once", () => {
    const set = Partitions.hourly({ start: "2024-01-01", timeZone: "Europe/Berlin" }).at({ now: noon })
    for (const key of [
      "",
      "9999-12-31-23:00",
      "0000-00-00-00:00",
      "2024-03-31-02:00",
      "2024-01-01-00:00+0100",
      "2024-01-01-00:00\n",
      "x".repeat(1e5)
    ]) {
      assert.isFalse(set.has(key), key.slice(0, 40))
      assert.isTrue(Result.isFailure(set.check([key])))
    }
    assert.throws(() => Partitions.daily({ start: "2024-01-01" }).at({ now: Number.NaN }), "now is not a moment")
    assert.strictEqual(Partitions.daily({ start: "2024-01-01" }).at({ now: -8e15 }).count, 0)
  })
})
