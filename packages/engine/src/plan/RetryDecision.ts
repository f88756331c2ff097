import type { ErrorInfo } from "@heddle/events/ErrorInfo"
import type { RetrySnapshot } from "@heddle/events/RetrySnapshot"
import { RetryPolicySnapshot } from "@heddle/events/RetryPolicySnapshot"
import type { ErrorSource } from "@heddle/events/StepEvent"
import * as Schema from "effect/Schema"

const retryMode = Schema.Literals(["enabled", "disabled", "deferred"])

/**
 * Whether failed attempts are made again: `enabled`, by who runs the attempt and by who decides; `disabled`, not at all;
 * `deferred`, who runs the attempt asks for the next one and leaves it to another.
 *
 * @since 0.1.0
 * @source Dagster RetryMode
 */
export type RetryMode = typeof retryMode.Type

/** Schema of retry modes. */
export const RetryMode = { schema: retryMode }

/** The facts about a failed attempt that decide whether it is retried. */
export interface AttemptFailure {
  /** Tag of the error that the body failed with; a defect has none. */
  readonly errorTag: string | undefined
  readonly source: ErrorSource
  /** Whether a policy may apply at all: failed checks and broken rules are never tried again. */
  readonly retryable: boolean
  /** What the body itself asked for; it goes before any policy. */
  readonly requested?: { readonly maxRetries: number; readonly waitMillis: number }
}

/**
 * What follows on a failed attempt: another one after a wait, none because nothing asks for one, none because as many
 * were made as may be, or none because retries are disabled.
 */
export type RetryAnswer =
  | { readonly _tag: "Retry"; readonly waitMillis: number }
  | { readonly _tag: "Fail" }
  | { readonly _tag: "Exhausted"; readonly maxRetries: number }
  | { readonly _tag: "Disabled" }

const FAIL: RetryAnswer = { _tag: "Fail" }
const DISABLED: RetryAnswer = { _tag: "Disabled" }

/** The policy that applies to a failure, by the one answer for all errors or that for its tag. */
const policyOf = (retry: RetrySnapshot | undefined, { errorTag, retryable }: AttemptFailure) => {
  if (retry === undefined || !retryable) return undefined
  if (retry._tag === "any") return retry.policy
  if (errorTag === undefined || !Object.hasOwn(retry.policies, errorTag)) return undefined
  return retry.policies[errorTag] ?? undefined
}

/**
 * Decides whether a failed attempt is made again.
 *
 * @since 0.1.0
 */
export const RetryDecision = {
  /**
   * What follows on a failed attempt.
   *
   * @param mode - whether attempts are made again at all
   * @param retry - the policy of the step; none without it
   * @param failure - how the attempt failed
   * @param attempt - number of the attempt that failed, from 1
   * @param random - number in [0, 1) for the jitter
   */
  answer: (
    mode: RetryMode,
    retry: RetrySnapshot | undefined,
    failure: AttemptFailure,
    attempt: number,
    random: number
  ): RetryAnswer => {
    const { requested } = failure
    const policy = requested === undefined ? policyOf(retry, failure) : undefined
    const maxRetries = requested?.maxRetries ?? policy?.maxRetries
    if (maxRetries === undefined) return FAIL
    if (mode === "disabled") return DISABLED
    if (!(attempt <= maxRetries)) return { _tag: "Exhausted", maxRetries }
    const waitMillis =
      policy === undefined ? (requested?.waitMillis ?? 0) : RetryPolicySnapshot.delayMillis(policy, attempt, random)
    return { _tag: "Retry", waitMillis }
  },

  /**
   * The error of a step whose last attempt would have been made again, if as many had not been made as may be, or if
   * retries were not disabled.
   *
   * @param answer - why there is no next attempt
   * @param cause - what the last attempt failed with, if with anything
   */
  spent: (
    answer: Extract<RetryAnswer, { _tag: "Exhausted" | "Disabled" }>,
    cause: ErrorInfo | undefined
  ): ErrorInfo => ({
    ...(answer._tag === "Exhausted"
      ? { name: "RetriesExhausted", message: `Exceeded max_retries of ${answer.maxRetries}` }
      : { name: "RetriesDisabled", message: "RetryRequested but retries are disabled" }),
    ...(cause === undefined ? {} : { cause })
  }),

  /**
   * The wait before the next attempt.
   *
   * @param retry - the policy of the step; none without it
   * @param failure - how the attempt failed
   * @param attempt - number of the attempt that failed, from 1
   * @param random - number in [0, 1) for the jitter
   * @returns milliseconds, or `undefined` when there is no next attempt
   */
  waitMillis: (
    retry: RetrySnapshot | undefined,
    failure: AttemptFailure,
    attempt: number,
    random: number
  ): number | undefined => {
    const answer = RetryDecision.answer("enabled", retry, failure, attempt, random)
    return answer._tag === "Retry" ? answer.waitMillis : undefined
  }
}
