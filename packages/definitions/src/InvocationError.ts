import * as Schema from "effect/Schema"

/**
 * A direct invocation that is not valid, such as one with a missing or an unknown input.
 *
 * @since 0.1.0
 * @source Dagster DagsterInvalidInvocationError
 */
export class InvocationError extends Schema.TaggedError<InvocationError>()("InvocationError", {
  op: Schema.String,
  problems: Schema.Array(Schema.String)
}) {
  override get message(): string {
    return `Op "${this.op}" cannot be invoked:\n${this.problems.map((problem) => `  ${problem}`).join("\n")}`
  }
}
