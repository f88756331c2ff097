import * as Data from "effect/Data"

/**
 * A step used up its retries. With `raiseOnError`, the call fails with this error; the error of
 * the last attempt is its cause.
 *
 * @since 0.1.0
 * @source Dagster DagsterMaxRetriesExceededError
 */
export class MaxRetriesExceeded<E> extends Data.TaggedError("MaxRetriesExceeded")<{
  readonly stepKey: string
  readonly message: string
  readonly cause: unknown
}> {
  declare readonly cause: E
}
