import type { RetrySnapshot } from "@heddle/events/JobSnapshot"
import { RetryPolicySnapshot } from "@heddle/events/RetryPolicySnapshot"
import type { ErrorSource } from "@heddle/events/StepEvent"

/** What is to be known of a failed attempt to decide whether it is made again. */
export interface AttemptFailure {
  /** Tag of the error that the body failed with; a defect has none. */
  readonly errorTag: string | undefined
  readonly source: ErrorSource
  /** Whether a policy may apply at all: failed checks and broken rules are never tried again. */
  readonly retryable: boolean
}

/**
 * Decides whether a failed attempt is made again.
 *
 * @since 0.1.0
 */
export const RetryDecision = {
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
    if (retry === undefined || !failure.retryable) return undefined
    const policy =
      retry._tag === "any"
        ? retry.policy
        : failure.errorTag === undefined
          ? null
          : (retry.policies[failure.errorTag] ?? null)
    if (policy === null || attempt > policy.maxRetries) return undefined
    return RetryPolicySnapshot.delayMillis(policy, attempt, random)
  }
}
