import type { ErrorInfo } from "@heddle/events/ErrorInfo"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { ErrorSource } from "@heddle/events/StepEvent"
import { RetryDecision } from "../plan/RetryDecision.ts"
import type { RunRequest, StepRequest } from "./StepRequest.ts"

/** An attempt that its worker cannot end any more. */
export interface LostAttempt {
  readonly error: ErrorInfo
  /** `FRAMEWORK_ERROR` for a worker that is gone, `INTERRUPT` for one that was asked to end the attempt. */
  readonly source: ErrorSource
  /** Tag of the error, by which a retry policy answers; the attempt counts as crashed then. */
  readonly errorTag?: string
}

/**
 * Ends attempts in place of a worker that is gone. For authors of executors.
 *
 * @since 0.1.0
 */
export const LostAttempt = {
  /**
   * The last event of an attempt: its failure, or its retry where the policy of the step allows one.
   *
   * @param run - the run
   * @param step - the attempt
   * @param lost - why it was lost
   * @param at - `now`: milliseconds since the epoch; `random`: a number in [0, 1), for the jitter of a retry
   */
  end: (
    run: Pick<RunRequest, "runId" | "retries">,
    { attempt, retry, stepKey }: StepRequest,
    { error, errorTag, source }: LostAttempt,
    { now, random }: { readonly now: number; readonly random: number }
  ): HeddleEvent => {
    const ofAttempt = { runId: run.runId, timestamp: now, id: `${stepKey}~${attempt}~worker`, stepKey, attempt, source }
    const failure = { errorTag, source, retryable: source !== "INTERRUPT" }
    const answer = RetryDecision.answer(run.retries ?? "enabled", retry, failure, attempt, random)
    if (answer._tag === "Retry") {
      return { _tag: "STEP_UP_FOR_RETRY", ...ofAttempt, error, waitMillis: answer.waitMillis }
    }
    const told = answer._tag === "Fail" ? error : RetryDecision.spent(answer, error)
    return {
      _tag: "STEP_FAILURE",
      ...ofAttempt,
      error: told,
      ...(errorTag === undefined ? {} : { crashed: true })
    }
  }
}
