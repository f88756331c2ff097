import { assert, describe, it } from "@effect/vitest"
import { Job, Op } from "@heddle/definitions"
import { type EventSink, ExecutorDefinition, type StepRequest } from "@heddle/engine"
import type { HeddleEvent } from "@heddle/events"
import { launchDefinition } from "@heddle/execution"
import { Instance } from "@heddle/storage"
import { SqliteInstance } from "@heddle/storage-sqlite"
import { Effect } from "effect"
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

  it.effect("does not keep a run from ending: attempts that it no longer runs fail", () =>
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

  it.effect("does not keep a cancel from ending the run", () =>
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

describe("an executor that sends events which cannot be stored", () => {
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
    it.live(`fails the step that they are of, and no other (${name})`, () =>
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
