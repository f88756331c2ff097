import * as Schema from "effect/Schema"
import { ErrorInfo } from "./ErrorInfo.ts"
import { everyEvent } from "./internal/fields.ts"

/**
 * Why a run failed.
 *
 * @since 0.1.0
 * @source Dagster RunFailureReason
 */
export const RunFailureReason = Schema.Literals([
  "STEP_FAILURE",
  "RUN_EXCEPTION",
  "UNEXPECTED_TERMINATION",
  "JOB_INITIALIZATION_FAILURE",
  "START_TIMEOUT",
  "RUN_WORKER_RESTART",
  "UNKNOWN"
])
export type RunFailureReason = typeof RunFailureReason.Type

/**
 * The events of a run as a whole; its status is read from them.
 *
 * @since 0.1.0
 * @source Dagster DagsterEventType (which still writes `PIPELINE_…` for these)
 */
export const RunEvent = [
  Schema.TaggedStruct("RUN_ENQUEUED", everyEvent),
  Schema.TaggedStruct("RUN_DEQUEUED", everyEvent),
  Schema.TaggedStruct("RUN_STARTING", everyEvent),
  Schema.TaggedStruct("RUN_START", {
    ...everyEvent,
    executor: Schema.String,
    /** Process that carries the run. */
    pid: Schema.Int,
    host: Schema.String,
    /** Whether the first failure of a step ends the run. */
    raiseOnError: Schema.optionalKey(Schema.Boolean)
  }),
  Schema.TaggedStruct("RUN_SUCCESS", everyEvent),
  Schema.TaggedStruct("RUN_FAILURE", {
    ...everyEvent,
    reason: RunFailureReason,
    /** Keys of the steps that failed, in the order in which they did. */
    failedSteps: Schema.Array(Schema.String),
    error: Schema.optionalKey(ErrorInfo.schema)
  }),
  Schema.TaggedStruct("RUN_CANCELING", { ...everyEvent, reason: Schema.optionalKey(Schema.String) }),
  Schema.TaggedStruct("RUN_CANCELED", {
    ...everyEvent,
    /** That the process of the run was gone, where another one ended it. */
    error: Schema.optionalKey(ErrorInfo.schema)
  })
] as const
