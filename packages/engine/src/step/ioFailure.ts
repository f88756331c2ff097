import { StepFailure } from "@heddle/definitions/StepFailure"
import { RetryRequested } from "@heddle/definitions/RetryRequested"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import { isInstance } from "./isInstance.ts"

/**
 * Puts what an IO manager failed with, or threw, into the error that says what it was to do. Interrupts are let through,
 * and so are `StepFailure` and `RetryRequested`, which are never wrapped.
 */
export const ioFailure =
  <E>(wrap: (cause: unknown) => E) =>
  <A>(effect: Effect.Effect<A, unknown>): Effect.Effect<A, E | StepFailure | RetryRequested> =>
    Effect.catchCause(effect, (cause): Effect.Effect<never, E | StepFailure | RetryRequested> => {
      if (Cause.hasInterruptsOnly(cause)) return Effect.interrupt
      const error = Cause.squash(cause)
      return Effect.fail(isInstance(error, StepFailure) || isInstance(error, RetryRequested) ? error : wrap(error))
    })
