import { ExecutorDefinition, type ExecutorSession } from "@heddle/engine/executor/ExecutorDefinition"
import { StepRunner } from "@heddle/engine/step/StepRunner"
import type { StepRequest } from "@heddle/engine/wire/StepRequest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"

const open = Effect.fnUntraced(function* ({ job, local, request, sink }: ExecutorSession<unknown>) {
  const runner = yield* StepRunner.open(job, request, local, sink)
  const scope = yield* Effect.scope
  /** Attempts that go on, by step key; a step has one attempt at a time. */
  const running = new Map<string, { readonly attempt: number; readonly fiber: Fiber.Fiber<void> }>()
  return {
    launch: (step: StepRequest) => {
      const rest = runner.run(step)
      // A plain body whose values were there at once needs no fiber.
      if (Exit.isExit(rest)) return Effect.void
      return Effect.map(Effect.forkIn(rest, scope, { startImmediately: true }), (fiber) => {
        const entry = { attempt: step.attempt, fiber }
        running.set(step.stepKey, entry)
        fiber.addObserver(() => {
          if (running.get(step.stepKey) === entry) running.delete(step.stepKey)
        })
      })
    },
    terminate: (stepKey: string, attempt: number) =>
      Effect.sync(() => {
        const entry = running.get(stepKey)
        if (entry?.attempt === attempt) entry.fiber.interruptUnsafe()
      }),
    health: (stepKey: string, attempt: number) =>
      Effect.sync(() =>
        running.get(stepKey)?.attempt === attempt
          ? { healthy: true as const }
          : { healthy: false as const, reason: "no fiber runs this attempt" }
      )
  }
})

/**
 * The executor whose steps run in the calling process: each attempt is a fiber. It speaks the same contract as an
 * executor of other processes: requests go out, events come back. By default 16 steps run at once.
 *
 * @since 0.1.0
 * @source Dagster in_process_executor, with concurrent steps
 */
export const inProcessExecutor = ExecutorDefinition.make({ name: "inProcess", open })
