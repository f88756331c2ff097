import { assert, it } from "@effect/vitest"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import { MultiprocessExecutor, multiprocessExecutor } from "@heddle/executor-multiprocess"
import { ExecutorSuite } from "@heddle/testing/conformance/ExecutorSuite"
import { Effect, Exit } from "effect"

ExecutorSuite.suite("multiprocess", { executor: multiprocessExecutor, hasProcesses: true })

it.live(
  'ExecutorSuite catches in "a lost worker": a crash that is told as a failure of the body',
  () =>
    Effect.gen(function* () {
      const sound = MultiprocessExecutor.make()
      const asBody = (event: HeddleEvent): HeddleEvent =>
        event._tag === "STEP_FAILURE" ? { ...event, source: "USER_CODE_ERROR", crashed: false } : event
      const executor: typeof multiprocessExecutor = {
        ...sound,
        bind: (...session) => {
          const bound = sound.bind(...session)
          return {
            ...bound,
            open: (request, sink) => bound.open(request, (events, stored) => sink(events.map(asBody), stored))
          }
        }
      }
      const clause = ExecutorSuite.clauses.find(({ needsProcesses }) => needsProcesses)!
      assert.isTrue(Exit.isFailure(yield* Effect.exit(clause.check({ executor, hasProcesses: true }))))
    }),
  60_000
)
