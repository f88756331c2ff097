import * as Schema from "effect/Schema"

const schema = Schema.Struct({
  stepKey: Schema.String,
  /** The run that executed it, and whose IO managers hold what it gave. */
  runId: Schema.String,
  /** `unselected`: it was not done, and the run was asked not to; of a mapped step the key is the placeholder. */
  outcome: Schema.Literals(["success", "skipped", "unselected"]),
  /** Outputs that it gave, dynamic ones left out. */
  outputs: Schema.Array(Schema.String),
  /** Mapping keys that it gave, in their order, by dynamic output. */
  keys: Schema.optionalKey(Schema.Record(Schema.String, Schema.Array(Schema.String)))
})

/**
 * A step that a run does not execute, because an ancestor has, or because it was not selected.
 *
 * @since 0.1.0
 * @source Dagster KnownExecutionState
 */
export type KnownStep = typeof schema.Type

/** Schema of known steps. */
export const KnownStep = { schema }
