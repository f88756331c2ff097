import { AssetCheckFailed } from "@heddle/definitions/AssetCheckFailed"
import { ContextError } from "@heddle/definitions/ContextError"
import { StepFailure } from "@heddle/definitions/StepFailure"
import { InputNotLoaded } from "@heddle/definitions/InputNotLoaded"
import { InputNotRead } from "@heddle/definitions/InputNotRead"
import { DefinitionError } from "@heddle/definitions/DefinitionError"
import { InvalidMappingKey } from "@heddle/definitions/InvalidMappingKey"
import { OpRejected } from "@heddle/definitions/OpRejected"
import { OutputError } from "@heddle/definitions/OutputError"
import { OutputMissing } from "@heddle/definitions/OutputMissing"
import { OutputNotStored } from "@heddle/definitions/OutputNotStored"
import { RetryRequested } from "@heddle/definitions/RetryRequested"
import { TypeCheckFailed } from "@heddle/definitions/TypeCheckFailed"
import { TypeCheckRaised } from "@heddle/definitions/TypeCheckRaised"
import { InvalidOptions } from "@heddle/events/InvalidOptions"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Exit from "effect/Exit"
import type { AttemptFailure } from "../plan/RetryDecision.ts"
import { isInstance } from "./isInstance.ts"

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
      /** What the event reports: the signal inside a rejected promise, otherwise the error itself. */
      readonly told: unknown
      /** What else failed in the attempt: beside the body, or in its finalizers. */
      readonly also: ReadonlyArray<unknown>
      /** What the body said of its own failure. */
      readonly own: StepFailure | undefined
    } & AttemptFailure)

const tagOf = (error: unknown): string | undefined => {
  if (typeof error !== "object" || error === null) return undefined
  try {
    const tag: unknown = "_tag" in error ? error._tag : undefined
    return typeof tag === "string" ? tag : undefined
  } catch {
    return undefined
  }
}

/** Rules that are broken stay broken: trying again would only break them again. */
const isBrokenRule = (error: unknown): boolean =>
  isInstance(error, AssetCheckFailed) ||
  isInstance(error, TypeCheckFailed) ||
  isInstance(error, OutputError) ||
  isInstance(error, OutputMissing) ||
  isInstance(error, InvalidMappingKey) ||
  isInstance(error, ContextError) ||
  isInstance(error, InvalidOptions) ||
  isInstance(error, DefinitionError)

/** Code of the user beside the body that failed: an IO manager, which may be tried again, or a type, which may not. */
const isBesideBody = (error: unknown): boolean =>
  isInstance(error, InputNotLoaded) ||
  isInstance(error, OutputNotStored) ||
  isInstance(error, InputNotRead) ||
  isInstance(error, TypeCheckRaised)

/** The signal that a body gave by failing, throwing or rejecting. */
const signalOf = (error: unknown): StepFailure | RetryRequested | undefined => {
  const thrown = isInstance(error, OpRejected) ? error.cause : error
  return isInstance(thrown, StepFailure) || isInstance(thrown, RetryRequested) ? thrown : undefined
}

/** What was thrown or failed with. A promise that was rejected with an error of the engine's rules broke them itself. */
const failure = (
  error: unknown,
  kind: "failure" | "defect",
  also: ReadonlyArray<unknown>
): Extract<StepOutcome, { _tag: "Failure" }> => {
  const rejected = isInstance(error, OpRejected) ? error.cause : undefined
  const rule = isBrokenRule(error) ? error : isBrokenRule(rejected) ? rejected : undefined
  const base = { _tag: "Failure", own: undefined, also } as const
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
      retryable: !(isInstance(error, TypeCheckRaised) || isInstance(error, InputNotRead))
    }
  }
  const told = signalOf(error)
  const errorTag = kind === "failure" ? tagOf(error) : undefined
  if (isInstance(told, StepFailure)) {
    const source = "FRAMEWORK_ERROR"
    return { ...base, kind, error, told, own: told, errorTag, source, retryable: told.allowRetries !== false }
  }
  if (isInstance(told, RetryRequested)) {
    const { cause } = told
    return {
      ...base,
      kind,
      error,
      told,
      own: isInstance(cause, StepFailure) ? cause : undefined,
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
    const told = reasons.find(Cause.isFailReason) ?? reasons.find(Cause.isDieReason)
    if (told !== undefined) {
      const also = reasons.flatMap((reason) => {
        if (reason === told || Cause.isInterruptReason(reason)) return []
        return [Cause.isFailReason(reason) ? reason.error : reason.defect]
      })
      return Cause.isFailReason(told) ? failure(told.error, "failure", also) : failure(told.defect, "defect", also)
    }
    const error = new Error("The step was interrupted")
    return {
      _tag: "Failure",
      kind: "interrupted",
      error,
      told: error,
      also: [],
      own: undefined,
      errorTag: undefined,
      source: "INTERRUPT",
      retryable: false
    }
  },

  /** The end of an attempt in which the engine itself failed. */
  ofFramework: (error: unknown): Extract<StepOutcome, { _tag: "Failure" }> => ({
    _tag: "Failure",
    kind: "defect",
    error,
    told: error,
    also: [],
    own: undefined,
    errorTag: undefined,
    source: "FRAMEWORK_ERROR",
    retryable: false
  })
}
