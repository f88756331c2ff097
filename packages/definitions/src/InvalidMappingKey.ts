import * as Schema from "effect/Schema"

/**
 * A mapping key of a dynamic output that is not a valid name.
 *
 * @since 0.1.0
 * @source Dagster DagsterInvalidDefinitionError of DynamicOutput
 */
export class InvalidMappingKey extends Schema.TaggedError<InvalidMappingKey>()("InvalidMappingKey", {
  stepKey: Schema.String,
  output: Schema.String,
  key: Schema.String
}) {
  override get message(): string {
    return `Output "${this.output}" of step "${this.stepKey}": mapping key "${this.key}" is not valid: use letters, digits and underscores`
  }
}
