import { assert, describe, it } from "@effect/vitest"
import { Job, Op, Resource } from "@heddle/definitions"
import { type EventSink, ExecutorDefinition, type StepRequest } from "@heddle/engine"
import type { HeddleEvent } from "@heddle/events"
import { executeInProcess, launchDefinition } from "@heddle/execution"
import { EventLog, Instance } from "@heddle/storage"
import { SqliteInstance } from "@heddle/storage-sqlite"
import { Context, Effect, Fiber, Layer } from "effect"
import { TestClock } from "effect/testing"

const job = Job.make("job", {}, function* () {
  yield* Op.make("a", { run: () => {} })()
  yield* Op.make("b", { run: () => {} })()
})

/** An executor that does with each attempt what a test says. */
const executorOf = (launch: (step: StepRequest, sink: EventSink, runId: string) => void) =>
  ExecutorDefinition.make({
    name: "broken",
    open: ({ request, sink }) =>
      Effect.succeed({
        launch: (step) => Effect.sync(() => launch(step, sink, request.runId)),
        terminate: () => Effect.void,
        health: () => Effect.succeed({ healthy: false as const, reason: "it was lost" })
      })
  })

const stamp = ({ attempt, stepKey }: StepRequest, runId: string, n: number) => ({
  id: `${stepKey}~${attempt}~${n}`,
  runId,
  timestamp: 0,
  stepKey,
  attempt
})

/** Runs the job; gives what ends it early, and all events in the end. */
const launch = Effect.fnUntraced(function* (executor: ExecutorDefinition) {
  const events: Array<HeddleEvent> = []
  const run = yield* launchDefinition(job.definition, {
    runId: "r",
    executor,
    onEvents: (appended) => void events.push(...appended)
  })
  const started = () => events.filter(({ _tag }) => _tag === "STEP_START").length
  const begun = Effect.suspend(function wait(): Effect.Effect<void> {
    return started() === 2 ? Effect.void : Effect.andThen(Effect.yieldNow, Effect.suspend(wait))
  })
  return { ...run, begun, events }
})

const ends = (events: ReadonlyArray<HeddleEvent>) =>
  events.flatMap((event) =>
    event._tag === "STEP_FAILURE"
      ? [`${event.stepKey} ${event.source} ${event.error.name}`]
      : event._tag === "STEP_SUCCESS" || event._tag === "RUN_FAILURE" || event._tag === "RUN_CANCELED"
        ? [event._tag]
        : []
  )

describe("an executor that loses attempts", () => {
  const forgetful = executorOf((step, sink, runId) => sink([{ _tag: "STEP_START", ...stamp(step, runId, 0) }]))

  it.effect("does not prevent a run from ending: lost attempts fail", () =>
    Effect.gen(function* () {
      const { begun, ended, events } = yield* launch(forgetful)
      yield* begun
      yield* TestClock.adjust("25 seconds")
      yield* ended
      assert.deepStrictEqual(ends(events), [
        "a FRAMEWORK_ERROR AttemptLost",
        "b FRAMEWORK_ERROR AttemptLost",
        "RUN_FAILURE"
      ])
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.effect("does not prevent a cancel from ending the run", () =>
    Effect.gen(function* () {
      const { begun, control, ended, events } = yield* launch(forgetful)
      yield* begun
      control.cancel()
      yield* TestClock.adjust("3 seconds")
      yield* ended
      assert.deepStrictEqual(ends(events).at(-1), "RUN_CANCELED")
    }).pipe(Effect.provide(Instance.layerMemory))
  )
})

describe("a log that is slow", () => {
  const slow = Layer.effectContext(
    Effect.map(Effect.context<Instance>(), (instance) => {
      const log = Context.get(instance, EventLog)
      return Context.add(instance, EventLog, {
        ...log,
        append: (events, lease) =>
          Effect.andThen(
            events.some(({ _tag }) => _tag === "STEP_SUCCESS") ? Effect.sleep("10 minutes") : Effect.void,
            log.append(events, lease)
          )
      })
    })
  ).pipe(Layer.provide(Instance.layerMemory))

  it.effect("does not make attempts look lost while their end is being written", () =>
    Effect.gen(function* () {
      const run = yield* launchDefinition(job.definition, { runId: "r" })
      const ended = yield* Effect.forkChild(run.ended, { startImmediately: true })
      for (let minute = 0; minute < 40; minute++) yield* TestClock.adjust("1 minute")
      yield* Fiber.join(ended)
      const { events } = yield* EventLog.use((log) => log.read("r"))
      assert.deepStrictEqual(ends(events), ["STEP_SUCCESS", "STEP_SUCCESS"])
    }).pipe(Effect.provide(slow))
  )
})

describe("an executor that sends events that cannot be stored", () => {
  const lying = executorOf((step, sink, runId) =>
    sink([
      { _tag: "STEP_START", ...stamp(step, runId, 0) },
      {
        _tag: "STEP_SUCCESS",
        ...stamp(step, runId, 1),
        durationMillis: step.stepKey === "a" ? Number.NaN : 1
      }
    ])
  )
  for (const [name, instance] of [
    ["memory", Instance.layerMemory],
    ["sqlite", SqliteInstance.layer({ filename: ":memory:" })]
  ] as const) {
    it.live(`fails the step of these events, and no other (${name})`, () =>
      Effect.gen(function* () {
        const { ended, events } = yield* launch(lying)
        yield* ended
        assert.deepStrictEqual(ends(events).toSorted(), [
          "RUN_FAILURE",
          "STEP_SUCCESS",
          "a FRAMEWORK_ERROR InvalidEvent"
        ])
      }).pipe(Effect.provide(instance))
    )
  }
})

describe("an executor that dies while it launches a step", () => {
  it.effect("fails that step, and the others continue", () =>
    Effect.gen(function* () {
      const dying = executorOf((step, sink, runId) => {
        if (step.stepKey === "a") throw new Error("no place")
        sink([
          { _tag: "STEP_START", ...stamp(step, runId, 0) },
          { _tag: "STEP_SUCCESS", ...stamp(step, runId, 1), durationMillis: 1 }
        ])
      })
      const { ended, events } = yield* launch(dying)
      yield* ended
      assert.deepStrictEqual(ends(events).toSorted(), ["RUN_FAILURE", "STEP_SUCCESS", "a FRAMEWORK_ERROR Error"])
    }).pipe(Effect.provide(Instance.layerMemory))
  )
})

describe("an executor that dies while it opens", () => {
  it.effect("ends the run with its error", () =>
    Effect.gen(function* () {
      const dying = ExecutorDefinition.make({ name: "dying", open: () => Effect.die(new Error("no socket")) })
      const { ended, events } = yield* launch(dying)
      yield* ended
      const last = events.at(-1)
      assert.strictEqual(last?._tag === "RUN_FAILURE" && last.error?.message, "no socket")
    }).pipe(Effect.provide(Instance.layerMemory))
  )
})

describe("an error whose every property throws", () => {
  const unreadable = () =>
    new Proxy(new Error("x"), {
      get: () => {
        throw new Error("may not be read")
      }
    })
  class Db extends Context.Service<Db, 1>()("test/brokenExecutors/Db") {}

  it.effect("of a resource ends the run as a resource that did not start", () =>
    Effect.gen(function* () {
      const db = Resource.fromLayer(
        Layer.effect(
          Db,
          Effect.suspend(() => Effect.die(unreadable()))
        )
      )
      const needy = Job.make("needy", { resources: { db } }, function* () {
        yield* Op.make("needs", { resources: { db: Db }, run: () => {} })()
      })
      const { allEvents } = yield* executeInProcess(needy)
      assert.isTrue(allEvents.some(({ _tag }) => _tag === "RESOURCE_INIT_FAILURE"))
      assert.strictEqual(allEvents.at(-1)?._tag, "RUN_FAILURE")
    })
  )

  it.effect("that a promise is rejected with fails its step as a rejection", () =>
    Effect.gen(function* () {
      const rejects = Job.make("rejects", {}, function* () {
        yield* Op.make("rejects", { run: () => Promise.reject(unreadable()) })()
      })
      const { allEvents } = yield* executeInProcess(rejects)
      const failure = allEvents.find((event) => event._tag === "STEP_FAILURE")
      assert.deepStrictEqual([failure?.error.name, failure?.source], ["OpRejected", "USER_CODE_ERROR"])
    })
  )
})
