import { ContextError } from "@heddle/definitions/ContextError"
import { Failure } from "@heddle/definitions/Failure"
import { InputNotLoaded } from "@heddle/definitions/InputNotLoaded"
import { InputNotRead } from "@heddle/definitions/InputNotRead"
import { InvalidMappingKey } from "@heddle/definitions/InvalidMappingKey"
import { OpRejected } from "@heddle/definitions/OpRejected"
import { OutputError } from "@heddle/definitions/OutputError"
import { OutputMissing } from "@heddle/definitions/OutputMissing"
import { OutputNotStored } from "@heddle/definitions/OutputNotStored"
import { RetryRequested } from "@heddle/definitions/RetryRequested"
import { TypeCheckFailed } from "@heddle/definitions/TypeCheckFailed"
import { TypeCheckRaised } from "@heddle/definitions/TypeCheckRaised"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Exit from "effect/Exit"
import type { AttemptFailure } from "../plan/RetryDecision.ts"

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
      /** What the event tells of: the signal inside a rejected promise, and otherwise the error itself. */
      readonly told: unknown
      /** What the body said of its own failure. */
      readonly own: Failure | undefined
    } & AttemptFailure)

const tagOf = (error: unknown): string | undefined =>
  typeof error === "object" && error !== null && "_tag" in error && typeof error._tag === "string"
    ? error._tag
    : undefined

/** Rules that are broken stay broken: trying again would only break them again. */
const isBrokenRule = (error: unknown): boolean =>
  error instanceof TypeCheckFailed ||
  error instanceof OutputError ||
  error instanceof OutputMissing ||
  error instanceof InvalidMappingKey ||
  error instanceof ContextError

/** Code of the user beside the body that failed: an IO manager, which may be tried again, or a type, which may not. */
const isBesideBody = (error: unknown): boolean =>
  error instanceof InputNotLoaded ||
  error instanceof OutputNotStored ||
  error instanceof InputNotRead ||
  error instanceof TypeCheckRaised

/** The signal that a body gave by failing, throwing or rejecting. */
const signalOf = (error: unknown): Failure | RetryRequested | undefined => {
  const thrown = error instanceof OpRejected ? error.cause : error
  return thrown instanceof Failure || thrown instanceof RetryRequested ? thrown : undefined
}

/** What was thrown or failed with. A promise that was rejected with an error of the engine's rules broke them itself. */
const failure = (error: unknown, kind: "failure" | "defect"): StepOutcome => {
  const rejected = error instanceof OpRejected ? error.cause : undefined
  const rule = isBrokenRule(error) ? error : isBrokenRule(rejected) ? rejected : undefined
  const base = { _tag: "Failure", own: undefined } as const
  if (rule !== undefined) {
    const source = "FRAMEWORK_ERROR"
    return { ...base, kind: "defect", error: rule, told: rule, errorTag: tagOf(rule), source, retryable: false }
  }
  if (isBesideBody(error)) {
    return {
      ...base,
      kind: "defect",
      error,
      told: error,
      errorTag: tagOf(error),
      source: "USER_CODE_ERROR",
      retryable: !(error instanceof TypeCheckRaised || error instanceof InputNotRead)
    }
  }
  const told = signalOf(error)
  const errorTag = kind === "failure" ? tagOf(error) : undefined
  if (told instanceof Failure) {
    const source = "FRAMEWORK_ERROR"
    return { ...base, kind, error, told, own: told, errorTag, source, retryable: told.allowRetries !== false }
  }
  if (told instanceof RetryRequested) {
    const { cause } = told
    return {
      ...base,
      kind,
      error,
      told,
      own: cause instanceof Failure ? cause : undefined,
      errorTag,
      source: cause === undefined ? "FRAMEWORK_ERROR" : "USER_CODE_ERROR",
      retryable: true,
      requested: {
        maxRetries: told.maxRetries ?? 1,
        waitMillis: told.wait === undefined ? 0 : Duration.toMillis(told.wait)
      }
    }
  }
  return { ...base, kind, error, told: error, errorTag, source: "USER_CODE_ERROR", retryable: true }
}

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
    if (failed !== undefined) return failure(failed.error, "failure")
    const died = reasons.find(Cause.isDieReason)
    if (died !== undefined) return failure(died.defect, "defect")
    const error = new Error("The step was interrupted")
    return {
      _tag: "Failure",
      kind: "interrupted",
      error,
      told: error,
      own: undefined,
      errorTag: undefined,
      source: "INTERRUPT",
      retryable: false
    }
  }
}
