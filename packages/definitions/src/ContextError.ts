import * as Schema from "effect/Schema"

/**
 * The context does not have the requested member in this run or step.
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
