import { ErrorInfo } from "@heddle/events/ErrorInfo"
import { Storable } from "@heddle/events/Storable"
import { MetadataValue } from "@heddle/events/MetadataValue"
import type { HeddleEventOf } from "@heddle/events/HeddleEvent"
import { type RetryAnswer, RetryDecision } from "../plan/RetryDecision.ts"
import type { StepOutcome } from "./StepOutcome.ts"

/** An interrupt comes from outside: a stack would only show the engine. */
const INTERRUPTED: ErrorInfo = { name: "StepInterrupted", message: "The step was interrupted" }

type Told = Pick<HeddleEventOf<"STEP_FAILURE">, "error" | "source" | "userFailure">

/** What the event at the end of a failed attempt says. */
export type AttemptEnd =
  | { readonly _tag: "STEP_FAILURE"; readonly said: Told }
  | { readonly _tag: "STEP_UP_FOR_RETRY"; readonly said: Told & { readonly waitMillis: number } }

/** Constructor of ends. */
export const AttemptEnd = {
  /**
   * What is told of a failed attempt. When there is no next attempt because as many were made as may be, or because
   * retries are disabled, that is the error, and its cause is what the attempt failed with.
   *
   * @param outcome - how the attempt failed
   * @param answer - what follows on it
   */
  of: (outcome: Extract<StepOutcome, { _tag: "Failure" }>, answer: RetryAnswer): AttemptEnd => {
    const { also, own, told } = outcome
    const error = outcome.kind === "interrupted" ? INTERRUPTED : ErrorInfo.fromUnknown(told, also)
    const said =
      own === undefined
        ? {}
        : {
            userFailure: {
              ...(own.description === undefined ? {} : { description: Storable.text(own.description) }),
              metadata: MetadataValue.fromRecord(own.metadata ?? {})
            }
          }
    if (answer._tag === "Retry") {
      return {
        _tag: "STEP_UP_FOR_RETRY",
        said: { error, source: outcome.source, ...said, waitMillis: answer.waitMillis }
      }
    }
    if (answer._tag === "Fail") return { _tag: "STEP_FAILURE", said: { error, source: outcome.source, ...said } }
    // Of a body that asked for a retry without a reason there is no error behind the request.
    const cause = outcome.requested === undefined ? error : error.cause
    return {
      _tag: "STEP_FAILURE",
      said: {
        error: RetryDecision.spent(answer, cause),
        source: answer._tag === "Exhausted" && cause !== undefined ? "USER_CODE_ERROR" : "FRAMEWORK_ERROR",
        ...said
      }
    }
  }
}
