import * as Schema from "effect/Schema"
import { ErrorInfo } from "./ErrorInfo.ts"
import { stepEvent } from "./internal/fields.ts"
import { MetadataValue } from "./MetadataValue.ts"

/**
 * The source of the error of a failed attempt.
 *
 * @since 0.1.0
 * @source Dagster ErrorSource
 */
export const ErrorSource = Schema.Literals(["USER_CODE_ERROR", "FRAMEWORK_ERROR", "INTERRUPT", "UNEXPECTED_ERROR"])
export type ErrorSource = typeof ErrorSource.Type

/** The outcome of the check of a value. Without it, the check passed and had nothing to report. */
const typeCheck = Schema.optionalKey(
  Schema.Struct({
    passed: Schema.Boolean,
    description: Schema.optionalKey(Schema.String),
    metadata: Schema.optionalKey(MetadataValue.record)
  })
)

const metadata = Schema.optionalKey(MetadataValue.record)

/**
 * The path of a value of a dynamic output, outermost key first: the mapping keys of its step, then its own. Absent if the
 * output is not dynamic.
 */
const mappingKeys = Schema.optionalKey(Schema.Array(Schema.String))

/** Names of the hooks whose events follow. The attempt counts as running until the last of them has come. */
const hooks = Schema.optionalKey(Schema.Array(Schema.String))

/** What a body said about its own failure with `StepFailure`. */
const userFailure = Schema.optionalKey(
  Schema.Struct({ description: Schema.optionalKey(Schema.String), metadata: MetadataValue.record })
)

/**
 * The events of one attempt of a step, in the order in which they can occur.
 *
 * @since 0.1.0
 * @source Dagster DagsterEventType
 */
export const StepEvent = [
  Schema.TaggedStruct("STEP_WORKER_STARTING", stepEvent),
  Schema.TaggedStruct("STEP_WORKER_STARTED", { ...stepEvent, pid: Schema.Int }),
  Schema.TaggedStruct("STEP_START", stepEvent),
  Schema.TaggedStruct("STEP_RESTARTED", stepEvent),
  Schema.TaggedStruct("LOADED_INPUT", {
    ...stepEvent,
    input: Schema.String,
    ioManager: Schema.String,
    upstreamStepKey: Schema.optionalKey(Schema.String),
    upstreamOutput: Schema.optionalKey(Schema.String),
    metadata
  }),
  Schema.TaggedStruct("STEP_INPUT", { ...stepEvent, input: Schema.String, typeCheck }),
  Schema.TaggedStruct("STEP_OUTPUT", {
    ...stepEvent,
    output: Schema.String,
    mappingKeys,
    typeCheck,
    metadata
  }),
  Schema.TaggedStruct("HANDLED_OUTPUT", {
    ...stepEvent,
    output: Schema.String,
    mappingKeys,
    ioManager: Schema.String,
    metadata
  }),
  Schema.TaggedStruct("STEP_EXPECTATION_RESULT", {
    ...stepEvent,
    success: Schema.Boolean,
    label: Schema.optionalKey(Schema.String),
    description: Schema.optionalKey(Schema.String),
    metadata
  }),
  Schema.TaggedStruct("STEP_SUCCESS", { ...stepEvent, durationMillis: Schema.Finite, hooks }),
  Schema.TaggedStruct("STEP_FAILURE", {
    ...stepEvent,
    error: ErrorInfo.schema,
    source: ErrorSource,
    userFailure,
    /** Whether the process of the attempt ended before the attempt did. */
    crashed: Schema.optionalKey(Schema.Boolean),
    hooks
  }),
  Schema.TaggedStruct("STEP_UP_FOR_RETRY", {
    ...stepEvent,
    error: ErrorInfo.schema,
    source: ErrorSource,
    /** The wait before the next attempt, in milliseconds, ≥ 0. */
    waitMillis: Schema.Finite,
    userFailure
  }),
  /** The attempt has a slot of its pool, and is about to start. */
  Schema.TaggedStruct("POOL_CLAIMED", { ...stepEvent, pool: Schema.String }),
  /** The wait before the next attempt is over; `attempt` is the one that failed. */
  Schema.TaggedStruct("STEP_RETRY_DUE", stepEvent),
  Schema.TaggedStruct("STEP_SKIPPED", stepEvent),
  Schema.TaggedStruct("HOOK_COMPLETED", { ...stepEvent, hook: Schema.String }),
  Schema.TaggedStruct("HOOK_SKIPPED", { ...stepEvent, hook: Schema.String }),
  Schema.TaggedStruct("HOOK_ERRORED", { ...stepEvent, hook: Schema.String, error: ErrorInfo.schema })
] as const
