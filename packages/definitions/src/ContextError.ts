import * as Schema from "effect/Schema"

/**
 * A context that was asked for something that this run or this step does not have.
 *
 * @since 0.1.0
 * @source Dagster DagsterInvariantViolationError, DagsterInvalidPropertyError
 */
export class ContextError extends Schema.TaggedError<ContextError>()("ContextError", {
  /** What was asked for: `partitionKey`. */
  member: Schema.String,
  problem: Schema.String
}) {
  override get message(): string {
    return `The context has no ${this.member} here: ${this.problem}`
  }
}
