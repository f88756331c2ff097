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
 * The events about a run as a whole. Its status is read from them.
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
    /** The process that executes the run. */
    pid: Schema.Int,
    host: Schema.String,
    /** Whether the first failure of a step ends the run. */
    raiseOnError: Schema.optionalKey(Schema.Boolean)
  }),
  Schema.TaggedStruct("RUN_SUCCESS", everyEvent),
  Schema.TaggedStruct("RUN_FAILURE", {
    ...everyEvent,
    reason: RunFailureReason,
    /** Keys of the failed steps, in the order of their failures. */
    failedSteps: Schema.Array(Schema.String),
    error: Schema.optionalKey(ErrorInfo.schema)
  }),
  Schema.TaggedStruct("RUN_CANCELING", { ...everyEvent, reason: Schema.optionalKey(Schema.String) }),
  Schema.TaggedStruct("RUN_CANCELED", {
    ...everyEvent,
    /** The error that says that the process of the run was gone, if another process ended the run. */
    error: Schema.optionalKey(ErrorInfo.schema)
  })
] as const
