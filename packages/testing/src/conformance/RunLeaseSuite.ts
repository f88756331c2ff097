import { assert, layer } from "@effect/vitest"
import { EventLog } from "@heddle/storage/EventLog"
import type { Instance } from "@heddle/storage/Instance"
import { RunSummary } from "@heddle/storage/RunSummary"
import { RunStorage } from "@heddle/storage/RunStorage"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { job, newName, record, start, success } from "../internal/runFixtures.ts"

const ANNA = { pid: 4711, host: "loom" }
const BEN = { pid: 12, host: "shuttle" }

const suite = <E>(name: string, instance: Layer.Layer<Instance, E>): void =>
  layer(instance)(`RunStorage, leases: ${name}`, (it) => {
    it.effect("gives a run that is created as held to its holder, with a lease that lasts for a while", () =>
      Effect.gen(function* () {
        const storage = yield* RunStorage
        const run = record(yield* newName)
        const lease = yield* storage.createHeld(run, job, ANNA)
        const { runId } = run
        const since = yield* Clock.currentTimeMillis
        assert.deepStrictEqual(lease, { runId, fence: 1, ...ANNA, since, until: since + storage.leaseMillis })
        assert.deepStrictEqual(yield* storage.get(runId), { ...run, ...RunSummary.initial, lease })
        assert.strictEqual((yield* Effect.flip(storage.createHeld(run, job, BEN)))._tag, "RunAlreadyExists")
        const held = yield* Effect.flip(storage.acquire(runId, BEN))
        assert.deepInclude(held, { _tag: "RunHeld", runId, ...ANNA, until: lease.until })
      })
    )

    it.effect(
      "gives a run to any process once its lease has expired, and earlier to one that knows that the holder is gone",
      () =>
        Effect.gen(function* () {
          const storage = yield* RunStorage
          const { runId } = yield* storage.createHeld(record(yield* newName), job, ANNA)
          yield* TestClock.adjust(storage.leaseMillis - 1)
          assert.strictEqual((yield* Effect.flip(storage.acquire(runId, BEN)))._tag, "RunHeld")
          yield* TestClock.adjust(1)
          assert.deepInclude(yield* storage.acquire(runId, BEN), { fence: 2, ...BEN })
          assert.deepInclude(yield* storage.acquire(runId, ANNA, { evenIfHeld: true }), { fence: 3, ...ANNA })
          assert.deepInclude((yield* storage.get(runId)).lease, { fence: 3, ...ANNA })
          assert.strictEqual((yield* Effect.flip(storage.acquire(yield* newName, BEN)))._tag, "RunNotFound")
        })
    )

    it.effect("gives a run that is created without a holder to the first process that asks", () =>
      Effect.gen(function* () {
        const storage = yield* RunStorage
        const run = record(yield* newName)
        yield* storage.create(run, job)
        assert.deepInclude(yield* storage.acquire(run.runId, ANNA), { fence: 1, ...ANNA })
        assert.strictEqual((yield* Effect.flip(storage.acquire(run.runId, BEN)))._tag, "RunHeld")
      })
    )

    it.effect("does not let a kept lease expire", () =>
      Effect.gen(function* () {
        const storage = yield* RunStorage
        const lease = yield* storage.createHeld(record(yield* newName), job, ANNA)
        const keeper = yield* Effect.forkChild(storage.keep(lease), { startImmediately: true })
        yield* TestClock.adjust(storage.leaseMillis * 2)
        // A thread may renew the lease, by the real clock.
        const renewed = Effect.map(storage.get(lease.runId), (run) => run.lease!.until > lease.until)
        while (!(yield* renewed)) yield* Effect.yieldNow
        assert.strictEqual((yield* Effect.flip(storage.acquire(lease.runId, BEN)))._tag, "RunHeld")
        yield* Fiber.interrupt(keeper)
      })
    )

    it.effect("notifies the keeper of a lease that another process has taken over the run", () =>
      Effect.gen(function* () {
        const storage = yield* RunStorage
        const lease = yield* storage.createHeld(record(yield* newName), job, ANNA)
        const keeper = yield* Effect.forkChild(storage.keep(lease), { startImmediately: true })
        yield* storage.acquire(lease.runId, BEN, { evenIfHeld: true })
        assert.deepInclude(yield* Effect.flip(Fiber.join(keeper)), { _tag: "RunTakenOver", runId: lease.runId })
        assert.strictEqual((yield* Effect.flip(storage.keep(lease)))._tag, "RunTakenOver")
      })
    )

    it.effect("rejects all appends of earlier holders, and accepts those of the last one", () =>
      Effect.gen(function* () {
        const storage = yield* RunStorage
        const log = yield* EventLog
        const first = yield* storage.createHeld(record(yield* newName), job, ANNA)
        const { runId } = first
        yield* log.append([start(runId)], first)
        const second = yield* storage.acquire(runId, BEN, { evenIfHeld: true })
        const late = yield* Effect.flip(log.append([start(runId), success(runId)], first))
        assert.deepInclude(late, { _tag: "RunTakenOver", runId })
        assert.deepStrictEqual((yield* log.read(runId)).events, [start(runId)])
        assert.strictEqual((yield* storage.get(runId)).status, "STARTED")
        yield* log.append([success(runId)], second)
        assert.strictEqual((yield* storage.get(runId)).status, "SUCCESS")
        assert.strictEqual((yield* Effect.flip(log.append([start(runId)], first)))._tag, "RunTakenOver")
      })
    )

    it.effect("records the first request to cancel a run, and notifies those that wait for it", () =>
      Effect.gen(function* () {
        const storage = yield* RunStorage
        const run = record(yield* newName)
        yield* storage.createHeld(run, job, ANNA)
        const waiting = yield* Effect.forkChild(storage.awaitCancelRequest(run.runId), { startImmediately: true })
        const at = yield* Clock.currentTimeMillis
        const request = { at, reason: "wrong config" }
        assert.deepStrictEqual(yield* storage.requestCancel(run.runId, "wrong config"), request)
        assert.deepStrictEqual(yield* Fiber.join(waiting), request)
        yield* TestClock.adjust(1000)
        assert.deepStrictEqual(yield* storage.requestCancel(run.runId, "once more"), request)
        assert.deepStrictEqual((yield* storage.get(run.runId)).cancelRequest, request)
        assert.deepStrictEqual(yield* storage.awaitCancelRequest(run.runId), request)
        assert.strictEqual((yield* Effect.flip(storage.requestCancel(yield* newName)))._tag, "RunNotFound")
      })
    )

    it.effect("does not mistake the request to cancel one run for that of another", () =>
      Effect.gen(function* () {
        const storage = yield* RunStorage
        const [a, b] = [record(yield* newName), record(yield* newName)]
        yield* storage.createHeld(a, job, ANNA)
        yield* storage.createHeld(b, job, ANNA)
        const waiting = yield* Effect.forkChild(storage.awaitCancelRequest(a.runId), { startImmediately: true })
        const at = (yield* storage.requestCancel(b.runId)).at
        assert.deepStrictEqual(yield* storage.awaitCancelRequest(b.runId), { at })
        assert.isUndefined(waiting.pollUnsafe())
        yield* Fiber.interrupt(waiting)
      })
    )

    it.effect("deletes a run that has ended, with its events, and rejects late appends of its process", () =>
      Effect.gen(function* () {
        const storage = yield* RunStorage
        const log = yield* EventLog
        const [run, other] = [record(yield* newName, { tags: { team: "a" } }), record(yield* newName)]
        const lease = yield* storage.createHeld(run, job, ANNA)
        yield* storage.createHeld(other, job, ANNA)
        yield* log.append([start(run.runId), start(other.runId), success(run.runId)])
        const before = yield* log.end
        yield* storage.delete(run.runId)
        assert.strictEqual((yield* Effect.flip(storage.get(run.runId)))._tag, "RunNotFound")
        assert.strictEqual((yield* Effect.flip(storage.snapshot(run.runId)))._tag, "RunNotFound")
        assert.deepStrictEqual((yield* log.read(run.runId)).events, [])
        assert.deepStrictEqual((yield* log.read(other.runId)).events, [start(other.runId)])
        assert.deepStrictEqual(yield* storage.snapshot(other.runId), job)
        assert.strictEqual((yield* Effect.flip(log.append([start(run.runId)], lease)))._tag, "RunTakenOver")
        assert.strictEqual((yield* Effect.flip(storage.delete(run.runId)))._tag, "RunNotFound")
        yield* log.append([success(other.runId)])
        assert.deepStrictEqual((yield* log.readAllRuns({ after: before })).events, [success(other.runId)])
        // The id is free again.
        yield* storage.create(run, job)
        assert.deepStrictEqual(yield* storage.get(run.runId), { ...run, ...RunSummary.initial })
      })
    )

    it.effect("refuses to delete a run that a process executes, unless that process is known to be gone", () =>
      Effect.gen(function* () {
        const storage = yield* RunStorage
        const run = record(yield* newName)
        yield* storage.createHeld(run, job, ANNA)
        const held = yield* Effect.flip(storage.delete(run.runId))
        assert.deepInclude(held, { _tag: "RunHeld", runId: run.runId, ...ANNA })
        yield* storage.delete(run.runId, { evenIfHeld: true })
        assert.strictEqual((yield* Effect.flip(storage.get(run.runId)))._tag, "RunNotFound")
        const lapsed = record(yield* newName)
        yield* storage.createHeld(lapsed, job, ANNA)
        yield* TestClock.adjust(storage.leaseMillis)
        yield* storage.delete(lapsed.runId)
        const free = record(yield* newName)
        yield* storage.create(free, job)
        yield* storage.delete(free.runId)
      })
    )
  })

/**
 * The rules for leases of runs in every instance: who holds a run, when another process may take over, and that appends of
 * earlier holders are rejected.
 *
 * @since 0.1.0
 */
export const RunLeaseSuite = {
  /**
   * Registers the tests with Vitest. They share one instance.
   *
   * @param name - name of the instance in test reports
   * @param instance - layer of the instance; it may already contain runs
   */
  suite
}
