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
