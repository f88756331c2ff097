import { assert, describe, it } from "@effect/vitest"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import { MultiprocessExecutor, multiprocessExecutor } from "@heddle/executor-multiprocess"
import { ExecutorSuite } from "@heddle/testing/conformance/ExecutorSuite"
import { Effect, Exit } from "effect"

ExecutorSuite.suite("multiprocess", { executor: multiprocessExecutor, hasProcesses: true })

/** The executor with a fault in what it tells. */
const faulty = (change: (event: HeddleEvent) => HeddleEvent): typeof multiprocessExecutor => {
  const sound = MultiprocessExecutor.make()
  return {
    ...sound,
    bind: (...session) => {
      const bound = sound.bind(...session)
      return {
        ...bound,
        open: (request, sink) => bound.open(request, (events, stored) => sink(events.map(change), stored))
      }
    }
  }
}

const FAULTS: ReadonlyArray<readonly [rule: string, fault: string, change: (event: HeddleEvent) => HeddleEvent]> = [
  [
    "a lost worker",
    "a crash that is told as a failure of the body",
    (event) => (event._tag === "STEP_FAILURE" ? { ...event, source: "USER_CODE_ERROR", crashed: false } : event)
  ],
  [
    "a worker that is lost once",
    "a crash that is told as a failure of the body",
    (event) => (event._tag === "STEP_UP_FOR_RETRY" ? { ...event, source: "USER_CODE_ERROR" } : event)
  ],
  [
    "a worker that is lost once",
    "a crash after which there is no other attempt",
    (event) => {
      if (event._tag !== "STEP_UP_FOR_RETRY") return event
      const { waitMillis: _, ...failure } = event
      return { ...failure, _tag: "STEP_FAILURE", crashed: true }
    }
  ]
]

describe("ExecutorSuite", () => {
  for (const [rule, fault, change] of FAULTS) {
    it.live(
      `catches in "${rule}": ${fault}`,
      () =>
        Effect.gen(function* () {
          const clause = ExecutorSuite.clauses.find(({ name }) => name.startsWith(rule))!
          const executor = faulty(change)
          assert.isTrue(Exit.isFailure(yield* Effect.exit(clause.check({ executor, hasProcesses: true }))))
        }),
      60_000
    )
  }

  it("has a planted fault for each rule that needs processes", () => {
    for (const { name, needsProcesses } of ExecutorSuite.clauses) {
      assert.isTrue(!needsProcesses || FAULTS.some(([rule]) => name.startsWith(rule)), name)
    }
  })
})
