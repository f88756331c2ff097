import * as Schema from "effect/Schema"
import { everyEvent, stepEvent } from "./internal/fields.ts"
import { MetadataValue } from "./MetadataValue.ts"

const asset = {
  /** Text key of the asset, such as `sales/daily`. */
  asset: Schema.String,
  partition: Schema.optionalKey(Schema.String),
  description: Schema.optionalKey(Schema.String),
  metadata: Schema.optionalKey(MetadataValue.record),
  tags: Schema.optionalKey(Schema.Record(Schema.String, Schema.String))
}

/**
 * The events about assets.
 *
 * @since 0.1.0
 * @source Dagster DagsterEventType
 */
export const AssetEvent = [
  Schema.TaggedStruct("ASSET_MATERIALIZATION_PLANNED", {
    ...everyEvent,
    asset: Schema.String,
    partition: Schema.optionalKey(Schema.String)
  }),
  Schema.TaggedStruct("ASSET_MATERIALIZATION", { ...stepEvent, ...asset }),
  Schema.TaggedStruct("ASSET_OBSERVATION", { ...stepEvent, ...asset }),
  Schema.TaggedStruct("ASSET_CHECK_EVALUATION_PLANNED", {
    ...everyEvent,
    asset: Schema.String,
    check: Schema.String
  }),
  Schema.TaggedStruct("ASSET_CHECK_EVALUATION", {
    ...stepEvent,
    asset: Schema.String,
    check: Schema.String,
    passed: Schema.Boolean,
    severity: Schema.Literals(["ERROR", "WARN"]),
    blocking: Schema.Boolean,
    description: Schema.optionalKey(Schema.String),
    metadata: Schema.optionalKey(MetadataValue.record),
    partition: Schema.optionalKey(Schema.String)
  })
] as const
