import type { ErrorInfo } from "@heddle/events/ErrorInfo"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { RunFailureReason } from "@heddle/events/RunEvent"

/** A step that failed: the error that its body failed with, or the word for what else ended it. */
export interface RunFailure<out E> {
  readonly stepKey: string
  readonly error: E
}

/** What a run has whichever way it ended. */
export interface ResultBase {
  readonly runId: string
  /** The events of the run in the order of its log. */
  readonly allEvents: ReadonlyArray<HeddleEvent>
}

/**
 * How a run in this process ended. `output` is there only after `success` was looked at; an optional output that was
 * skipped is `undefined`.
 *
 * @since 0.1.0
 * @source Dagster ExecuteInProcessResult
 */
export type ExecuteInProcessResult<A, E> =
  | (ResultBase & { readonly success: true; readonly output: A })
  | (ResultBase & {
      readonly success: false
      /** Why: steps failed, a resource did not start, it was cancelled. */
      readonly reason: RunFailureReason | "CANCELED"
      /** What went wrong beside the steps, such as the error of a resource that did not start. */
      readonly error?: ErrorInfo
      /** The steps that failed, in the order in which they did; empty when no step was the reason. */
      readonly failures: ReadonlyArray<RunFailure<E | "defect" | "interrupted">>
    })
