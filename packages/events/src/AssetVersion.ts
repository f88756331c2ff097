import * as Schema from "effect/Schema"
import { Provenance } from "./AssetEvent.ts"

const schema = Schema.Struct({
  /** The event that recorded it, and its run. */
  runId: Schema.String,
  eventId: Schema.String,
  /** Milliseconds since the epoch. */
  timestamp: Schema.Finite,
  /** The version of the data; nothing in an event without one. */
  dataVersion: Schema.optionalKey(Schema.String),
  /** What it was made from, of a materialization by a step. */
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
