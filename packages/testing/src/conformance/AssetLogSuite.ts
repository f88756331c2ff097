import { assert, layer } from "@effect/vitest"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { JobSnapshot } from "@heddle/events/JobSnapshot"
import { AssetLog } from "@heddle/storage/AssetLog"
import { EventLog } from "@heddle/storage/EventLog"
import type { Instance } from "@heddle/storage/Instance"
import { RunStorage } from "@heddle/storage/RunStorage"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"

/** A new name, for stores that outlive a test. */
const newName = Effect.sync(() => crypto.randomUUID())

const job: JobSnapshot = {
  name: "assets",
  graph: { name: "assets", inputs: [], outputs: {}, nodes: [] },
  resources: [],
  tags: {}
}

/** A run whose events can be appended. */
const newRun = Effect.gen(function* () {
  const runId = yield* newName
  const record = { runId, jobName: "assets", createdAt: 1_700_000_000_000, tags: {}, runConfig: {} }
  yield* (yield* RunStorage).create(record, job)
  return runId
})

let count = 0
const stamp = (runId: string) => ({
  id: `step~1~${count++}`,
  runId,
  timestamp: 1_700_000_000_000 + count,
  stepKey: "step",
  attempt: 1
})
type Part = { readonly partition?: string }
const materialized = (runId: string, asset: string, dataVersion: string, part: Part = {}): HeddleEvent => ({
  _tag: "ASSET_MATERIALIZATION",
  ...stamp(runId),
  asset,
  ...part,
  provenance: { codeVersion: "1", dataVersion, inputs: {} }
})
const observed = (runId: string, asset: string, dataVersion: string, part: Part = {}): HeddleEvent => ({
  _tag: "ASSET_OBSERVATION",
  ...stamp(runId),
  asset,
  ...part,
  dataVersion
})
const planned = (runId: string, asset: string, partition: string): HeddleEvent => ({
  _tag: "ASSET_MATERIALIZATION_PLANNED",
  id: `~run~0~planned~${asset}~${partition}~${count++}`,
  runId,
  timestamp: 1_700_000_000_000 + count,
  asset,
  partition
})
const runEnd = (runId: string, _tag: "RUN_SUCCESS" | "RUN_CANCELED" | "RUN_FAILURE"): HeddleEvent => {
  const event = { id: `~run~0~end`, runId, timestamp: 1_700_000_000_000 + count++ }
  return _tag === "RUN_FAILURE" ? { _tag, ...event, reason: "STEP_FAILURE", failedSteps: ["step"] } : { _tag, ...event }
}
/** What the log says of the partitions of an asset, by key. */
const partitionsOf = (asset: string) =>
  Effect.map(
    AssetLog.use((log) => log.partitions(asset)),
    (partitions) =>
      Object.fromEntries(
        [...partitions]
          .toSorted(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, { materialization, plannedBy, status }]) => [key, [status, materialization?.runId, plannedBy]])
      )
  )
const evaluated = (runId: string, asset: string, check: string, passed: boolean): HeddleEvent => ({
  _tag: "ASSET_CHECK_EVALUATION",
  ...stamp(runId),
  asset,
  check,
  passed,
  severity: "ERROR",
  blocking: false
})

const append = (...events: ReadonlyArray<HeddleEvent>) => Effect.flatMap(EventLog, (log) => log.append(events))

const suite = <E>(name: string, instance: Layer.Layer<Instance, E>): void =>
  layer(instance)(`AssetLog: ${name}`, (it) => {
    it.effect("returns the latest materialization and observation of each asset, across runs", () =>
      Effect.gen(function* () {
        const [first, second, a, b, none] = [
          yield* newRun,
          yield* newRun,
          yield* newName,
          yield* newName,
          yield* newName
        ]
        yield* append(materialized(first, a, "1"), observed(first, b, "o1"), materialized(first, b, "1"))
        yield* append(materialized(second, a, "2"), observed(second, a, "o2"))
        const latest = yield* AssetLog.use((log) => log.latest([a, b, none]))
        assert.deepStrictEqual([...latest.keys()], [a, b])
        assert.strictEqual(latest.get(a)?.materialization?.provenance?.dataVersion, "2")
        assert.strictEqual(latest.get(a)?.materialization?.runId, second)
        assert.strictEqual(latest.get(a)?.observation?.dataVersion, "o2")
        assert.isTrue(latest.get(a)?.isObservedLast)
        assert.isFalse(latest.get(b)?.isObservedLast)
      })
    )

    it.effect("returns the latest events of one partition", () =>
      Effect.gen(function* () {
        const [run, a] = [yield* newRun, yield* newName]
        yield* append(
          materialized(run, a, "mon", { partition: "mon" }),
          materialized(run, a, "tue", { partition: "tue" }),
          observed(run, a, "o", { partition: "tue" })
        )
        const of = (partition?: string) =>
          Effect.map(
            AssetLog.use((log) => log.latest([a], partition)),
            (latest) => latest.get(a)?.materialization?.provenance?.dataVersion
          )
        assert.deepStrictEqual(
          [yield* of("mon"), yield* of("tue"), yield* of(), yield* of("wed")],
          ["mon", "tue", "tue", undefined]
        )
      })
    )

    it.effect("returns the history of an asset page by page, the latest event first", () =>
      Effect.gen(function* () {
        const [run, a, other] = [yield* newRun, yield* newName, yield* newName]
        for (let i = 0; i < 5; i++) yield* append(materialized(run, a, String(i)), materialized(run, other, "x"))
        const log = yield* AssetLog
        const versions: Array<string | undefined> = []
        const sizes: Array<number> = []
        let before: string | undefined
        do {
          const { events, next } = yield* log.history("materialization", a, { limit: 2, before })
          versions.push(...events.map(({ provenance }) => provenance?.dataVersion))
          sizes.push(events.length)
          before = next
        } while (before !== undefined)
        assert.deepStrictEqual(versions, ["4", "3", "2", "1", "0"])
        assert.deepStrictEqual(sizes, [2, 2, 1])
        assert.deepStrictEqual(yield* log.history("observation", a), { events: [], next: undefined })
      })
    )

    it.effect("returns the history of one check, and of all checks", () =>
      Effect.gen(function* () {
        const [run, a] = [yield* newRun, yield* newName]
        yield* append(evaluated(run, a, "one", true), evaluated(run, a, "two", true), evaluated(run, a, "one", false))
        const log = yield* AssetLog
        const passed = (check?: string) =>
          Effect.map(log.history("check", a, { check }), ({ events }) =>
            events.map((event) => `${event.check} ${event.passed}`)
          )
        assert.deepStrictEqual(yield* passed("one"), ["one false", "one true"])
        assert.deepStrictEqual(yield* passed(), ["one false", "two true", "one true"])
      })
    )

    it.effect("counts an event once, even if it is appended twice", () =>
      Effect.gen(function* () {
        const [run, a] = [yield* newRun, yield* newName]
        const event = materialized(run, a, "1")
        yield* append(event)
        yield* append(event)
        const { events } = yield* AssetLog.use((log) => log.history("materialization", a))
        assert.strictEqual(events.length, 1)
      })
    )

    it.effect("forgets the events of a deleted run", () =>
      Effect.gen(function* () {
        const [first, second, a] = [yield* newRun, yield* newRun, yield* newName]
        yield* append(materialized(first, a, "1"))
        yield* append(materialized(second, a, "2"), { _tag: "RUN_SUCCESS", id: "end", runId: second, timestamp: 1 })
        yield* RunStorage.use((storage) => storage.delete(second))
        const latest = yield* AssetLog.use((log) => log.latest([a]))
        assert.strictEqual(latest.get(a)?.materialization?.provenance?.dataVersion, "1")
      })
    )

    it.effect("tells of each partition whether it is materialized, in progress or failed", () =>
      Effect.gen(function* () {
        const [first, second, third, a, b] = [
          yield* newRun,
          yield* newRun,
          yield* newRun,
          yield* newName,
          yield* newName
        ]
        yield* append(...["k1", "k2", "k3"].map((key) => planned(first, a, key)))
        assert.deepStrictEqual(yield* partitionsOf(a), {
          k1: ["inProgress", undefined, first],
          k2: ["inProgress", undefined, first],
          k3: ["inProgress", undefined, first]
        })
        yield* append(materialized(first, a, "1", { partition: "k1" }))
        yield* append(materialized(first, a, "1", { partition: "k2" }), runEnd(first, "RUN_FAILURE"))
        yield* append(planned(second, a, "k1"), planned(third, a, "k2"), runEnd(third, "RUN_FAILURE"))
        assert.deepStrictEqual(yield* partitionsOf(a), {
          k1: ["inProgress", first, second],
          k2: ["failed", first, third],
          k3: ["failed", undefined, first]
        })
        yield* append(materialized(second, a, "2", { partition: "k1" }), runEnd(second, "RUN_SUCCESS"))
        assert.deepStrictEqual((yield* partitionsOf(a))["k1"], ["materialized", second, undefined])
        assert.deepStrictEqual(yield* partitionsOf(b), {})
      })
    )

    it.effect("tells nothing of a partition that a run left out or was canceled before, and keeps what was there", () =>
      Effect.gen(function* () {
        const [first, second, third, a] = [yield* newRun, yield* newRun, yield* newRun, yield* newName]
        yield* append(materialized(first, a, "1", { partition: "made" }), runEnd(first, "RUN_SUCCESS"))
        yield* append(planned(second, a, "made"), planned(second, a, "new"), runEnd(second, "RUN_SUCCESS"))
        yield* append(planned(third, a, "made"), planned(third, a, "newer"), runEnd(third, "RUN_CANCELED"))
        assert.deepStrictEqual(yield* partitionsOf(a), { made: ["materialized", first, undefined] })
      })
    )

    it.effect("tells of keys as they are, whatever is in them, and nothing of events without a partition", () =>
      Effect.gen(function* () {
        const [run, a] = [yield* newRun, yield* newName]
        const keys = ["", "a|b", "a/b", "A/B", "ä\u0000\n'\"", "k".repeat(1_000)]
        yield* append(materialized(run, a, "1"), ...keys.map((partition) => materialized(run, a, "1", { partition })))
        assert.sameMembers(Object.keys(yield* partitionsOf(a)), keys)
      })
    )

    it.effect("tells what is left of partitions when a run is deleted", () =>
      Effect.gen(function* () {
        const [first, second, a] = [yield* newRun, yield* newRun, yield* newName]
        yield* append(
          planned(first, a, "k"),
          materialized(first, a, "1", { partition: "k" }),
          runEnd(first, "RUN_SUCCESS")
        )
        yield* append(
          planned(second, a, "k"),
          planned(second, a, "other"),
          materialized(second, a, "2", { partition: "k" })
        )
        yield* append(materialized(second, a, "2", { partition: "other" }), runEnd(second, "RUN_FAILURE"))
        yield* RunStorage.use((storage) => storage.delete(second))
        assert.deepStrictEqual(yield* partitionsOf(a), { k: ["materialized", first, undefined] })
        yield* RunStorage.use((storage) => storage.delete(first))
        assert.deepStrictEqual(yield* partitionsOf(a), {})
      })
    )

    it.effect("rejects a cursor that it did not issue", () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(AssetLog.use((log) => log.history("check", "a", { before: "nowhere" })))
        assert.strictEqual(error._tag, "StorageError")
      })
    )
  })

/**
 * The rules of `AssetLog`, for every implementation of it.
 *
 * @since 0.1.0
 */
export const AssetLogSuite = {
  /**
   * Registers the tests with vitest.
   *
   * @param name - name of the implementation
   * @param instance - layer of an instance; one is shared by all tests
   */
  suite
}
