import * as Schema from "effect/Schema"

/**
 * A body that gives outputs in a way that its op does not declare: a required one left out, one given twice, one that
 * is not declared, a mapping key that is none.
 *
 * @since 0.1.0
 * @source Dagster DagsterStepOutputNotFoundError, DagsterInvariantViolationError
 */
export class OutputError extends Schema.TaggedError<OutputError>()("OutputError", {
  stepKey: Schema.String,
  output: Schema.String,
  problem: Schema.String
}) {
  override get message(): string {
    return `Output "${this.output}" of step "${this.stepKey}": ${this.problem}`
  }
}
