import type { ErrorInfo } from "@heddle/events/ErrorInfo"
import type { RunFailureReason } from "@heddle/events/RunEvent"
import type { InProcessResult, UnknownAssets } from "./InProcessResult.ts"
import type { RunFailure } from "./RunFailure.ts"

/** A run in this process that succeeded; an optional output that was skipped is `undefined`. */
export type RunSucceeded<A, Values = UnknownAssets> = InProcessResult<Values> & {
  readonly success: true
  readonly output: A
}

/** A run in this process that did not succeed. */
export type RunDidNotSucceed<E, Values = UnknownAssets> = InProcessResult<Values> & {
  readonly success: false
  /** Why: steps failed, a resource did not start, it was cancelled. */
  readonly reason: RunFailureReason | "CANCELED"
  /** The error outside of steps, such as that of a resource that did not start. */
  readonly error?: ErrorInfo
  /** The steps that failed, in the order in which they did; empty when no step was the reason. */
  readonly failures: ReadonlyArray<RunFailure<E | "defect" | "interrupted">>
}

/**
 * The result of a run in this process. `Values` are those of the assets that it makes, by key. `output` is only available after you check `success`.
 *
 * @since 0.1.0
 * @source Dagster ExecuteInProcessResult
 */
export type ExecuteInProcessResult<A, E, Values = UnknownAssets> = RunSucceeded<A, Values> | RunDidNotSucceed<E, Values>
