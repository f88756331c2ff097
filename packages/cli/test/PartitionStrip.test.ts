import { assert, describe, it } from "@effect/vitest"
import { Paint } from "@heddle/cli/Paint"
import { PartitionStrip } from "@heddle/cli/PartitionStrip"
import { AssetPartitions } from "@heddle/execution/AssetPartitions"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import { Partitions } from "@heddle/partitions/Partitions"
import { EventLog } from "@heddle/storage/EventLog"
import { Instance } from "@heddle/storage/Instance"
import { RunStorage } from "@heddle/storage/RunStorage"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"

const graph = { name: "assets", inputs: [], outputs: {}, nodes: [] }
const job = { name: "assets", graph, resources: [], tags: {} }

/** How partitions stand after a run that has planned some, made others of them, and has ended or not. */
const partitionsAfter = (
  partitions: Partitions<string>,
  runs: ReadonlyArray<{
    readonly made?: Iterable<string>
    readonly planned?: Iterable<string>
    readonly end?: "RUN_FAILURE" | "RUN_SUCCESS"
  }>
) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(Date.UTC(2040, 0))
    const log = yield* EventLog
    const storage = yield* RunStorage
    for (const [i, { end, made = [], planned = [] }] of runs.entries()) {
      const runId = `run-${i}`
      yield* storage.create({ runId, jobName: "assets", createdAt: 0, tags: {}, runConfig: {} }, job)
      const of = (id: string) => ({ id, runId, timestamp: 0, asset: "a" })
      const plans = Array.from(planned, (partition): HeddleEvent => ({
        _tag: "ASSET_MATERIALIZATION_PLANNED",
        ...of(`planned~${partition}`),
        partition
      }))
      const materializations = Array.from(made, (partition): HeddleEvent => ({
        _tag: "ASSET_MATERIALIZATION",
        ...of(`made~${partition}`),
        stepKey: "a",
        attempt: 1,
        partition
      }))
      yield* log.append([...plans, ...materializations])
      if (end === "RUN_FAILURE") {
        yield* log.append([{ _tag: end, id: "end", runId, timestamp: 0, reason: "STEP_FAILURE", failedSteps: ["a"] }])
      } else if (end !== undefined) yield* log.append([{ _tag: end, id: "end", runId, timestamp: 0 }])
    }
    return yield* AssetPartitions.read("a", partitions)
  }).pipe(Effect.provide(Instance.layerMemory))

const lines = (partitions: AssetPartitions, width = 100) =>
  PartitionStrip.lines(partitions, { paint: Paint.plain, width })

const days = Partitions.daily({ start: "2026-01-01", end: "2026-01-15" })

describe("PartitionStrip", () => {
  it.effect("has a cell for each partition, and counts of what they mean", () =>
    Effect.gen(function* () {
      const partitions = yield* partitionsAfter(days, [
        { made: ["2026-01-01", "2026-01-02", "2026-01-03"] },
        { planned: ["2026-01-03", "2026-01-05"], end: "RUN_FAILURE" },
        { planned: ["2026-01-06"] }
      ])
      assert.deepStrictEqual(lines(partitions), [
        "2026-01-01 … 2026-01-14",
        "██✗·✗▒········",
        "",
        "█ 2 materialized   ✗ 2 failed   ▒ 1 in progress   · 9 missing"
      ])
      assert.strictEqual(PartitionStrip.text(partitions), "2/14, 2 failed, 1 in progress")
      assert.deepStrictEqual([...partitions.keysOf("failed")], ["2026-01-03", "2026-01-05"])
      assert.lengthOf([...partitions.keysOf("missing")], 9)
    })
  )

  it.effect("shows several partitions in a cell where there are more than the line is wide", () =>
    Effect.gen(function* () {
      const hours = Partitions.hourly({ start: "2020-01-01T00:00Z", end: "2031-06-01T00:00Z" })
      const { set } = yield* partitionsAfter(hours, [])
      const partitions = yield* partitionsAfter(hours, [
        { made: set.keys(0, 50_000) },
        { planned: [set.keyAt(99_000)!], end: "RUN_FAILURE" }
      ])
      assert.strictEqual(set.count, 100_056)
      const [ends, strip, , legend] = lines(partitions, 40)
      assert.strictEqual(ends, "2020-01-01-00:00        2031-05-31-23:00")
      assert.strictEqual(strip, `${"█".repeat(19)}▄${"·".repeat(19)}✗`)
      assert.strictEqual(legend, "█ 50000 materialized   ✗ 1 failed   · 50055 missing   ▄ partly materialized")
    })
  )

  it.effect("has a strip for each value of the shorter dimension", () =>
    Effect.gen(function* () {
      const both = Partitions.multi({ day: days, region: Partitions.fixed(["eu", "us"]) })
      const partitions = yield* partitionsAfter(both, [{ made: ["2026-01-02|us", "2026-01-14|eu"] }])
      assert.deepStrictEqual(lines(partitions).slice(0, 3), [
        "   2026-01-01 … 2026-01-14",
        "eu ·············█",
        "us ·█············"
      ])
      const turned = Partitions.multi({ area: Partitions.fixed(["eu", "us"]), day: days })
      const same = yield* partitionsAfter(turned, [{ made: ["us|2026-01-02", "eu|2026-01-14"] }])
      assert.deepStrictEqual(lines(same), lines(partitions))
    })
  )

  it.effect("leaves out strips that nobody would look at, and says so where there is nothing", () =>
    Effect.gen(function* () {
      const many = Partitions.multi({
        a: Partitions.fixed(Array.from({ length: 60 }, (_, i) => `a${i}`)),
        b: Partitions.fixed(Array.from({ length: 50 }, (_, i) => `b${i}`))
      })
      const partitions = yield* partitionsAfter(many, [{ made: ["a0|b0", "a59|b49"] }])
      const shown = lines(partitions)
      assert.strictEqual(shown[1], `b0  █${"·".repeat(59)}`)
      assert.strictEqual(shown[41], "and 10 more")
      assert.deepStrictEqual(lines(yield* partitionsAfter(Partitions.dynamic("none"), [])), ["no partitions yet"])
    })
  )

  it.effect("tells apart keys that are no partitions any more", () =>
    Effect.gen(function* () {
      const partitions = yield* partitionsAfter(Partitions.fixed<string>(["a", "b"]), [{ made: ["a", "gone"] }])
      assert.deepStrictEqual([partitions.former, partitions.counts.materialized], [["gone"], 1])
    })
  )
})
