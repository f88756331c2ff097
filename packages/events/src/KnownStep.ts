import * as Schema from "effect/Schema"

const schema = Schema.Struct({
  stepKey: Schema.String,
  /** The run that executed the step, and whose IO managers store its outputs. */
  runId: Schema.String,
  /** `unselected`: the step was not executed, because it was not selected. The key of a mapped step is then the placeholder. */
  outcome: Schema.Literals(["success", "skipped", "unselected"]),
  /** The names of its outputs, without dynamic ones. */
  outputs: Schema.Array(Schema.String),
  /** The mapping keys of its dynamic outputs, in order. */
  keys: Schema.optionalKey(Schema.Record(Schema.String, Schema.Array(Schema.String)))
})

/**
 * A step that a run does not execute, because an ancestor of the run did, or because it was not selected.
 *
 * @since 0.1.0
 * @source Dagster KnownExecutionState
 */
export type KnownStep = typeof schema.Type

/** Schema of known steps. */
export const KnownStep = { schema }
