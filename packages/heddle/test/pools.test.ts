import { assert, describe, it } from "@effect/vitest"
import { DefinitionError, describe as snapshotOf, Job, Op, RetryPolicy } from "@heddle/definitions"
import { ProcessIdentity } from "@heddle/engine"
import { HeddleEvent } from "@heddle/events"
import { executeInProcess, launch } from "@heddle/execution"
import { ConcurrencySlots, EventLog, Instance, RunStorage } from "@heddle/storage"
import { TestRun } from "@heddle/testing"
import { Clock, Deferred, Effect, Fiber, Schema, Stream } from "effect"
import { TestClock } from "effect/testing"
import { spawn } from "node:child_process"
import { once } from "node:events"

const OTHER = { pid: 7, host: "elsewhere" }

const logOf = (runId: string) => Stream.runCollect(EventLog.readAll(runId))
const setLimit = (pool: string, limit: number) => ConcurrencySlots.use((slots) => slots.setLimit(pool, limit))
const poolOf = (pool: string) =>
  ConcurrencySlots.use((slots) => Effect.map(slots.list, (pools) => pools.find((one) => one.pool === pool)))

/** Lets what can go on without the clock go on until something holds. */
const until = <E, R>(holds: Effect.Effect<boolean, E, R>): Effect.Effect<void, E, R> =>
  Effect.flatMap(holds, (it) =>
    it
      ? Effect.void
      : Effect.andThen(
          Effect.yieldNow,
          Effect.suspend(() => until(holds))
        )
  )

const isWaiting = (pool: string, runId: string) =>
  Effect.map(poolOf(pool), (state) => state?.waiting.some((holder) => holder.runId === runId) === true)

/** An op of the pool "db" that tells when its body starts, and waits for a gate. */
const gated = Effect.map(Effect.all([Deferred.make<void>(), Deferred.make<void>()]), ([started, gate]) => ({
  started,
  gate,
  op: Op.make("use_db", {
    pool: "db",
    run: () => Effect.andThen(Deferred.succeed(started, undefined), Deferred.await(gate))
  })
}))

const jobOf = (op: { readonly op: Op<"use_db", {}, any, void, void, never, never> }["op"], tags = {}) =>
  Job.make("pooled", { tags }, function* () {
    yield* op()
  })

/** Messages about being blocked. */
const blocks = (events: ReadonlyArray<HeddleEvent>) =>
  events.filter(HeddleEvent.isEngineEvent).filter(({ metadata }) => metadata?.["pool"] !== undefined)

describe("pools", () => {
  it.effect(
    "block the step of a second run until the first releases its slot, while the rest of that run continues",
    () =>
      Effect.gen(function* () {
        yield* setLimit("db", 1)
        const [one, two] = [yield* gated, yield* gated]
        const rest = yield* Deferred.make<void>()
        const other = Op.make("z_other", { run: () => Deferred.succeed(rest, undefined).pipe(Effect.asVoid) })
        const second = Job.make("pooled", {}, function* () {
          yield* two.op()
          yield* other()
        })
        const first = yield* TestRun.start(launch(jobOf(one.op), { runId: "one" }))
        yield* Deferred.await(one.started)
        const waiting = yield* TestRun.start(launch(second, { runId: "two", maxConcurrent: 1 }))
        yield* Deferred.await(rest)
        assert.deepInclude(yield* poolOf("db"), {
          holders: [{ runId: "one", stepKey: "use_db", attempt: 1 }],
          waiting: [{ runId: "two", stepKey: "use_db", attempt: 1 }]
        })
        yield* waiting.adjust("61 minutes")
        assert.isFalse(yield* Deferred.isDone(two.started))
        yield* Deferred.succeed(one.gate, undefined)
        assert.isTrue((yield* first.result).success)
        yield* Deferred.succeed(two.gate, undefined)
        // It asks every 15 seconds by now.
        yield* waiting.adjust("15 seconds")
        assert.isTrue((yield* waiting.result).success)
        assert.deepStrictEqual(yield* poolOf("db"), { pool: "db", limit: 1, holders: [], waiting: [] })
        const told = blocks(yield* logOf("two"))
        assert.deepInclude(told[0], {
          stepKey: "use_db",
          message: 'Blocked by the limit of pool "db"',
          metadata: { pool: { _tag: "text", value: "db" } }
        })
        // Twelve times 300 seconds, each told when it is next asked.
        assert.lengthOf(told.slice(1), 12)
        assert.match(told[1]!.message, /^Still blocked by the limit of pool "db" after 3(0\d|1[0-5]) seconds$/)
        assert.lengthOf(blocks(yield* logOf("one")), 0)
      }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.effect("are asked again after a second, and then less and less often, up to every 15 seconds", () =>
    Effect.gen(function* () {
      yield* setLimit("db", 0)
      const asked: Array<number> = []
      const slots = yield* ConcurrencySlots
      const { op } = yield* gated
      const recording = ConcurrencySlots.of({
        ...slots,
        claim: (claim) =>
          Effect.andThen(
            Effect.map(Clock.currentTimeMillis, (at) => void asked.push(at)),
            slots.claim(claim)
          )
      })
      const run = yield* TestRun.start(
        Effect.provideService(launch(jobOf(op), { runId: "r" }), ConcurrencySlots, recording)
      )
      yield* until(isWaiting("db", "r"))
      yield* run.adjust("10 minutes")
      const waits = asked.slice(1).map((at, i) => at - asked[i]!)
      assert.deepStrictEqual(waits.slice(0, 3), [1000, 1100, 1210])
      assert.deepStrictEqual(waits.slice(-3), [15_000, 15_000, 15_000])
      yield* run.cancel()
      assert.isFalse((yield* run.result).success)
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.effect("pass a slot from one step of a run to the next at once", () =>
    Effect.gen(function* () {
      yield* setLimit("db", 1)
      let running = 0
      const order: Array<string> = []
      const work = Op.make("work", {
        pool: "db",
        run: (_, { stepKey }) =>
          Effect.gen(function* () {
            running += 1
            assert.strictEqual(running, 1)
            order.push(stepKey)
            yield* Effect.yieldNow
            running -= 1
          })
      })
      const job = Job.make("row", {}, function* () {
        yield* work.as("a")()
        yield* work.as("b")()
        yield* work.with({ name: "c", tags: { "heddle/priority": "-1" } })()
        yield* work.as("d")()
      })
      assert.isTrue((yield* executeInProcess(job, { runId: "r" })).success)
      assert.deepStrictEqual(order, ["a", "b", "d", "c"])
      assert.lengthOf(blocks(yield* logOf("r")), 3)
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.effect("without a limit restrict nothing, and report nothing", () =>
    Effect.gen(function* () {
      const both = yield* Deferred.make<void>()
      let started = 0
      const work = Op.make("work", {
        pool: "free",
        run: () =>
          Effect.suspend(() => (++started === 2 ? Deferred.succeed(both, undefined) : Deferred.await(both))).pipe(
            Effect.asVoid
          )
      })
      const job = Job.make("free", {}, function* () {
        yield* work.as("a")()
        yield* work.as("b")()
      })
      assert.isTrue((yield* executeInProcess(job, { runId: "r" })).success)
      const log = yield* logOf("r")
      assert.lengthOf(blocks(log), 0)
      assert.deepStrictEqual(
        log.filter(HeddleEvent.is("POOL_CLAIMED")).map(({ attempt, pool, stepKey }) => [stepKey, attempt, pool]),
        [
          ["a", 1, "free"],
          ["b", 1, "free"]
        ]
      )
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.effect("serve the run with the higher priority first", () =>
    Effect.gen(function* () {
      yield* setLimit("db", 1)
      const [one, low, high] = [yield* gated, yield* gated, yield* gated]
      const start = (op: (typeof one)["op"], runId: string, priority: string) =>
        TestRun.start(launch(jobOf(op), { runId, tags: { "heddle/priority": priority } }))
      const first = yield* start(one.op, "one", "0")
      yield* Deferred.await(one.started)
      const lowRun = yield* start(low.op, "low", "1")
      yield* until(isWaiting("db", "low"))
      const highRun = yield* start(high.op, "high", "2")
      yield* until(isWaiting("db", "high"))
      yield* Deferred.succeed(one.gate, undefined)
      yield* first.result
      yield* highRun.adjust("15 seconds")
      yield* Deferred.await(high.started)
      assert.isFalse(yield* Deferred.isDone(low.started))
      yield* Deferred.succeed(high.gate, undefined)
      yield* Deferred.succeed(low.gate, undefined)
      yield* highRun.result
      yield* lowRun.adjust("15 seconds")
      assert.isTrue((yield* lowRun.result).success)
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.effect("release the slot of a run whose process is gone", () =>
    Effect.gen(function* () {
      yield* setLimit("db", 1)
      const { gate, op, started } = yield* gated
      const job = jobOf(op)
      const record = { runId: "dead", jobName: "pooled", createdAt: 0, tags: {}, runConfig: {} }
      yield* RunStorage.use((runs) => runs.createHeld(record, snapshotOf(job.definition), OTHER))
      const claim = { pool: "db", runId: "dead", stepKey: "use_db", attempt: 1, priority: 0 }
      assert.isTrue(yield* ConcurrencySlots.use((slots) => slots.claim(claim)))
      const run = yield* TestRun.start(launch(job, { runId: "r" }))
      yield* until(isWaiting("db", "r"))
      yield* run.adjust("14 seconds")
      assert.isFalse(yield* Deferred.isDone(started))
      yield* run.adjust("16 seconds")
      yield* Deferred.await(started)
      yield* Deferred.succeed(gate, undefined)
      assert.isTrue((yield* run.result).success)
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.effect("at once release the slot of a run whose process was killed on this machine, and end that run", () =>
    Effect.gen(function* () {
      yield* setLimit("db", 1)
      const { gate, op, started } = yield* gated
      const job = jobOf(op)
      const child = spawn(process.execPath, ["--eval", "setInterval(() => {}, 1000)"])
      const { host } = yield* ProcessIdentity
      const record = { runId: "dead", jobName: "pooled", createdAt: 0, tags: {}, runConfig: {} }
      const holder = { host, pid: child.pid! }
      yield* RunStorage.use((runs) => runs.createHeld(record, snapshotOf(job.definition), holder))
      const claim = { pool: "db", runId: "dead", stepKey: "use_db", attempt: 1, priority: 0 }
      assert.isTrue(yield* ConcurrencySlots.use((slots) => slots.claim(claim)))
      child.kill("SIGKILL")
      yield* Effect.promise(() => once(child, "close"))
      // The clock stands still: no beat of the line has to pass.
      const run = yield* TestRun.start(launch(job, { runId: "r" }))
      yield* Deferred.await(started)
      yield* Deferred.succeed(gate, undefined)
      assert.isTrue((yield* run.result).success)
      assert.strictEqual((yield* RunStorage.use((runs) => runs.get("dead"))).status, "FAILURE")
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.effect("forget a run that is cancelled while it waits, and one whose caller is interrupted", () =>
    Effect.gen(function* () {
      yield* setLimit("db", 1)
      const [one, two, three] = [yield* gated, yield* gated, yield* gated]
      const first = yield* TestRun.start(launch(jobOf(one.op), { runId: "one" }))
      yield* Deferred.await(one.started)
      const second = yield* TestRun.start(launch(jobOf(two.op), { runId: "two" }))
      const third = yield* Effect.forkChild(executeInProcess(jobOf(three.op), { runId: "three" }))
      yield* until(isWaiting("db", "two"))
      yield* until(isWaiting("db", "three"))
      yield* second.cancel("no more")
      assert.isFalse((yield* second.result).success)
      yield* Fiber.interrupt(third)
      assert.deepInclude(yield* poolOf("db"), { waiting: [] })
      yield* Deferred.succeed(one.gate, undefined)
      yield* first.result
      yield* TestClock.adjust("1 minute")
      for (const { started } of [two, three]) assert.isFalse(yield* Deferred.isDone(started))
      for (const runId of ["two", "three"]) {
        const log = yield* logOf(runId)
        assert.strictEqual(log.at(-1)?._tag, "RUN_CANCELED")
        assert.lengthOf(log.filter(HeddleEvent.is("STEP_START", "POOL_CLAIMED")), 0)
      }
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.effect("get a slot back between the attempts of a step, and after its failure", () =>
    Effect.gen(function* () {
      yield* setLimit("db", 1)
      const other = yield* gated
      const flaky = Op.make("flaky", {
        pool: "db",
        output: Schema.Number,
        retry: RetryPolicy.make({ maxRetries: 1, delay: "1 minute" }),
        run: () => Effect.fail("no")
      })
      const job = Job.make("flaky", {}, function* () {
        yield* flaky()
      })
      const run = yield* TestRun.start(launch(job, { runId: "r" }))
      yield* run.until("STEP_UP_FOR_RETRY")
      const between = yield* TestRun.start(launch(jobOf(other.op), { runId: "between" }))
      yield* Deferred.await(other.started)
      yield* run.adjust("1 minute")
      yield* until(isWaiting("db", "r"))
      yield* Deferred.succeed(other.gate, undefined)
      yield* between.result
      yield* run.adjust("2 seconds")
      assert.isFalse((yield* run.result).success)
      assert.deepInclude(yield* poolOf("db"), { holders: [], waiting: [] })
      const attempts = (yield* logOf("r")).filter(HeddleEvent.is("POOL_CLAIMED")).map(({ attempt }) => attempt)
      assert.deepStrictEqual(attempts, [1, 2])
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it("need a name", () => {
    assert.throws(
      () => Op.make("op", { pool: "", run: () => {} }),
      DefinitionError,
      /"pool".*the name of the pool is empty/
    )
  })
})
