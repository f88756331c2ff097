import * as Schema from "effect/Schema"

/**
 * A body returned outputs that its op does not declare in this form: an output given twice, an undeclared one, an
 * invalid mapping key. For a missing output, see `OutputMissing`.
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
