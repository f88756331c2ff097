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

const input = Schema.Struct({
  /** The data version that was read; absent for an asset that has never been materialized or observed. */
  dataVersion: Schema.optionalKey(Schema.String),
  /** The event that recorded that version. */
  runId: Schema.optionalKey(Schema.String),
  eventId: Schema.optionalKey(Schema.String)
})

const provenance = Schema.Struct({
  /** The declared version of the body, or the id of the run if it declares none. */
  codeVersion: Schema.String,
  /** The version of the data: given by the body, or computed from the code version and those of the inputs. */
  dataVersion: Schema.String,
  /** Whether the body gave the data version. */
  isUserProvided: Schema.optionalKey(Schema.Literal(true)),
  /** What the data was made from, by the text key of the upstream asset. */
  inputs: Schema.Record(Schema.String, input)
})

/**
 * What the data of an asset was made from: the version of the code, and the version of each upstream asset.
 *
 * @since 0.1.0
 * @source Dagster DataProvenance
 */
export type Provenance = typeof provenance.Type

/** Schema of provenances. */
export const Provenance = { schema: provenance }

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
  Schema.TaggedStruct("ASSET_MATERIALIZATION", {
    ...stepEvent,
    ...asset,
    /** Absent if a body logged the event itself. */
    provenance: Schema.optionalKey(provenance)
  }),
  Schema.TaggedStruct("ASSET_OBSERVATION", {
    ...stepEvent,
    ...asset,
    dataVersion: Schema.optionalKey(Schema.String)
  }),
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
    partition: Schema.optionalKey(Schema.String),
    /** The materialization that was checked: the latest one when the check ran. */
    target: Schema.optionalKey(
      Schema.Struct({ runId: Schema.String, eventId: Schema.String, timestamp: Schema.Finite })
    )
  })
] as const
