import type { JobDefinition } from "@heddle/definitions/JobDefinition"
import { type LocalServices, StepRunner } from "@heddle/engine/step/StepRunner"
import type { EventSink, Executor } from "@heddle/engine/wire/Executor"
import type { RunRequest, StepRequest } from "@heddle/engine/wire/StepRequest"
import type { TagLimit } from "@heddle/events/TagLimit"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"

/** How many steps run at once where nothing says otherwise. */
export const DEFAULT_MAX_CONCURRENT = 16

/**
 * An executor whose wire is none: each attempt is a fiber of this process. It speaks the same contract as an executor
 * of other processes: requests out, events back.
 *
 * @since 0.1.0
 * @source Dagster in_process_executor, with concurrent steps
 */
export const InProcessExecutor = {
  /**
   * Makes the executor of one job.
   *
   * @param job - the job, with its bodies
   * @param local - what this process gives to bodies
   * @param maxConcurrent - how many steps may run at once, ≥ 1
   * @param limits - how many steps with a tag may
   */
  make: (
    job: JobDefinition,
    local: LocalServices,
    maxConcurrent: number,
    limits: ReadonlyArray<TagLimit> = []
  ): Executor["Service"] => ({
    name: "inProcess",
    maxConcurrent,
    limits,
    open: Effect.fnUntraced(function* (request: RunRequest, sink: EventSink) {
      const runner = yield* StepRunner.open(job, request, local, sink)
      const scope = yield* Effect.scope
      /** Attempts that go on, by step key; a step has one attempt at a time. */
      const running = new Map<string, { readonly attempt: number; readonly fiber: Fiber.Fiber<void> }>()
      return {
        launch: (step: StepRequest) =>
          Effect.map(Effect.forkIn(runner.run(step), scope, { startImmediately: true }), (fiber) => {
            const entry = { attempt: step.attempt, fiber }
            running.set(step.stepKey, entry)
            fiber.addObserver(() => {
              if (running.get(step.stepKey) === entry) running.delete(step.stepKey)
            })
          }),
        terminate: (stepKey: string, attempt: number) =>
          Effect.sync(() => {
            const entry = running.get(stepKey)
            if (entry?.attempt === attempt) entry.fiber.interruptUnsafe()
          }),
        health: (stepKey: string, attempt: number) =>
          Effect.sync(() =>
            running.get(stepKey)?.attempt === attempt
              ? { healthy: true }
              : { healthy: false, reason: "no fiber runs this attempt" }
          )
      }
    })
  })
}
