import * as Schema from "effect/Schema"
import { Provenance } from "./AssetEvent.ts"

const schema = Schema.Struct({
  /** The event that recorded the version, and its run. */
  runId: Schema.String,
  eventId: Schema.String,
  /** Milliseconds since the epoch. */
  timestamp: Schema.Finite,
  /** The version of the data, if the event has one. */
  dataVersion: Schema.optionalKey(Schema.String),
  /** What the data was made from, for a materialization by a step. */
  provenance: Schema.optionalKey(Provenance.schema)
})

/**
 * The latest materialization or observation of an asset at some moment.
 *
 * @since 0.1.0
 */
export type AssetVersion = typeof schema.Type

/** Schema of versions of assets. */
export const AssetVersion = { schema }
