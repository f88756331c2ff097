import { assert, layer } from "@effect/vitest"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { JobSnapshot } from "@heddle/events/JobSnapshot"
import { ConcurrencySlots } from "@heddle/storage/ConcurrencySlots"
import { EventLog } from "@heddle/storage/EventLog"
import type { Instance } from "@heddle/storage/Instance"
import { RunStorage } from "@heddle/storage/RunStorage"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"

/** A new name, for stores that outlive a test. */
const newName = Effect.sync(() => crypto.randomUUID())

const job: JobSnapshot = {
  name: "pooled",
  graph: { name: "pooled", inputs: [], outputs: {}, nodes: [] },
  resources: [],
  tags: {}
}

const ANNA = { pid: 4711, host: "loom" }

/** An active run, held by a process. */
const newRun = Effect.gen(function* () {
  const runId = yield* newName
  const record = { runId, jobName: "pooled", createdAt: 1_700_000_000_000, tags: {}, runConfig: {} }
  return yield* (yield* RunStorage).createHeld(record, job, ANNA)
})

/** A pool with a limit. */
const newPool = Effect.fnUntraced(function* (limit: number) {
  const pool = yield* newName
  yield* (yield* ConcurrencySlots).setLimit(pool, limit)
  return pool
})

const stateOf = (pool: string) =>
  ConcurrencySlots.use((slots) => Effect.map(slots.list, (pools) => pools.find((one) => one.pool === pool)))

const suite = <E>(name: string, instance: Layer.Layer<Instance, E>): void =>
  layer(instance)(`ConcurrencySlots: ${name}`, (it) => {
    /** Claims a slot for attempt 1 of a step of the run, without priority. */
    const ask = (pool: string, runId: string, stepKey: string, more: { attempt?: number; priority?: number } = {}) =>
      ConcurrencySlots.use((slots) => slots.claim({ pool, runId, stepKey, attempt: 1, priority: 0, ...more }))
    const giveBack = (runId: string, stepKey: string, attempt = 1) =>
      ConcurrencySlots.use((slots) => slots.release({ runId, stepKey, attempt }))

    it.effect("admits every attempt if the pool has no limit, and records nothing", () =>
      Effect.gen(function* () {
        const { runId } = yield* newRun
        const pool = yield* newName
        for (const step of ["a", "b", "c"]) assert.isTrue(yield* ask(pool, runId, step))
        assert.isUndefined(yield* stateOf(pool))
        yield* giveBack(runId, "a")
      })
    )

    it.effect("grants as many slots as the limit, to one run or to several", () =>
      Effect.gen(function* () {
        const [one, two] = [(yield* newRun).runId, (yield* newRun).runId]
        const pool = yield* newPool(2)
        assert.isTrue(yield* ask(pool, one, "a"))
        assert.isTrue(yield* ask(pool, two, "a"))
        assert.isFalse(yield* ask(pool, one, "b"))
        assert.isFalse(yield* ask(pool, two, "b"))
        assert.deepStrictEqual(yield* stateOf(pool), {
          pool,
          limit: 2,
          holders: [
            { runId: one, stepKey: "a", attempt: 1 },
            { runId: two, stepKey: "a", attempt: 1 }
          ],
          waiting: [
            { runId: one, stepKey: "b", attempt: 1 },
            { runId: two, stepKey: "b", attempt: 1 }
          ]
        })
        yield* giveBack(two, "a")
        assert.isTrue(yield* ask(pool, one, "b"))
        assert.isFalse(yield* ask(pool, two, "b"))
      })
    )

    it.effect("keeps pools apart", () =>
      Effect.gen(function* () {
        const { runId } = yield* newRun
        const [one, two] = [yield* newPool(1), yield* newPool(1)]
        assert.isTrue(yield* ask(one, runId, "a"))
        assert.isTrue(yield* ask(two, runId, "b"))
        assert.isFalse(yield* ask(one, runId, "c"))
      })
    )

    it.effect("grants no slot of a pool whose limit is 0", () =>
      Effect.gen(function* () {
        const { runId } = yield* newRun
        assert.isFalse(yield* ask(yield* newPool(0), runId, "a"))
      })
    )

    it.effect("gives the same answer however often an attempt asks", () =>
      Effect.gen(function* () {
        const { runId } = yield* newRun
        const pool = yield* newPool(1)
        for (let n = 0; n < 3; n++) assert.isTrue(yield* ask(pool, runId, "a"))
        for (let n = 0; n < 3; n++) assert.isFalse(yield* ask(pool, runId, "b"))
        assert.deepInclude(yield* stateOf(pool), {
          holders: [{ runId, stepKey: "a", attempt: 1 }],
          waiting: [{ runId, stepKey: "b", attempt: 1 }]
        })
        yield* giveBack(runId, "a")
        assert.isTrue(yield* ask(pool, runId, "b"))
      })
    )

    it.effect("distinguishes the attempts of a step", () =>
      Effect.gen(function* () {
        const { runId } = yield* newRun
        const pool = yield* newPool(1)
        assert.isTrue(yield* ask(pool, runId, "a"))
        assert.isFalse(yield* ask(pool, runId, "a", { attempt: 2 }))
        yield* giveBack(runId, "a", 3)
        assert.isFalse(yield* ask(pool, runId, "a", { attempt: 2 }))
        yield* giveBack(runId, "a", 1)
        assert.isTrue(yield* ask(pool, runId, "a", { attempt: 2 }))
      })
    )

    it.effect("serves the highest priority first, and among equals the first to ask", () =>
      Effect.gen(function* () {
        const [one, two] = [(yield* newRun).runId, (yield* newRun).runId]
        const pool = yield* newPool(1)
        assert.isTrue(yield* ask(pool, one, "holder"))
        const line = [
          [one, "low", -1],
          [two, "first", 0],
          [one, "second", 0],
          [two, "high", 7]
        ] as const
        const asks = line.map(([runId, step, priority]) => ask(pool, runId, step, { priority }))
        assert.deepStrictEqual(yield* Effect.all(asks), [false, false, false, false])
        const waiting = (yield* stateOf(pool))!.waiting.map(({ stepKey }) => stepKey)
        assert.deepStrictEqual(waiting, ["high", "first", "second", "low"])
        const served: Array<string> = []
        let holder: readonly [runId: string, step: string] = [one, "holder"]
        while (served.length < line.length) {
          yield* giveBack(...holder)
          // All that are left ask again, in their order, and one of them gets a slot.
          const left = line.filter(([, step]) => !served.includes(step))
          const before = served.length
          for (const [runId, step, priority] of left) {
            if (!(yield* ask(pool, runId, step, { priority }))) continue
            holder = [runId, step]
            served.push(step)
          }
          assert.lengthOf(served, before + 1)
        }
        assert.deepStrictEqual(served, waiting)
      })
    )

    it.effect("grants later claims only the slots that earlier ones leave", () =>
      Effect.gen(function* () {
        const { runId } = yield* newRun
        const pool = yield* newPool(1)
        assert.isTrue(yield* ask(pool, runId, "a"))
        assert.isFalse(yield* ask(pool, runId, "b"))
        yield* giveBack(runId, "a")
        assert.isFalse(yield* ask(pool, runId, "late"), "the slot is the one's who waits")
        yield* (yield* ConcurrencySlots).setLimit(pool, 2)
        assert.isTrue(yield* ask(pool, runId, "late"))
        assert.isTrue(yield* ask(pool, runId, "b"))
      })
    )

    it.effect("removes a released claim from the line", () =>
      Effect.gen(function* () {
        const { runId } = yield* newRun
        const pool = yield* newPool(1)
        assert.isTrue(yield* ask(pool, runId, "a"))
        assert.isFalse(yield* ask(pool, runId, "b"))
        assert.isFalse(yield* ask(pool, runId, "c"))
        yield* giveBack(runId, "b")
        yield* giveBack(runId, "a")
        assert.isTrue(yield* ask(pool, runId, "c"))
      })
    )

    it.effect("changes and removes a limit", () =>
      Effect.gen(function* () {
        const slots = yield* ConcurrencySlots
        const { runId } = yield* newRun
        const pool = yield* newPool(2)
        assert.isTrue(yield* ask(pool, runId, "a"))
        assert.isTrue(yield* ask(pool, runId, "b"))
        yield* slots.setLimit(pool, 1)
        assert.deepInclude(yield* stateOf(pool), { limit: 1 })
        assert.isTrue(yield* ask(pool, runId, "b"), "what one has stays")
        yield* giveBack(runId, "a")
        assert.isFalse(yield* ask(pool, runId, "c"))
        assert.isTrue(yield* slots.unsetLimit(pool))
        assert.isFalse(yield* slots.unsetLimit(pool), "the pool has no limit any more")
        assert.isTrue(yield* ask(pool, runId, "c"))
        assert.deepInclude(yield* stateOf(pool), { limit: undefined, waiting: [] })
        yield* giveBack(runId, "b")
        assert.isUndefined(yield* stateOf(pool))
      })
    )

    it.effect("applies the default limit to pools without their own limit", () =>
      Effect.gen(function* () {
        const slots = yield* ConcurrencySlots
        const { runId } = yield* newRun
        const [own, other] = [yield* newPool(2), yield* newName]
        assert.isUndefined(yield* slots.defaultLimit)
        yield* slots.setDefaultLimit(1)
        assert.strictEqual(yield* slots.defaultLimit, 1)
        assert.isUndefined(yield* stateOf(other))
        for (const step of ["a", "b"]) assert.isTrue(yield* ask(own, runId, step))
        assert.isTrue(yield* ask(other, runId, "a"))
        assert.isFalse(yield* ask(other, runId, "c"))
        assert.deepInclude(yield* stateOf(other), { limit: 1 })
        yield* slots.setDefaultLimit(undefined)
        assert.isUndefined(yield* slots.defaultLimit)
        assert.isTrue(yield* ask(other, runId, "c"))
      })
    )

    it.effect("rejects invalid limits, and names the pool", () =>
      Effect.gen(function* () {
        const slots = yield* ConcurrencySlots
        for (const limit of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
          const error = yield* Effect.flip(slots.setLimit("database", limit))
          assert.strictEqual(error._tag, "PoolLimitInvalid")
          assert.include(error.message, `"database" must be a whole number of at least 0, got ${limit}`)
        }
        assert.include((yield* Effect.flip(slots.setLimit("", 1))).message, 'pool "": give the pool a name')
        assert.include((yield* Effect.flip(slots.setDefaultLimit(-1))).message, "The default limit of pools must be")
        assert.isUndefined(yield* stateOf("database"))
        assert.isUndefined(yield* slots.defaultLimit)
      })
    )

    it.effect("releases the slots and claims of a run that has ended", () =>
      Effect.gen(function* () {
        const lease = yield* newRun
        const { runId } = yield* newRun
        const pool = yield* newPool(1)
        assert.isTrue(yield* ask(pool, lease.runId, "a"))
        assert.isFalse(yield* ask(pool, lease.runId, "b", { priority: 1 }))
        assert.isFalse(yield* ask(pool, runId, "a"))
        const end: HeddleEvent = { _tag: "RUN_CANCELED", id: "~run~end", runId: lease.runId, timestamp: 1 }
        yield* (yield* EventLog).append([end], lease)
        assert.deepInclude(yield* stateOf(pool), { holders: [], waiting: [{ runId, stepKey: "a", attempt: 1 }] })
        assert.isTrue(yield* ask(pool, runId, "a"))
        assert.deepInclude(yield* stateOf(pool), { holders: [{ runId, stepKey: "a", attempt: 1 }], waiting: [] })
      })
    )

    it.effect("releases the slots and claims of a run when its lease expires, and not before", () =>
      Effect.gen(function* () {
        const { leaseMillis } = yield* RunStorage
        const dead = yield* newRun
        const pool = yield* newPool(1)
        assert.isTrue(yield* ask(pool, dead.runId, "a"))
        assert.isFalse(yield* ask(pool, dead.runId, "b", { priority: 1 }))
        yield* TestClock.adjust(leaseMillis - 1)
        const { runId } = yield* newRun
        assert.isFalse(yield* ask(pool, runId, "a"))
        yield* TestClock.adjust(1)
        assert.isTrue(yield* ask(pool, runId, "a"))
        assert.deepInclude(yield* stateOf(pool), { holders: [{ runId, stepKey: "a", attempt: 1 }], waiting: [] })
      })
    )
  })

/**
 * The rules for the pools of every instance, together with its run storage and event log.
 *
 * @since 0.1.0
 */
export const ConcurrencySlotsSuite = {
  /**
   * Registers the tests with Vitest. They share one instance, and change its default limit.
   *
   * @param name - name of the instance in test reports
   * @param instance - layer of the instance; it may already contain runs and pools, but no default limit
   */
  suite
}
