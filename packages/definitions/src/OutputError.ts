import * as Schema from "effect/Schema"

/**
 * A body that gives outputs in a way that its op does not declare: one given twice, one that is not declared, a mapping
 * key that is none. One that is left out is `OutputMissing`.
 *
 * @since 0.1.0
 * @source Dagster DagsterInvariantViolationError
 */
export class OutputError extends Schema.TaggedError<OutputError>()("OutputError", {
  stepKey: Schema.String,
  output: Schema.String,
  problem: Schema.String
}) {
  override get message(): string {
    const place = this.output === "" ? "The outputs" : `Output "${this.output}"`
    return `${place} of step "${this.stepKey}": ${this.problem}`
  }
}
