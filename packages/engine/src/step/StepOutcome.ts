import { OutputError } from "@heddle/definitions/OutputError"
import { TypeCheckFailed } from "@heddle/definitions/TypeCheckFailed"
import type { AttemptFailure } from "../plan/RetryDecision.ts"
import * as Cause from "effect/Cause"
import * as Exit from "effect/Exit"

/**
 * How an attempt ended: the one reading of an `Exit` that decides retry, hooks, events and status.
 *
 * @since 0.1.0
 */
export type StepOutcome =
  | { readonly _tag: "Success" }
  | ({
      readonly _tag: "Failure"
      /** What kind of end it is, in the words of a result. */
      readonly kind: "failure" | "defect" | "interrupted"
      /** What was failed with or thrown. */
      readonly error: unknown
    } & AttemptFailure)

const tagOf = (error: unknown): string | undefined =>
  typeof error === "object" && error !== null && "_tag" in error && typeof error._tag === "string"
    ? error._tag
    : undefined

/** Rules that are broken stay broken: trying again would only break them again. */
const isBrokenRule = (error: unknown): boolean => error instanceof TypeCheckFailed || error instanceof OutputError

/** Constructor of outcomes. */
export const StepOutcome = {
  /**
   * Reads how an attempt ended. All reasons of its cause are looked at: a finalizer that throws turns a failure into a
   * defect, and the failure is still what is told.
   */
  fromExit: (exit: Exit.Exit<unknown, unknown>): StepOutcome => {
    if (Exit.isSuccess(exit)) return { _tag: "Success" }
    const { reasons } = exit.cause
    const failed = reasons.find(Cause.isFailReason)
    if (failed !== undefined) return failure(failed.error)
    const died = reasons.find(Cause.isDieReason)
    if (died !== undefined) {
      const { defect } = died
      if (isBrokenRule(defect)) return failure(defect)
      return {
        _tag: "Failure",
        kind: "defect",
        error: defect,
        errorTag: undefined,
        source: "USER_CODE_ERROR",
        retryable: true
      }
    }
    return {
      _tag: "Failure",
      kind: "interrupted",
      error: new Error("The step was interrupted"),
      errorTag: undefined,
      source: "INTERRUPT",
      retryable: false
    }
  }
}

const failure = (error: unknown): StepOutcome => {
  const broken = isBrokenRule(error)
  return {
    _tag: "Failure",
    kind: broken ? "defect" : "failure",
    error,
    errorTag: tagOf(error),
    source: broken ? "FRAMEWORK_ERROR" : "USER_CODE_ERROR",
    retryable: !broken
  }
}
