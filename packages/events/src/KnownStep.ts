import * as Schema from "effect/Schema"

const schema = Schema.Struct({
  stepKey: Schema.String,
  /** The run that executed it, and whose IO managers hold what it gave. */
  runId: Schema.String,
  outcome: Schema.Literals(["success", "skipped"]),
  /** Outputs that it gave, dynamic ones left out. */
  outputs: Schema.Array(Schema.String),
  /** Mapping keys that it gave, in their order, by dynamic output. */
  keys: Schema.optionalKey(Schema.Record(Schema.String, Schema.Array(Schema.String)))
})

/**
 * A step that a run need not execute again, because an ancestor has.
 *
 * @since 0.1.0
 * @source Dagster KnownExecutionState
 */
export type KnownStep = typeof schema.Type

/** Schema of known steps. */
export const KnownStep = { schema }
