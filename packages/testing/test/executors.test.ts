import { assert, describe, it } from "@effect/vitest"
import type { ExecutorDefinition } from "@heddle/engine/executor/ExecutorDefinition"
import type { EventSink, StepWire } from "@heddle/engine/wire/Executor"
import { RunRequest, StepRequest } from "@heddle/engine/wire/StepRequest"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import { inProcessExecutor } from "@heddle/executor-in-process"
import { ExecutorSuite } from "@heddle/testing/conformance/ExecutorSuite"
import { Duration, Effect, Exit, Schema } from "effect"

ExecutorSuite.suite("in process", { executor: inProcessExecutor })

/** What crosses a wire as JSON, checked by its schema on both sides. */
const crossing = <A>(schema: Schema.Codec<A, unknown>, message: A): A => {
  const sent: unknown = JSON.parse(JSON.stringify(Schema.encodeSync(schema)(message)))
  const came = Schema.decodeUnknownSync(schema)(sent)
  assert.deepStrictEqual(came, message)
  return came
}

ExecutorSuite.suite("in process, by way of JSON", {
  executor: {
    ...inProcessExecutor,
    bind: (...session) => {
      const bound = inProcessExecutor.bind(...session)
      return {
        ...bound,
        open: (request, sink) =>
          Effect.map(bound.open(crossing(RunRequest.schema, request), sink), (wire) => ({
            ...wire,
            launch: (step) => wire.launch(crossing(StepRequest.schema, step))
          }))
      }
    }
  }
})

/** The in-process executor with a fault in what it sends, in its wire or in what it says of itself. */
const faulty = (fault: {
  readonly events?: (events: ReadonlyArray<HeddleEvent>) => ReadonlyArray<HeddleEvent>
  readonly wire?: (wire: StepWire, sink: EventSink, runId: string) => Partial<StepWire>
  readonly maxConcurrent?: number
  readonly limits?: []
}): ExecutorDefinition => ({
  ...inProcessExecutor,
  bind: (...session) => {
    const bound = inProcessExecutor.bind(...session)
    return {
      ...bound,
      ...(fault.maxConcurrent === undefined ? {} : { maxConcurrent: fault.maxConcurrent }),
      ...(fault.limits === undefined ? {} : { limits: fault.limits }),
      open: (request, sink) => {
        const sent: EventSink = (events, stored) => sink(fault.events?.(events) ?? events, stored)
        return Effect.map(bound.open(request, sent), (wire) => ({
          ...wire,
          ...fault.wire?.(wire, sent, request.runId)
        }))
      }
    }
  }
})

const without =
  (tag: HeddleEvent["_tag"]) =>
  (events: ReadonlyArray<HeddleEvent>): ReadonlyArray<HeddleEvent> =>
    events.filter(({ _tag }) => _tag !== tag)

/** Keeps events of a type back until the next ones have gone. */
const late = (tag: HeddleEvent["_tag"]) => {
  let kept: Array<HeddleEvent> = []
  return (events: ReadonlyArray<HeddleEvent>): ReadonlyArray<HeddleEvent> => {
    const sent = [...events.filter(({ _tag }) => _tag !== tag), ...kept]
    const now = events.filter(({ _tag }) => _tag === tag)
    if (sent.length > kept.length) return ((kept = []), [...sent, ...now])
    kept = [...kept, ...now]
    return []
  }
}

const changed =
  (change: (event: HeddleEvent) => HeddleEvent | ReadonlyArray<HeddleEvent>) =>
  (events: ReadonlyArray<HeddleEvent>): ReadonlyArray<HeddleEvent> =>
    events.flatMap(change)

const FAULTS: ReadonlyArray<readonly [clause: string, fault: string, executor: ExecutorDefinition]> = [
  ["success", "an event that is lost", faulty({ events: without("HANDLED_OUTPUT") })],
  [
    "success",
    "an event that comes twice",
    faulty({
      events: changed((event) =>
        event._tag === "STEP_OUTPUT" ? [event, { ...event, id: `${event.id}-again` }] : event
      )
    })
  ],
  ["success", "events in another order", faulty({ events: late("STEP_OUTPUT") })],
  [
    "failure",
    "an error that is replaced",
    faulty({
      events: changed((event) =>
        event._tag === "STEP_FAILURE" ? { ...event, error: { name: "Error", message: "the step failed" } } : event
      )
    })
  ],
  [
    "retry",
    "a wait that nobody asked for",
    faulty({
      events: changed((event) => (event._tag === "STEP_UP_FOR_RETRY" ? { ...event, waitMillis: 1 } : event))
    })
  ],
  [
    "retry",
    "the numbers of attempts, each raised by one",
    faulty({
      events: changed((event) => ("attempt" in event ? { ...event, attempt: event.attempt + 1 } : event))
    })
  ],
  ["retry", "a restart that is not told", faulty({ events: without("STEP_RESTARTED") })],
  [
    "skip",
    "an optional output that was not given",
    faulty({
      events: changed((event) =>
        event._tag === "STEP_OUTPUT" && event.output === "left"
          ? [event, { ...event, id: `${event.id}r`, output: "right" }]
          : event
      )
    })
  ],
  [
    "dynamic",
    "a mapping key that is changed",
    faulty({
      events: (events) =>
        events.map((event) =>
          event._tag === "STEP_OUTPUT" && event.mappingKeys?.[0] === "z" ? { ...event, mappingKeys: ["zz"] } : event
        )
    })
  ],
  [
    "hooks",
    "a hook that is told to have failed",
    faulty({
      events: changed((event) =>
        event._tag === "HOOK_COMPLETED"
          ? { ...event, _tag: "HOOK_ERRORED" as const, error: { name: "Error", message: "" } }
          : event
      )
    })
  ],
  [
    "assets",
    "a materialization without its partition",
    faulty({
      events: changed((event) => {
        if (event._tag !== "ASSET_MATERIALIZATION") return event
        const { partition: _, ...rest } = event
        return rest
      })
    })
  ],
  [
    "assets",
    "a request without what is known of upstream assets",
    faulty({
      wire: ({ launch }) => ({
        launch: (request) => {
          const { assets: _, ...rest } = request
          return launch(rest)
        }
      })
    })
  ],
  ["assets", "the result of a check that is lost", faulty({ events: without("ASSET_CHECK_EVALUATION") })],
  [
    "checks",
    "a failed check that is told to have passed",
    faulty({
      events: changed((event) => (event._tag === "ASSET_CHECK_EVALUATION" ? { ...event, passed: true } : event))
    })
  ],
  [
    "logs",
    "log lines without their step",
    faulty({
      events: changed((event) => {
        if (event._tag !== "LOG_MESSAGE" || event.message !== "finalized") return event
        const { stepKey: _, ...line } = event
        return line
      })
    })
  ],
  [
    "cancel",
    "an attempt that is told to be over before its finalizers ran",
    faulty({
      wire: (wire, sink, runId) => ({
        terminate: (stepKey, attempt) =>
          Effect.andThen(
            Effect.sync(() =>
              sink([
                {
                  _tag: "STEP_FAILURE",
                  id: `${stepKey}~killed`,
                  runId,
                  timestamp: 0,
                  stepKey,
                  attempt,
                  error: { name: "StepInterrupted", message: "killed" },
                  source: "INTERRUPT"
                }
              ])
            ),
            wire.terminate(stepKey, attempt)
          )
      })
    })
  ],
  [
    "an early cancel",
    "an interrupted attempt that is to be tried again",
    faulty({
      events: changed((event) =>
        event._tag === "STEP_FAILURE" ? { ...event, _tag: "STEP_UP_FOR_RETRY" as const, waitMillis: 0 } : event
      )
    })
  ],
  [
    "health",
    "an attempt that is always healthy",
    faulty({ wire: () => ({ health: () => Effect.succeed({ healthy: true }) }) })
  ],
  [
    "health",
    "a terminate that does not look at the attempt",
    faulty({ wire: ({ terminate }) => ({ terminate: (stepKey) => terminate(stepKey, 1) }) })
  ],
  ["limits", "more steps at once than run config says", faulty({ maxConcurrent: 6 })],
  ["limits", "a limit by tag that is dropped", faulty({ limits: [] })]
]

describe("ExecutorSuite", () => {
  for (const [rule, fault, executor] of FAULTS) {
    it.live(`catches in "${rule}": ${fault}`, () =>
      Effect.gen(function* () {
        const clause = ExecutorSuite.clauses.find(({ name }) => name.startsWith(rule))!
        const [took, exit] = yield* Effect.timed(Effect.exit(clause.check({ executor })))
        assert.isTrue(Exit.isFailure(exit), "the suite lets this fault pass")
        // Not by the limit of the clause.
        assert.isBelow(Duration.toSeconds(took), 10)
      })
    )
  }

  it("has a planted fault for each rule that needs no process", () => {
    const caught = FAULTS.map(([rule]) => rule)
    for (const { name, needsProcesses } of ExecutorSuite.clauses) {
      assert.isTrue(needsProcesses || caught.some((rule) => name.startsWith(rule)), name)
    }
  })
})
