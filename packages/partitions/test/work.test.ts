import { assert, describe, it } from "@effect/vitest"
import { PartitionMapping, Partitions, PartitionSubset } from "@heddle/partitions"
import * as Result from "effect/Result"
import { Session } from "node:inspector"

/** Counts the calls of functions of this package that an action makes. */
const calls = (action: () => void): number => {
  const session = new Session()
  session.connect()
  let total = 0
  session.post("Profiler.enable")
  session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false })
  action()
  session.post("Profiler.takePreciseCoverage", (_, { result }) => {
    for (const { functions, url } of result) {
      if (!url.includes("/packages/partitions/src/")) continue
      for (const { functionName, ranges } of functions) if (functionName !== "") total += ranges[0]!.count
    }
  })
  session.post("Profiler.stopPreciseCoverage")
  session.disconnect()
  return total
}

const HOUR = 3_600_000
const start = Date.UTC(2010, 0, 1)

/** The calls that some questions take, of hourly partitions in a zone. They have been asked before: years are known. */
const work = (hours: number, timeZone: string): { readonly [question: string]: number } => {
  const now = start + hours * HOUR
  const hourly = Partitions.hourly({ start: "2010-01-01T00:00Z", timeZone })
  const daily = Partitions.daily({ start: "2010-01-02", timeZone })
  const ask = (): { readonly [question: string]: () => unknown } => {
    const [set, days] = [hourly.at({ now }), daily.at({ now })]
    const key = set.keyAt(set.count >> 1)!
    const day = Result.getOrThrow(PartitionSubset.of(days, [days.keyAt(days.count >> 1)!]))
    const allHours = PartitionSubset.all(set)
    const allDays = PartitionSubset.all(days)
    const range = { from: set.first!, to: set.last! }
    return {
      count: () => hourly.at({ now }).count,
      keyAt: () => set.keyAt(set.count - 7),
      indexOf: () => set.indexOf(key),
      windowOf: () => set.windowOf(key),
      "range of all": () => Result.getOrThrow(PartitionSubset.ofRange(set, range)),
      "ranges of all": () => PartitionSubset.keyRanges(allHours),
      "all as JSON": () => PartitionSubset.decode(set, PartitionSubset.encode(allHours)),
      "hours of a day": () => PartitionMapping.upstream(PartitionMapping.window(), day, set),
      "hours of all days": () => PartitionMapping.upstream(PartitionMapping.window({ start: -1 }), allDays, set),
      "days of all hours": () => PartitionMapping.downstream(PartitionMapping.window(), allHours, days)
    }
  }
  for (const question of Object.values(ask())) question()
  return Object.fromEntries(Object.entries(ask()).map(([name, question]) => [name, calls(question)]))
}

describe("work", () => {
  for (const timeZone of ["UTC", "Europe/Berlin"]) {
    it(`in ${timeZone}, is the same for 100,000 hourly partitions as for 1,000`, () => {
      const few = work(1_000, timeZone)
      const many = work(100_000, timeZone)
      for (const [question, counted] of Object.entries(many)) {
        assert.isAbove(counted, 0, question)
        assert.isBelow(counted, 700, question)
        // A search among the changes of the zone may take some steps more.
        assert.isBelow(counted, few[question]! * 1.5 + 10, question)
      }
      assert.strictEqual(
        Partitions.hourly({ start: "2010-01-01T00:00Z", timeZone }).at({ now: start + 100_000 * HOUR }).count,
        100_000
      )
    })
  }

  it("lists keys one at a time", () => {
    const set = Partitions.hourly({ start: "2010-01-01", timeZone: "Europe/Berlin" }).at({
      now: start + 100_000 * HOUR
    })
    const first = () => {
      for (const key of set.keys()) return key
      return undefined
    }
    first()
    assert.isBelow(calls(first), 100)
  })

  it("asks for the offsets of a zone year by year, and once", () => {
    const formatToParts = Intl.DateTimeFormat.prototype.formatToParts
    let asked = 0
    Intl.DateTimeFormat.prototype.formatToParts = function (...given) {
      asked++
      return formatToParts.apply(this, given)
    }
    try {
      const count = () =>
        Partitions.hourly({ start: "2012-01-01", timeZone: "America/Chicago" }).at({ now: Date.UTC(2024, 0, 1) }).count
      count()
      // Fourteen years, each in about 60 questions and 20 for each change of the clock.
      assert.isBelow(asked, 14 * 130)
      const before = asked
      count()
      assert.isBelow(asked - before, 40)
    } finally {
      Intl.DateTimeFormat.prototype.formatToParts = formatToParts
    }
  })
})
