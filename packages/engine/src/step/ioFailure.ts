import { StepFailure } from "@heddle/definitions/StepFailure"
import { RetryRequested } from "@heddle/definitions/RetryRequested"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { AtOnce } from "./AtOnce.ts"
import { isInstance } from "./isInstance.ts"

/**
 * Puts what an IO manager failed with, or threw, into the error that says what it was to do. Interrupts are let through,
 * and so are `StepFailure` and `RetryRequested`, which are never wrapped.
 */
export const ioFailure =
  <E>(wrap: (cause: unknown) => E) =>
  <A>(effect: Effect.Effect<A, unknown>): Effect.Effect<A, E | StepFailure | RetryRequested> => {
    const fail = (cause: Cause.Cause<unknown>): Effect.Effect<never, E | StepFailure | RetryRequested> => {
      if (Cause.hasInterruptsOnly(cause)) return Effect.interrupt
      const error = Cause.squash(cause)
      return Effect.fail(isInstance(error, StepFailure) || isInstance(error, RetryRequested) ? error : wrap(error))
    }
    if (!AtOnce.isOver(effect)) return Effect.catchCause(effect, fail)
    return Exit.isSuccess(effect) ? Exit.succeed(effect.value) : fail(effect.cause)
  }
