import * as Schema from "effect/Schema"

/**
 * Options that are not valid, with every problem.
 *
 * @since 0.1.0
 * @source Dagster check.CheckError, ParameterCheckError
 */
export class InvalidOptions extends Schema.TaggedError<InvalidOptions>()("InvalidOptions", {
  /** The function or class that was given the options, such as `RetryPolicy.make`. */
  target: Schema.String,
  problems: Schema.Array(
    Schema.Struct({
      /** The option, if the problem is its value. */
      option: Schema.optionalKey(Schema.String),
      /** What is wrong, such as `must be a whole number of at least 0, got -1`. */
      message: Schema.String
    })
  )
}) {
  override get message(): string {
    return this.problems
      .map(({ message, option }) => `${this.target}: ${option === undefined ? "" : `option "${option}" `}${message}`)
      .join("\n")
  }
}
