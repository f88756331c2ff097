import { assert, describe, it } from "@effect/vitest"
import { IOManager, reconstructable } from "@heddle/definitions"
import { MultiprocessExecutor } from "@heddle/executor-multiprocess"
import { executeJob, type RunOptions } from "./runs.ts"
import { HeddleEvent } from "@heddle/events"
import { EventLog, Instance } from "@heddle/storage"
import { Context, Deferred, Effect, Exit, Fiber, Scope, Stream } from "effect"
import { fixture, isAlive } from "./fixtures/notes.ts"
import * as fixtures from "./fixtures/rude.ts"

const { released, ...rude } = fixtures

const module = new URL("./fixtures/rude.ts", import.meta.url).href
const multiprocess = (maxConcurrent: number) => ({ execution: { multiprocess: { config: { maxConcurrent } } } })

/** Runs a job of the fixture and gives its result and the lines that its bodies printed. */
const run = Effect.fnUntraced(function* (name: keyof typeof rude, options: Partial<RunOptions> = {}) {
  const { values } = yield* fixture
  const result = yield* executeJob(reconstructable(module, name, rude[name]), {
    values,
    runConfig: multiprocess(1),
    runId: "r",
    ...options
  })
  const events: ReadonlyArray<HeddleEvent> = yield* Stream.runCollect(EventLog.readAll("r"))
  const lines = events.flatMap((event) => (event._tag === "LOG_MESSAGE" ? [event.message] : []))
  return { ...result, events, lines }
})

describe("a worker process", () => {
  it.live("that is stopped by a signal is killed, and its step fails with a hint", () =>
    Effect.gen(function* () {
      const { failures } = yield* run("frozen", { heartbeatTimeout: "200 millis" })
      assert.deepStrictEqual(
        failures.map(({ error, stepKey }) => [stepKey, error.name]),
        [["rude", "WorkerCrashed"]]
      )
      assert.include(failures[0]!.error.message, "stopped responding and was killed")
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.live("has its output recorded before the end of its step", () =>
    Effect.gen(function* () {
      const { events, lines, success } = yield* run("flooding")
      assert.isTrue(success)
      assert.lengthOf(lines, 50_001)
      assert.strictEqual(lines.at(-1), "no line end")
      const end = events.findIndex(HeddleEvent.is("STEP_SUCCESS"))
      const strays = events.filter((event, i) => event._tag === "LOG_MESSAGE" && (event.stepKey !== "rude" || i > end))
      assert.lengthOf(strays, 0)
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.live("that closes its output streams still ends its step", () =>
    Effect.gen(function* () {
      const { lines, success } = yield* run("silent")
      assert.isTrue(success)
      assert.deepStrictEqual(lines, ["last words"])
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.live("whose body blocks the event loop for longer than the timeout is left alone", () =>
    Effect.gen(function* () {
      const { success } = yield* run("busy", { heartbeatTimeout: "50 millis" })
      assert.isTrue(success)
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.live("whose body writes to its connection is killed, and its step fails with the reason", () =>
    Effect.gen(function* () {
      const { events, failures, lines } = yield* run("talking")
      assert.include(lines, "nonsense")
      assert.include(failures[0]!.error.message, "writes to file descriptor 3")
      assert.strictEqual(events.filter(({ _tag }) => _tag === "STEP_SUCCESS").length, 0)
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.live("whose step leaves an unhandled error ends, and reports the error and the step", () =>
    Effect.gen(function* () {
      const { events } = yield* run("stray")
      const failed = events.filter(HeddleEvent.isStepFailure)
      assert.deepStrictEqual(
        failed.map(({ stepKey }) => stepKey),
        ["innocent"]
      )
      const { cause, message, name } = failed[0]!.error
      assert.strictEqual(name, "WorkerCrashed")
      assert.include(message, 'an unhandled error, left by step "leaves": TypeError: left behind')
      assert.deepInclude(cause, { name: "TypeError", message: "left behind" })
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.live("that crashes can be retried by error tag, and exhausted retries say so", () =>
    Effect.gen(function* () {
      const { events } = yield* run("crashing_twice")
      const attempts = events.filter(HeddleEvent.is("STEP_START", "STEP_RESTARTED"))
      assert.strictEqual(attempts.length, 2)
      const { error } = events.find(HeddleEvent.isStepFailure)!
      assert.strictEqual(error.name, "RetriesExhausted")
      assert.strictEqual(error.cause?.name, "WorkerCrashed")
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.live("whose body closes its connection is killed, and its step fails with the reason", () =>
    Effect.gen(function* () {
      const { failures } = yield* run("hanging_up")
      assert.include(failures[0]!.error.message, "closed its connection to the executor")
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.live("may print megabytes, which are all in the log, in pieces", () =>
    Effect.gen(function* () {
      const { lines, success } = yield* run("loud")
      assert.isTrue(success)
      assert.strictEqual(lines.filter((line) => line === "x".repeat(1_023)).length, 8 * 1_024)
      const long = lines.filter((line) => line.startsWith("y"))
      assert.isAbove(long.length, 1)
      assert.strictEqual(long.join("").length, 2 * 1_024 * 1_024)
      assert.include(lines, "the end")
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.live("ends with its run, whatever bodies left running", () =>
    Effect.gen(function* () {
      // Within the grace, which is longer than the test may take.
      const { success } = yield* run("ticking", { grace: "10 minutes" })
      assert.isTrue(success)
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.live("that dies while it starts resources ends the run, and says when it died", () =>
    Effect.gen(function* () {
      const { end } = yield* run("fatal")
      assert.isTrue(end?._tag === "RUN_FAILURE" && end.reason === "JOB_INITIALIZATION_FAILURE")
      const message = end?._tag === "RUN_FAILURE" ? end.error?.message : undefined
      assert.include(message, "was ended by SIGKILL before it had loaded the job")
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.live("that dies while it starts for a step fails only that step", () =>
    Effect.gen(function* () {
      const { events, failures } = yield* run("once", { runConfig: multiprocess(2) })
      assert.deepStrictEqual(
        failures.map(({ error }) => error.name),
        ["WorkerCrashed"]
      )
      assert.include(failures[0]!.error.message, "ended with exit code 9 before it had loaded the job")
      assert.strictEqual(events.filter(({ _tag }) => _tag === "STEP_SUCCESS").length, 1)
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.live("that a module ends with process.exit ends the run, and the error names the module", () =>
    Effect.gen(function* () {
      process.env["HEDDLE_TEST_EXIT"] = "1"
      const { end } = yield* run("quiet").pipe(
        Effect.ensuring(Effect.sync(() => delete process.env["HEDDLE_TEST_EXIT"]))
      )
      const message = end?._tag === "RUN_FAILURE" ? end.error?.message : undefined
      assert.include(
        message,
        "ended with exit code 3 before it had loaded the job: the module of the job, or one that it imports,"
      )
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.live("ends once everything it sent is in the log, and not before", () =>
    Effect.gen(function* () {
      const { notes, values } = yield* fixture
      const executor = MultiprocessExecutor.make({ grace: "10 minutes" }).bind(
        {
          config: {},
          job: released.definition,
          location: { moduleUrl: module, jobName: "released" },
          values,
          local: {
            context: Context.empty(),
            replaced: {},
            inputValues: {},
            ioManager: IOManager.makeMemory(),
            observer: undefined
          }
        },
        1
      )
      const over = yield* Deferred.make<void>()
      let receipts: Array<() => void> = []
      const scope = yield* Scope.make()
      const wire = yield* executor
        .open({ runId: "r", jobName: "released", runConfig: {}, tags: {} }, (events, stored) => {
          if (stored !== undefined) receipts.push(stored)
          if (events.some(({ _tag }) => _tag === "STEP_SUCCESS")) Deferred.doneUnsafe(over, Effect.void)
        })
        .pipe(Scope.provide(scope))
      yield* wire.launch({ stepKey: "a", nodePath: "a", attempt: 1, inputs: [] })
      yield* Deferred.await(over)
      const closing = yield* Effect.forkChild(Scope.close(scope, Exit.void))
      while (!notes().includes("released")) yield* Effect.sleep("5 millis")
      const pid = Number(/pid (\d+)/.exec(notes()[0]!)![1])
      // Its resources are released: a worker that waited for nothing would be gone within this time.
      for (let i = 0; i < 20; i++) {
        yield* Effect.sleep("10 millis")
        assert.isTrue(isAlive(pid))
      }
      // All but the last: it goes on waiting for that one.
      const last = receipts.pop()!
      for (const stored of receipts) stored()
      receipts = []
      yield* Effect.sleep("50 millis")
      assert.isTrue(isAlive(pid))
      last()
      yield* Fiber.join(closing)
      assert.isFalse(isAlive(pid))
    })
  )
})
