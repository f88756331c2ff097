import { assert, layer } from "@effect/vitest"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import { JobSnapshot } from "@heddle/events/JobSnapshot"
import { Json } from "@heddle/events/Json"
import { RunStatus } from "@heddle/events/RunStatus"
import { EventLog } from "@heddle/storage/EventLog"
import type { Instance } from "@heddle/storage/Instance"
import { RunRecord } from "@heddle/storage/RunRecord"
import { RunSummary } from "@heddle/storage/RunSummary"
import { type RunQuery, RunStorage } from "@heddle/storage/RunStorage"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { job, newName, record, start, STARTED, success } from "../internal/runFixtures.ts"

const suite = <E>(name: string, instance: Layer.Layer<Instance, E>): void =>
  layer(instance)(`RunStorage: ${name}`, (it) => {
    it.effect("returns a run as it was created, with the status of a run without events", () =>
      Effect.gen(function* () {
        const storage = yield* RunStorage
        const run = record(yield* newName, {
          tags: { "heddle/parent": "x", team: "a", größe: "👍" },
          runConfig: { ops: { load: { config: { path: "s3://ü", limits: [1, 0.5, null, true] } } } },
          parentRunId: "parent",
          rootRunId: "root",
          stepKeys: ["load", "count[a]"]
        })
        yield* storage.create(run, job)
        assert.deepStrictEqual(yield* storage.get(run.runId), { ...run, ...RunSummary.initial })
      })
    )

    it.effect("rejects a second run with the same id, and does not change the first", () =>
      Effect.gen(function* () {
        const storage = yield* RunStorage
        const run = record(yield* newName, { tags: { team: "a" } })
        yield* storage.create(run, job)
        const again = storage.create({ ...run, jobName: "other", tags: { team: "b" } }, { ...job, name: "other" })
        const error = yield* Effect.flip(again)
        assert.strictEqual(error._tag, "RunAlreadyExists")
        assert.deepStrictEqual(yield* storage.get(run.runId), { ...run, ...RunSummary.initial })
        assert.deepStrictEqual(yield* storage.snapshot(run.runId), job)
      })
    )

    it.effect("fails for an unknown run", () =>
      Effect.gen(function* () {
        const storage = yield* RunStorage
        const runId = yield* newName
        assert.strictEqual((yield* Effect.flip(storage.get(runId)))._tag, "RunNotFound")
        assert.strictEqual((yield* Effect.flip(storage.snapshot(runId)))._tag, "RunNotFound")
      })
    )

    it.effect("does not create a run from events alone", () =>
      Effect.gen(function* () {
        const runId = yield* newName
        yield* (yield* EventLog).append([start(runId)])
        assert.strictEqual((yield* Effect.flip((yield* RunStorage).get(runId)))._tag, "RunNotFound")
      })
    )

    it.effect("updates the status of a run with its events", () =>
      Effect.gen(function* () {
        const storage = yield* RunStorage
        const log = yield* EventLog
        const run = record(yield* newName)
        const { runId } = run
        yield* storage.create(run, job)
        const stateAfter = (...events: ReadonlyArray<HeddleEvent>) =>
          Effect.andThen(log.append(events), storage.get(runId))

        yield* stateAfter({ _tag: "RUN_ENQUEUED", id: "~run~a", runId, timestamp: 1 })
        assert.strictEqual((yield* storage.get(runId)).status, "QUEUED")
        assert.deepStrictEqual(yield* stateAfter(start(runId)), { ...run, ...STARTED })
        const other: HeddleEvent = { _tag: "ENGINE_EVENT", id: "~run~b", runId, timestamp: 2, message: "still here" }
        assert.deepStrictEqual(yield* stateAfter(other), { ...run, ...STARTED })
        const ended = yield* stateAfter({ _tag: "RUN_CANCELING", id: "~run~c", runId, timestamp: 3 }, success(runId))
        assert.deepStrictEqual(ended, { ...run, ...STARTED, status: "SUCCESS", endedAt: 1_700_000_000_200.5 })
      })
    )

    it.effect("agrees with the log of a run, whatever the last event", () =>
      Effect.gen(function* () {
        const storage = yield* RunStorage
        const log = yield* EventLog
        const runId = yield* newName
        yield* storage.create(record(runId), job)
        const events: ReadonlyArray<HeddleEvent> = [
          { _tag: "RUN_ENQUEUED", id: "1", runId, timestamp: 1 },
          { _tag: "RUN_DEQUEUED", id: "2", runId, timestamp: 2 },
          { _tag: "RUN_STARTING", id: "3", runId, timestamp: 3 },
          start(runId),
          { _tag: "RUN_CANCELING", id: "5", runId, timestamp: 5 },
          { _tag: "RUN_CANCELED", id: "6", runId, timestamp: 6 },
          { _tag: "RUN_FAILURE", id: "7", runId, timestamp: 7, reason: "UNKNOWN", failedSteps: [] }
        ]
        let expected = RunSummary.initial
        for (const event of events) {
          yield* log.append([event])
          expected = RunSummary.after(expected, event)
          assert.deepStrictEqual(yield* storage.get(runId), { ...record(runId), ...expected })
        }
      })
    )

    it.effect("does not fold an event again that is already stored", () =>
      Effect.gen(function* () {
        const storage = yield* RunStorage
        const log = yield* EventLog
        const runId = yield* newName
        yield* storage.create(record(runId), job)
        yield* log.append([start(runId), success(runId)])
        yield* log.append([start(runId)])
        assert.strictEqual((yield* storage.get(runId)).status, "SUCCESS")
      })
    )

    it.effect("folds events that were stored before their run", () =>
      Effect.gen(function* () {
        const storage = yield* RunStorage
        const runId = yield* newName
        yield* (yield* EventLog).append([start(runId)])
        yield* storage.create(record(runId), job)
        assert.deepStrictEqual(yield* storage.get(runId), { ...record(runId), ...STARTED })
      })
    )

    it.effect("lists runs in the order in which they were created, the newest first", () =>
      Effect.gen(function* () {
        const storage = yield* RunStorage
        const jobName = yield* newName
        const runIds = yield* Effect.replicateEffect(newName, 4)
        for (const runId of runIds) yield* storage.create(record(runId, { jobName }), job)
        const newestFirst = runIds.toReversed()
        const listed = yield* storage.list({ jobName })
        assert.deepStrictEqual(
          listed,
          newestFirst.map((runId) => ({ ...record(runId, { jobName }), ...RunSummary.initial }))
        )
        const two = yield* storage.list({ jobName, limit: 2 })
        assert.deepStrictEqual(
          two.map((run) => run.runId),
          newestFirst.slice(0, 2)
        )
      })
    )

    it.effect("lists runs of all jobs, at most 100 by default", () =>
      Effect.gen(function* () {
        const storage = yield* RunStorage
        const prefix = yield* newName
        for (let n = 0; n < 101; n++) {
          yield* storage.create(record(`${prefix}-${n}`, { jobName: n % 2 === 0 ? "even" : "odd" }), job)
        }
        const runIds = (limit?: number) =>
          Effect.map(storage.list({ limit }), (runs) =>
            runs.map((run) => run.runId).filter((runId) => runId.startsWith(prefix))
          )
        assert.lengthOf(yield* runIds(), 100)
        assert.lengthOf(yield* runIds(101), 101)
        assert.deepStrictEqual(yield* runIds(2), [`${prefix}-100`, `${prefix}-99`])
      })
    )

    it.effect("lists only runs that match every part of a query", () =>
      Effect.gen(function* () {
        const storage = yield* RunStorage
        const log = yield* EventLog
        const [one, two] = [yield* newName, yield* newName]
        const create = Effect.fnUntraced(function* (
          runId: string,
          jobName: string,
          tags: Record<string, string>,
          events: ReadonlyArray<HeddleEvent>
        ) {
          yield* storage.create(record(runId, { jobName, tags }), job)
          yield* log.append(events)
        })
        const id = (n: number) => `${one}-${n}`
        yield* create(id(1), one, { team: "a", env: "prod" }, [])
        yield* create(id(2), one, { team: "a", env: "test" }, [start(id(2))])
        yield* create(id(3), one, { team: "b", env: "prod" }, [start(id(3)), success(id(3))])
        yield* create(id(4), two, { team: "a", env: "prod" }, [start(id(4))])

        const found = Effect.fnUntraced(function* (query: Parameters<typeof storage.list>[0]) {
          const runs = yield* storage.list(query)
          return runs.flatMap((run) => (run.runId.startsWith(one) ? [Number(run.runId.slice(one.length + 1))] : []))
        })
        assert.deepStrictEqual(yield* found({ jobName: one }), [3, 2, 1])
        assert.deepStrictEqual(yield* found({ jobName: one, statuses: ["STARTED"] }), [2])
        assert.deepStrictEqual(yield* found({ jobName: one, statuses: ["SUCCESS", "NOT_STARTED"] }), [3, 1])
        assert.deepStrictEqual(yield* found({ jobName: one, statuses: [] }), [])
        assert.deepStrictEqual(yield* found({ jobName: one, tags: { team: "a" } }), [2, 1])
        assert.deepStrictEqual(yield* found({ jobName: one, tags: { team: "a", env: "prod" } }), [1])
        assert.deepStrictEqual(yield* found({ jobName: one, tags: { team: "b" }, statuses: ["STARTED"] }), [])
        assert.deepStrictEqual(yield* found({ jobName: one, tags: {} }), [3, 2, 1])
        assert.deepStrictEqual(yield* found({ jobName: two, statuses: RunStatus.schema.literals, limit: 1 }), [4])
        assert.deepStrictEqual(yield* found({ jobName: `${one} ` }), [])
        const limited = yield* storage.list({ jobName: one, statuses: ["STARTED", "SUCCESS"], limit: 1 })
        assert.deepStrictEqual(
          limited.map((run) => run.runId),
          [id(3)]
        )
      })
    )

    it.effect("lists runs page by page, each after the last run of the previous page", () =>
      Effect.gen(function* () {
        const storage = yield* RunStorage
        const jobName = yield* newName
        const created: Array<string> = []
        for (let i = 0; i < 5; i++) {
          const runId = yield* newName
          created.push(runId)
          yield* storage.create(record(runId, { jobName }), job)
        }
        const pages: Array<ReadonlyArray<string>> = []
        let after: string | undefined
        for (;;) {
          const page = (yield* storage.list({ jobName, limit: 2, after })).map(({ runId }) => runId)
          if (page.length === 0) break
          pages.push(page)
          after = page.at(-1)
        }
        assert.deepStrictEqual(
          pages.map(({ length }) => length),
          [2, 2, 1]
        )
        assert.deepStrictEqual(pages.flat(), created.toReversed())
        assert.deepStrictEqual(yield* storage.list({ jobName, after: yield* newName }), [])
      })
    )

    it.effect("lists runs by the time of their creation, and re-executions by their first run", () =>
      Effect.gen(function* () {
        const storage = yield* RunStorage
        const jobName = yield* newName
        const root = yield* newName
        const create = (runId: string, fields: Parameters<typeof record>[1]) =>
          storage.create(record(runId, { jobName, ...fields }), job)
        yield* create(root, { createdAt: 1000 })
        const [child, grandchild] = [yield* newName, yield* newName]
        yield* create(child, { createdAt: 2000, parentRunId: root, rootRunId: root })
        yield* create(grandchild, { createdAt: 3000, parentRunId: child, rootRunId: root })
        const listed = (query: RunQuery) =>
          Effect.map(storage.list({ jobName, ...query }), (runs) => runs.map(({ runId }) => runId))
        assert.deepStrictEqual(yield* listed({ createdFrom: 2000 }), [grandchild, child])
        assert.deepStrictEqual(yield* listed({ createdBefore: 2000 }), [root])
        assert.deepStrictEqual(yield* listed({ createdFrom: 1000, createdBefore: 3000 }), [child, root])
        assert.deepStrictEqual(yield* listed({ rootRunId: root }), [grandchild, child])
      })
    )

    it.effect("returns the job of a run as it was stored", () =>
      Effect.gen(function* () {
        const storage = yield* RunStorage
        const [one, two, three] = [yield* newName, yield* newName, yield* newName]
        const other = { ...job, name: "other", description: "Another" }
        yield* storage.create(record(one), job)
        yield* storage.create(record(two), other)
        yield* storage.create(record(three), job)
        assert.deepStrictEqual(yield* storage.snapshot(one), job)
        assert.deepStrictEqual(yield* storage.snapshot(two), other)
        assert.deepStrictEqual(yield* storage.snapshot(three), job)
      })
    )

    it.effect.prop(
      "gives any record and any job back as they were",
      [RunRecord.schema, JobSnapshot.schema],
      ([generated, snapshot]) =>
        Effect.gen(function* () {
          const storage = yield* RunStorage
          const run = { ...generated, runId: yield* newName }
          yield* storage.create(run, snapshot)
          assert.deepStrictEqual(plain(yield* storage.get(run.runId)), plain({ ...run, ...RunSummary.initial }))
          assert.deepStrictEqual(plain(yield* storage.snapshot(run.runId)), plain(snapshot))
        }),
      { arbitrary: { runs: 30 } }
    )
  })

/** The value after a round trip through JSON, where -0 becomes 0 and the order of fields does not matter. */
const plain = (value: unknown): unknown => Json.parse(JSON.stringify(value))

/**
 * The rules for every run storage, together with the event log of its instance.
 *
 * @since 0.1.0
 */
export const RunStorageSuite = {
  /**
   * Registers the tests with Vitest. They share one instance.
   *
   * @param name - name of the instance in test reports
   * @param instance - layer of the instance; it may already contain runs
   */
  suite
}
