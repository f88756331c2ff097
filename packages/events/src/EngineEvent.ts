import * as Schema from "effect/Schema"
import { ErrorInfo } from "./ErrorInfo.ts"
import { everyEvent } from "./internal/fields.ts"
import { MetadataValue } from "./MetadataValue.ts"

const engine = {
  ...everyEvent,
  stepKey: Schema.optionalKey(Schema.String)
}

/** Level of a log line. */
export const LogLevel = Schema.Literals(["TRACE", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"])
export type LogLevel = typeof LogLevel.Type

/**
 * The events of executors and processes, and the lines that bodies log.
 *
 * @since 0.1.0
 * @source Dagster DagsterEventType; `LOG_MESSAGE` is a user's log line, which there stands in the log without an event
 */
export const EngineEvent = [
  Schema.TaggedStruct("ENGINE_EVENT", {
    ...engine,
    message: Schema.String,
    metadata: Schema.optionalKey(MetadataValue.record),
    error: Schema.optionalKey(ErrorInfo.schema)
  }),
  /** The executor is ready to run steps: resources are there, the first steps start. */
  Schema.TaggedStruct("EXECUTOR_READY", {
    ...everyEvent,
    executor: Schema.String,
    /** How many steps may run at once. */
    maxConcurrent: Schema.Int
  }),
  Schema.TaggedStruct("RESOURCE_INIT_STARTED", { ...engine, resources: Schema.Array(Schema.String) }),
  Schema.TaggedStruct("RESOURCE_INIT_SUCCESS", {
    ...engine,
    /** Milliseconds that each resource took, by key. */
    durationMillis: Schema.Record(Schema.String, Schema.Finite)
  }),
  Schema.TaggedStruct("RESOURCE_INIT_FAILURE", {
    ...engine,
    resource: Schema.String,
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
