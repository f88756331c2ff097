import { assert, describe, it } from "@effect/vitest"
import { describe as snapshotOf, Job, Op } from "@heddle/definitions"
import { LostRun, ReexecutionOptions } from "@heddle/engine"
import type { HeddleEvent } from "@heddle/events"
import { executeDefinition, launch } from "@heddle/execution"
import { EventLog, Instance, RunStorage } from "@heddle/storage"
import { TestRun } from "@heddle/testing"
import { Deferred, Effect, Schema, Stream } from "effect"
import { TestClock } from "effect/testing"

const OTHER = { pid: 7, host: "elsewhere" }

const logOf = (runId: string) => Stream.runCollect(EventLog.readAll(runId))

describe("a run that another process takes", () => {
  it.effect("ends its steps, fails, and records nothing more", () =>
    Effect.gen(function* () {
      const started = yield* Deferred.make<void>()
      let finalized = 0
      const wait = Op.make("wait", {
        run: () =>
          Effect.andThen(Deferred.succeed(started, undefined), Effect.never).pipe(
            Effect.ensuring(Effect.sync(() => finalized++))
          )
      })
      const job = Job.make("waiting", {}, function* () {
        yield* wait()
      })
      const run = yield* TestRun.start(launch(job, { runId: "r" }))
      yield* Deferred.await(started)
      const before = yield* logOf("r")
      yield* RunStorage.use((runs) => runs.acquire("r", OTHER, { evenIfHeld: true }))
      const error = yield* Effect.flip(run.result)
      assert.strictEqual(error._tag, "RunTakenOver")
      assert.include(error.message, 'Run "r" was taken over by another process')
      assert.strictEqual(finalized, 1)
      assert.deepStrictEqual(yield* logOf("r"), before)
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.effect("is not taken over while it continues, however long it takes", () =>
    Effect.gen(function* () {
      const started = yield* Deferred.make<void>()
      const go = yield* Deferred.make<void>()
      const wait = Op.make("wait", {
        run: () => Effect.andThen(Deferred.succeed(started, undefined), Deferred.await(go))
      })
      const job = Job.make("waiting", {}, function* () {
        yield* wait()
      })
      const run = yield* TestRun.start(launch(job, { runId: "r" }))
      yield* Deferred.await(started)
      yield* run.adjust("1 day")
      const held = yield* Effect.flip(RunStorage.use((runs) => runs.acquire("r", OTHER)))
      assert.strictEqual(held._tag, "RunHeld")
      const again = executeDefinition(job.definition, { reexecution: ReexecutionOptions.fromFailure("r") })
      const refused = yield* Effect.flip(again)
      assert.match(refused.message, /has not ended, its status is STARTED, and process \d+ on .* carries it/)
      yield* Deferred.succeed(go, undefined)
      assert.isTrue((yield* run.result).success)
    }).pipe(Effect.provide(Instance.layerMemory))
  )
})

describe("a run whose process is gone", () => {
  it.effect("is taken over, marked and continued by a re-execution", () =>
    Effect.gen(function* () {
      const ran: Array<string> = []
      const first = Op.make("first", { output: Schema.Number, run: () => ran.push("first") })
      const second = Op.make("second", { inputs: { n: Schema.Number }, run: () => void ran.push("second") })
      const job = Job.make("two", {}, function* () {
        yield* second({ n: yield* first() })
      })
      const record = { runId: "dead", jobName: "two", createdAt: 0, tags: {}, runConfig: {} }
      const lease = yield* RunStorage.use((runs) => runs.createHeld(record, snapshotOf(job.definition), OTHER))
      const event = { runId: "dead", timestamp: 1 }
      const start: HeddleEvent = { ...event, _tag: "RUN_START", id: "~run~0~start", executor: "inProcess", ...OTHER }
      yield* EventLog.use((log) => log.append([start], lease))
      const again = executeDefinition(job.definition, { reexecution: ReexecutionOptions.fromFailure("dead") })
      assert.strictEqual((yield* Effect.flip(again))._tag, "ReexecutionError")
      yield* TestClock.adjust("15 seconds")
      assert.isTrue((yield* again).success)
      assert.deepStrictEqual(ran, ["first", "second"])
      const dead = yield* RunStorage.use((runs) => runs.get("dead"))
      assert.strictEqual(dead.status, "FAILURE")
      assert.deepInclude((yield* logOf("dead")).at(-1), { _tag: "RUN_FAILURE", reason: "UNEXPECTED_TERMINATION" })
      const late = yield* Effect.flip(EventLog.use((log) => log.append([{ ...start, id: "late" }], lease)))
      assert.strictEqual(late._tag, "RunTakenOver")
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.effect("keeps its first end, whoever finds it later", () =>
    Effect.gen(function* () {
      const job = Job.make("nothing", {}, function* () {
        yield* Op.make("nothing", { run: () => {} })()
      })
      const record = { runId: "dead", jobName: "nothing", createdAt: 0, tags: {}, runConfig: {} }
      yield* RunStorage.use((runs) => runs.createHeld(record, snapshotOf(job.definition), OTHER))
      yield* TestClock.adjust("15 seconds")
      const found = yield* RunStorage.use((runs) => runs.get("dead"))
      yield* LostRun.takeOver(found)
      const ended = yield* logOf("dead")
      // A process that looked at the run before that goes on with what it saw, once the lease of the other has lapsed.
      yield* TestClock.adjust("15 seconds")
      yield* LostRun.cancel(found, "too late")
      assert.deepStrictEqual(yield* logOf("dead"), ended)
      assert.strictEqual((yield* RunStorage.use((runs) => runs.get("dead"))).status, "FAILURE")
    }).pipe(Effect.provide(Instance.layerMemory))
  )
})
