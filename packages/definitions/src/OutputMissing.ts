import * as Schema from "effect/Schema"

/**
 * A body ended without returning a required output.
 *
 * @since 0.1.0
 * @source Dagster DagsterStepOutputNotFoundError
 */
export class OutputMissing extends Schema.TaggedError<OutputMissing>()("OutputMissing", {
  stepKey: Schema.String,
  output: Schema.String
}) {
  override get message(): string {
    return `Output "${this.output}" of step "${this.stepKey}": the body did not return it; declare it with Out.optional if it is optional`
  }
}
