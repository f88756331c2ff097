import { assert, describe, it } from "@effect/vitest"
import { Job, Op, reconstructable } from "@heddle/definitions"
import { ReexecutionOptions, RunControl } from "@heddle/engine"
import type { HeddleEvent } from "@heddle/events"
import { executeJob } from "./runs.ts"
import { EventLog, Instance, RunStorage } from "@heddle/storage"
import { Deferred, Effect, Fiber, Stream } from "effect"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { crashing, fan, outpaced, retried, stuck, unlucky } from "./fixtures/jobs.ts"
import { fixture, isAlive } from "./fixtures/notes.ts"

const module = new URL("./fixtures/jobs.ts", import.meta.url).href
const multiprocess = (maxConcurrent: number) => ({
  execution: { multiprocess: { config: { maxConcurrent } } }
})

const tags = (events: ReadonlyArray<HeddleEvent>, step: string) =>
  events.filter((event) => "stepKey" in event && event.stepKey === step).map(({ _tag }) => _tag)
const logOf = (runId: string) => Stream.runCollect(EventLog.readAll(runId))

describe("executeJob over processes", () => {
  it.live("runs steps in warm workers, with values through files and a resource in each worker", () =>
    Effect.gen(function* () {
      const { notes, values } = yield* fixture
      const job = reconstructable(module, "fan", fan)
      const result = yield* executeJob(job, { values, runConfig: multiprocess(2), runId: "r" })
      assert.isTrue(result.success)
      const events = yield* logOf("r")
      assert.deepStrictEqual(
        tags(events, "millis[a]").filter((tag) => !tag.startsWith("STEP_WORKER") && tag !== "LOG_MESSAGE"),
        ["STEP_START", "LOADED_INPUT", "STEP_INPUT", "STEP_OUTPUT", "HANDLED_OUTPUT", "STEP_SUCCESS"]
      )
      assert.strictEqual(readFileSync(join(values, "r/sum/result.json"), "utf8"), "6")
      assert.notStrictEqual(Number(readFileSync(join(values, "r/pid/result.json"), "utf8")), process.pid)
      const lines = notes()
      assert.strictEqual(lines.filter((line) => line === "+db").length, lines.filter((line) => line === "-db").length)
      assert.isAtMost(lines.filter((line) => line === "+db").length, 2)
      assert.sameMembers(
        lines.filter((line) => line.startsWith("millis")),
        ["millis[a]", "millis[b]", "millis[c]", "millis[d]"]
      )
      const said = events.flatMap((event) => (event._tag === "LOG_MESSAGE" ? [event.message] : []))
      assert.include(said, "in millis[b]")
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  for (const isolation of ["worker", "step"]) {
    it.live(`starts a step once a running step has stored its output, if configured (isolation "${isolation}")`, () =>
      Effect.gen(function* () {
        const { notes, values } = yield* fixture
        const config = { maxConcurrent: 2, isolation, requireUpstreamStepSuccess: false }
        const result = yield* executeJob(reconstructable(module, "outpaced", outpaced), {
          values,
          runConfig: { execution: { multiprocess: { config } } },
          runId: "r"
        })
        assert.isFalse(result.success)
        assert.deepStrictEqual(notes(), ["uses_p 1"])
        const events = yield* logOf("r")
        assert.deepStrictEqual(tags(events, "uses_p").at(-1), "STEP_SUCCESS")
        assert.deepStrictEqual(tags(events, "early").at(-1), "STEP_FAILURE")
        assert.lengthOf(tags(events, "uses_q"), 0)
      }).pipe(Effect.provide(Instance.layerMemory))
    )
  }

  it.live('gives each attempt a process and resources of its own with isolation "step"', () =>
    Effect.gen(function* () {
      const { notes, values } = yield* fixture
      const job = reconstructable(module, "fan", fan)
      const runConfig = { execution: { multiprocess: { config: { maxConcurrent: 2, isolation: "step" } } } }
      const result = yield* executeJob(job, { values, runConfig, runId: "r" })
      assert.isTrue(result.success)
      const events = yield* logOf("r")
      const started = events.filter((event) => event._tag === "STEP_WORKER_STARTED")
      const steps = events.filter((event) => event._tag === "STEP_START")
      assert.lengthOf(started, steps.length)
      assert.strictEqual(new Set(started.map(({ pid }) => pid)).size, steps.length)
      const init = ["RESOURCE_INIT_STARTED", "RESOURCE_INIT_SUCCESS"]
      assert.deepStrictEqual(tags(events, "millis[b]").slice(0, 5), [
        "STEP_WORKER_STARTING",
        "STEP_WORKER_STARTED",
        ...init,
        "STEP_START"
      ])
      assert.strictEqual(
        notes().filter((line) => line === "+db").length,
        notes().filter((line) => line === "-db").length
      )
      assert.isAbove(notes().filter((line) => line === "+db").length, 2)
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.live(
    "fails the step of a worker that ends, says how, and continues the rest; a re-execution completes the run",
    () =>
      Effect.gen(function* () {
        const { mend, notes, values } = yield* fixture
        const job = reconstructable(module, "crashing", crashing)
        const run = { values, runConfig: multiprocess(2) }
        const result = yield* executeJob(job, { ...run, runId: "first" })
        assert.isFalse(result.success)
        assert.deepStrictEqual(
          result.failures.map(({ error, stepKey }) => [stepKey, error.name]),
          [["crash", "WorkerCrashed"]]
        )
        assert.include(result.failures[0]!.error.message, "ended with exit code 7")
        const events = yield* logOf("first")
        assert.deepStrictEqual(tags(events, "crash").slice(-2), ["ENGINE_EVENT", "STEP_FAILURE"])
        assert.deepInclude(result.end, { _tag: "RUN_FAILURE", reason: "RUN_EXCEPTION", failedSteps: ["crash"] })
        assert.include(tags(events, "other"), "STEP_SUCCESS")
        assert.deepStrictEqual(tags(events, "after"), [])
        mend()
        const again = yield* executeJob(job, {
          ...run,
          runId: "second",
          reexecution: ReexecutionOptions.fromFailure("first")
        })
        assert.isTrue(again.success)
        assert.deepStrictEqual(notes(), ["crash", "crash"])
        assert.deepStrictEqual(tags(yield* logOf("second"), "other"), [])
        assert.strictEqual(readFileSync(join(values, "second/after/result.json"), "utf8"), "2")
      }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.live("retries a crashed step in another worker if its policy allows it", () =>
    Effect.gen(function* () {
      const { values } = yield* fixture
      const result = yield* executeJob(reconstructable(module, "retried", retried), {
        values,
        runConfig: multiprocess(1),
        runId: "r"
      })
      assert.isTrue(result.success)
      const events = yield* logOf("r")
      assert.includeMembers(tags(events, "again"), ["STEP_UP_FOR_RETRY", "STEP_RESTARTED", "STEP_SUCCESS"])
      const up = events.find((event) => event._tag === "STEP_UP_FOR_RETRY")
      assert.isTrue(up?._tag === "STEP_UP_FOR_RETRY" && up.error.message.includes("ended by SIGKILL"))
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.live(
    "cancels bodies with their finalizers, kills a blocking one after its grace, and leaves no process behind",
    () =>
      Effect.gen(function* () {
        const { notes, values } = yield* fixture
        const control = new RunControl()
        const both = yield* Deferred.make<void>()
        let started = 0
        const fiber = yield* Effect.forkChild(
          executeJob(reconstructable(module, "stuck", stuck), {
            values,
            runConfig: multiprocess(2),
            runId: "r",
            control,
            grace: "300 millis",
            onEvents: (events) => {
              started += events.filter(({ _tag }) => _tag === "STEP_START").length
              if (started === 2) Deferred.doneUnsafe(both, Effect.void)
            }
          })
        )
        yield* Deferred.await(both)
        control.cancel()
        const result = yield* Fiber.join(fiber)
        assert.strictEqual(result.end?._tag, "RUN_CANCELED")
        assert.include(notes(), "finalizer")
        const pids = notes().flatMap((line) => /(?:spin|hang) (\d+)/.exec(line)?.[1] ?? [])
        assert.strictEqual(pids.length, 2)
        for (const pid of pids) assert.isFalse(isAlive(Number(pid)), pid)
      }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.live("ends the run if a resource of a worker does not start", () =>
    Effect.gen(function* () {
      const { values } = yield* fixture
      const result = yield* executeJob(reconstructable(module, "unlucky", unlucky), {
        values,
        runConfig: multiprocess(2),
        runId: "r"
      })
      assert.isTrue(result.end?._tag === "RUN_FAILURE" && result.end.error?.cause?.message === "no connection")
      assert.strictEqual((yield* RunStorage.use((runs) => runs.get("r"))).status, "FAILURE")
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.live("rejects a pointer that does not lead to the job, and shows one that would", () =>
    Effect.gen(function* () {
      const { values } = yield* fixture
      const refusal = (url: string, name: string, job: typeof fan) =>
        Effect.map(Effect.flip(executeJob(reconstructable(url, name, job), { values })), ({ message }) => message)
      assert.include(yield* refusal(module, "fann", fan), 'it has no export "fann"; it exports ')
      assert.include(yield* refusal("file:///nowhere.ts", "fan", fan), 'there is no file "/nowhere.ts"')
      const twin = Job.make("fan", {}, function* () {
        yield* Op.make("x", { run: () => {} })()
      })
      assert.include(yield* refusal(module, "fan", twin as never), 'its export "fan" is a different job of that name')
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.live("takes its workers down when it is killed, even while a body blocks", () =>
    Effect.gen(function* () {
      const { notes, values } = yield* fixture
      const program = `
        import { Instance } from "@heddle/storage"
        import { executeJob } from "./runs.ts"
        import { reconstructable } from "@heddle/definitions"
        import { Effect } from "effect"
        const { stuck } = await import(${JSON.stringify(module)})
        let started = 0
        await Effect.runPromise(executeJob(reconstructable(${JSON.stringify(module)}, "stuck", stuck), {
          values: ${JSON.stringify(values)},
          runConfig: ${JSON.stringify(multiprocess(2))},
          onEvents: (events) => {
            started += events.filter(({ _tag }) => _tag === "STEP_START").length
            if (started === 2) console.log("started")
          }
        }).pipe(Effect.provide(Instance.layerMemory)))`
      const child = spawn(process.execPath, ["--input-type=module-typescript", "--eval", program], {
        cwd: import.meta.dirname,
        stdio: ["ignore", "pipe", "inherit"]
      })
      yield* Effect.addFinalizer(() => Effect.sync(() => child.kill("SIGKILL")))
      yield* Effect.promise(() => once(child.stdout, "data"))
      // A step's start is in the log before its body has written its note.
      const pidsOf = () =>
        notes()
          .flatMap((line) => /(?:spin|hang) (\d+)/.exec(line)?.[1] ?? [])
          .map(Number)
      while (pidsOf().length < 2) yield* Effect.sleep("5 millis")
      const pids = pidsOf()
      assert.isTrue(pids.every(isAlive))
      child.kill("SIGKILL")
      yield* Effect.promise(() => once(child, "close"))
      while (pids.some(isAlive)) yield* Effect.sleep("5 millis")
    })
  )
})

describe("executeJob in process", () => {
  it.effect("is the default of run config without an executor", () =>
    Effect.gen(function* () {
      const { values } = yield* fixture
      const result = yield* executeJob(reconstructable(module, "fan", fan), { values, runId: "r" })
      assert.isTrue(result.success)
      assert.strictEqual(Number(readFileSync(join(values, "r/pid/result.json"), "utf8")), process.pid)
    }).pipe(Effect.provide(Instance.layerMemory))
  )
})
