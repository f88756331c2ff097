import * as Schema from "effect/Schema"
import { ErrorInfo } from "./ErrorInfo.ts"
import { everyEvent } from "./internal/fields.ts"
import { MetadataValue } from "./MetadataValue.ts"
import { TagLimit } from "./TagLimit.ts"

const engine = {
  ...everyEvent,
  stepKey: Schema.optionalKey(Schema.String)
}

/** Level of a log line. */
export const LogLevel = Schema.Literals(["TRACE", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"])
export type LogLevel = typeof LogLevel.Type

/**
 * The events of executors and processes, and the log lines of bodies.
 *
 * @since 0.1.0
 * @source Dagster DagsterEventType; `LOG_MESSAGE` is a user's log line, which Dagster stores without an event
 */
export const EngineEvent = [
  Schema.TaggedStruct("ENGINE_EVENT", {
    ...engine,
    message: Schema.String,
    metadata: Schema.optionalKey(MetadataValue.record),
    error: Schema.optionalKey(ErrorInfo.schema),
    /** The attempt that has to wait, because its pool is full. */
    blocked: Schema.optionalKey(Schema.Struct({ attempt: Schema.Int, pool: Schema.String })),
    /** Whether the run was interrupted without a request to cancel it, such as by a signal to its process. */
    interrupted: Schema.optionalKey(Schema.Boolean)
  }),
  /** The executor is ready: resources have started, and the first steps start. */
  Schema.TaggedStruct("EXECUTOR_READY", {
    ...everyEvent,
    executor: Schema.String,
    /** How many steps may run at once. */
    maxConcurrent: Schema.Int,
    /** How many steps with a tag may run at once. */
    limits: Schema.optionalKey(Schema.Array(TagLimit.schema)),
    /** `false`: a step starts once the outputs that it needs are there. If absent, its upstream steps have to succeed first. */
    requireUpstreamStepSuccess: Schema.optionalKey(Schema.Boolean)
  }),
  Schema.TaggedStruct("RESOURCE_INIT_STARTED", { ...engine, resources: Schema.Array(Schema.String) }),
  Schema.TaggedStruct("RESOURCE_INIT_SUCCESS", {
    ...engine,
    /** How long each resource took to start, in milliseconds, by key. */
    durationMillis: Schema.Record(Schema.String, Schema.Finite)
  }),
  Schema.TaggedStruct("RESOURCE_INIT_FAILURE", {
    ...engine,
    resource: Schema.String,
    /** The keys of all resources that were to start. */
    resources: Schema.optionalKey(Schema.Array(Schema.String)),
    error: ErrorInfo.schema
  }),
  Schema.TaggedStruct("LOGS_CAPTURED", { ...engine, fileKey: Schema.String }),
  Schema.TaggedStruct("LOG_MESSAGE", {
    ...engine,
    level: LogLevel,
    message: Schema.String,
    data: Schema.optionalKey(Schema.Record(Schema.String, Schema.Json))
  })
] as const
