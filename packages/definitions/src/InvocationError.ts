import * as Schema from "effect/Schema"

/**
 * A direct invocation that cannot work: an input that is missing, or one that the op does not have.
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
