import { assert, describe, it } from "@effect/vitest"
import { describe as snapshotOf, Job, Op } from "@heddle/definitions"
import type { HeddleEvent } from "@heddle/events"
import { executeInProcess, launch, Runs } from "@heddle/execution"
import { EventLog, Instance, RunStorage } from "@heddle/storage"
import { Deferred, Effect, Fiber, Stream } from "effect"
import { TestClock } from "effect/testing"

const noop = Job.make("noop", {}, function* () {
  yield* Op.make("nothing", { run: () => {} })()
})

const snapshot = snapshotOf(noop.definition)

/** A process of another machine, of which only its lease tells. */
const OTHER = { pid: 7, host: "elsewhere" }

/** Records a run as another process would. */
const runElsewhere = (runId: string) =>
  Effect.gen(function* () {
    const storage = yield* RunStorage
    const record = { runId, jobName: "noop", createdAt: 0, tags: {}, runConfig: {} }
    const lease = yield* storage.createHeld(record, snapshot, OTHER)
    const log = yield* EventLog
    const append = (...events: ReadonlyArray<HeddleEvent>) => log.append(events, lease)
    yield* append({ _tag: "RUN_START", id: "~run~0~start", runId, timestamp: 0, executor: "inProcess", ...OTHER })
    return { append, lease }
  })

const message = (runId: string, n: number): HeddleEvent => ({
  _tag: "LOG_MESSAGE",
  id: `line~${n}`,
  runId,
  timestamp: n,
  level: "INFO",
  message: String(n)
})

const success = (runId: string): HeddleEvent => ({ _tag: "RUN_SUCCESS", id: "~run~0~end", runId, timestamp: 9 })

const tags = (events: ReadonlyArray<HeddleEvent>) => events.map(({ _tag }) => _tag)

describe("Runs.follow", () => {
  it.effect("replays, follows and ends with the run, without a gap or a double at the seam", () =>
    Effect.gen(function* () {
      const { append } = yield* runElsewhere("r")
      yield* append(message("r", 1), message("r", 2))
      const followers = yield* Effect.forkChild(
        Effect.all([Stream.runCollect(Runs.follow("r")), Stream.runCollect(Runs.follow("r"))], {
          concurrency: "unbounded"
        }),
        { startImmediately: true }
      )
      for (let n = 3; n <= 50; n++) {
        yield* append(message("r", n))
        if (n % 7 === 0) yield* Effect.yieldNow
      }
      yield* append(success("r"))
      const [a, b] = yield* Fiber.join(followers)
      const lines = a.flatMap((event) => (event._tag === "LOG_MESSAGE" ? [Number(event.message)] : []))
      assert.deepStrictEqual(
        lines,
        Array.from({ length: 50 }, (_, i) => i + 1)
      )
      assert.strictEqual(a.at(-1)?._tag, "RUN_SUCCESS")
      assert.deepStrictEqual(a, b)
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.effect("goes on after a cursor", () =>
    Effect.gen(function* () {
      const { append } = yield* runElsewhere("r")
      const { next } = yield* EventLog.use((log) => log.read("r"))
      yield* append(message("r", 1), success("r"))
      assert.deepStrictEqual(tags(yield* Stream.runCollect(Runs.follow("r", { after: next }))), [
        "LOG_MESSAGE",
        "RUN_SUCCESS"
      ])
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.effect("fails for a run that is not there, and when the run is deleted", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* Effect.flip(Stream.runDrain(Runs.follow("r"))))._tag, "RunNotFound")
      yield* runElsewhere("r")
      const follower = yield* Effect.forkChild(Effect.flip(Stream.runDrain(Runs.follow("r"))), {
        startImmediately: true
      })
      yield* RunStorage.use((storage) => storage.delete("r", { evenIfHeld: true }))
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* Fiber.join(follower))._tag, "RunNotFound")
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.effect("fails with RunLost when the process of the run is gone, and says what to do", () =>
    Effect.gen(function* () {
      yield* runElsewhere("r")
      const follower = yield* Effect.forkChild(Effect.flip(Stream.runDrain(Runs.follow("r"))), {
        startImmediately: true
      })
      yield* TestClock.adjust("20 seconds")
      const error = yield* Fiber.join(follower)
      assert.strictEqual(error._tag, "RunLost")
      assert.strictEqual(
        error.message,
        'Run "r" is lost. Process 7 on elsewhere is gone and did not finish the run: it was killed or suspended, or the machine went down. Cancel it to end it, or re-execute it from where it stopped'
      )
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.effect("fails with RunLost also while other runs append all the time", () =>
    Effect.gen(function* () {
      yield* runElsewhere("r")
      const follower = yield* Effect.forkChild(Effect.flip(Stream.runDrain(Runs.follow("r"))), {
        startImmediately: true
      })
      yield* TestClock.adjust("14 seconds")
      const log = yield* EventLog
      for (let n = 0; n < 10; n++) {
        yield* TestClock.adjust("500 millis")
        yield* log.append([message("other", n)])
        yield* Effect.yieldNow
      }
      assert.strictEqual((yield* Fiber.join(follower))._tag, "RunLost")
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.effect("waits over the death of the process and the take-over by another, and gives each event once", () =>
    Effect.gen(function* () {
      const { append } = yield* runElsewhere("r")
      const follower = yield* Effect.forkChild(Stream.runCollect(Runs.follow("r", { whenLost: "wait" })), {
        startImmediately: true
      })
      yield* append(message("r", 1))
      yield* TestClock.adjust("20 seconds")
      const storage = yield* RunStorage
      const log = yield* EventLog
      const lease = yield* storage.acquire("r", { pid: 8, host: "elsewhere" })
      const late = yield* Effect.flip(append(message("r", 2)))
      assert.strictEqual(late._tag, "RunTakenOver")
      // Who takes over sends again what may not have arrived.
      yield* log.append([message("r", 1), message("r", 3), success("r")], lease)
      const events = yield* Fiber.join(follower)
      assert.deepStrictEqual(
        events.map(({ id }) => id),
        ["~run~0~start", "line~1", "line~3", "~run~0~end"]
      )
    }).pipe(Effect.provide(Instance.layerMemory))
  )
})

describe("Runs.followAll", () => {
  it.effect("follows all runs from now on, in the order of the log", () =>
    Effect.gen(function* () {
      yield* executeInProcess(noop, { runId: "before" })
      const seen = yield* Effect.forkChild(
        Stream.runCollect(
          Stream.takeUntil(Runs.followAll(), ({ runId, _tag }) => runId === "b" && _tag === "RUN_SUCCESS")
        ),
        { startImmediately: true }
      )
      yield* executeInProcess(noop, { runId: "a" })
      yield* executeInProcess(noop, { runId: "b" })
      const events = yield* Fiber.join(seen)
      assert.deepStrictEqual([...new Set(events.map(({ runId }) => runId))], ["a", "b"])
      assert.strictEqual(events.filter(({ _tag }) => _tag === "RUN_START").length, 2)
      const fromStart = yield* Stream.runCollect(
        Stream.takeUntil(
          Runs.followAll({ from: "start" }),
          ({ runId, _tag }) => runId === "b" && _tag === "RUN_SUCCESS"
        )
      )
      assert.deepStrictEqual([...new Set(fromStart.map(({ runId }) => runId))], ["before", "a", "b"])
    }).pipe(Effect.provide(Instance.layerMemory))
  )
})

describe("Runs.cancel", () => {
  it.effect("ends a run that this process carries, with its finalizers and the reason", () =>
    Effect.gen(function* () {
      const started = yield* Deferred.make<void>()
      let finalized = 0
      const job = Job.make("endless", {}, function* () {
        yield* Op.make("hang", {
          run: () =>
            Effect.andThen(Deferred.succeed(started, undefined), Effect.never).pipe(
              Effect.onInterrupt(() => Effect.sync(() => void finalized++))
            )
        })()
      })
      const run = yield* launch(job, { runId: "r" })
      yield* Deferred.await(started)
      assert.strictEqual(yield* Runs.cancel("r", "not needed any more"), "requested")
      const result = yield* run.result
      assert.isTrue(!result.success && result.reason === "CANCELED")
      assert.strictEqual(finalized, 1)
      const canceling = result.allEvents.find(({ _tag }) => _tag === "RUN_CANCELING")
      assert.deepInclude(canceling, { reason: "not needed any more" })
      const again = yield* Effect.flip(Runs.cancel("r"))
      assert.strictEqual(again.message, 'Run "r" has already ended with status CANCELED')
      assert.strictEqual((yield* Effect.flip(Runs.cancel("other")))._tag, "RunNotFound")
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.effect("leaves a run that another process carries to that process, and keeps the request", () =>
    Effect.gen(function* () {
      const { append } = yield* runElsewhere("r")
      assert.strictEqual(yield* Runs.cancel("r", "stop"), "requested")
      assert.deepInclude((yield* Runs.get("r")).cancelRequest, { reason: "stop" })
      assert.strictEqual((yield* Runs.get("r")).status, "STARTED")
      yield* append(success("r"))
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.effect("ends a run at once whose process is gone, and lets nothing more be recorded of it", () =>
    Effect.gen(function* () {
      const { append } = yield* runElsewhere("r")
      yield* TestClock.adjust("20 seconds")
      assert.strictEqual((yield* Runs.get("r")).status, "LOST")
      assert.strictEqual(yield* Runs.cancel("r", "it is gone"), "ended")
      assert.strictEqual((yield* Runs.get("r")).status, "CANCELED")
      assert.strictEqual((yield* Effect.flip(append(message("r", 1))))._tag, "RunTakenOver")
      const events = yield* Stream.runCollect(Runs.follow("r"))
      assert.deepStrictEqual(tags(events), ["RUN_START", "RUN_CANCELING", "RUN_CANCELED"])
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.effect("ends a run that no process has taken yet", () =>
    Effect.gen(function* () {
      const record = { runId: "r", jobName: "noop", createdAt: 0, tags: {}, runConfig: {} }
      yield* RunStorage.use((storage) => storage.create(record, snapshot))
      assert.strictEqual(yield* Runs.cancel("r"), "ended")
      assert.strictEqual((yield* Runs.get("r")).status, "CANCELED")
    }).pipe(Effect.provide(Instance.layerMemory))
  )
})

describe("Runs.list", () => {
  it.effect("lists with a look at processes, page by page, by status", () =>
    Effect.gen(function* () {
      yield* runElsewhere("lost1")
      yield* runElsewhere("lost2")
      yield* TestClock.adjust("20 seconds")
      for (const runId of ["a", "b", "c"]) yield* executeInProcess(noop, { runId })
      yield* runElsewhere("alive")
      const ids = (page: { readonly runs: ReadonlyArray<{ readonly runId: string }> }) =>
        page.runs.map(({ runId }) => runId)
      const first = yield* Runs.list({ limit: 4 })
      assert.deepStrictEqual([ids(first), first.next], [["alive", "c", "b", "a"], "a"])
      const second = yield* Runs.list({ limit: 4, after: first.next })
      assert.deepStrictEqual([ids(second), second.next], [["lost2", "lost1"], undefined])
      assert.deepStrictEqual(ids(yield* Runs.list({ statuses: ["LOST"] })), ["lost2", "lost1"])
      assert.deepStrictEqual(ids(yield* Runs.list({ statuses: ["STARTED"] })), ["alive"])
      assert.deepStrictEqual(ids(yield* Runs.list({ statuses: ["SUCCESS", "LOST"], limit: 4 })), [
        "c",
        "b",
        "a",
        "lost2"
      ])
    }).pipe(Effect.provide(Instance.layerMemory))
  )
})

describe("Runs.delete", () => {
  it.effect("deletes ended and lost runs, and refuses one that a process carries", () =>
    Effect.gen(function* () {
      yield* executeInProcess(noop, { runId: "ended" })
      yield* Runs.delete("ended")
      assert.strictEqual((yield* Effect.flip(Runs.get("ended")))._tag, "RunNotFound")
      yield* runElsewhere("r")
      const refused = yield* Effect.flip(Runs.delete("r"))
      assert.strictEqual(refused._tag, "RunHeld")
      yield* TestClock.adjust("20 seconds")
      yield* Runs.delete("r")
      assert.strictEqual((yield* Effect.flip(Runs.delete("r")))._tag, "RunNotFound")
    }).pipe(Effect.provide(Instance.layerMemory))
  )
})
