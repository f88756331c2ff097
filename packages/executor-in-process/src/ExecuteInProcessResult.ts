import type { HeddleEvent } from "@heddle/events/HeddleEvent"

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
      readonly failures: ReadonlyArray<RunFailure<E | "defect" | "interrupted">>
    })
