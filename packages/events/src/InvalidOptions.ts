import * as Schema from "effect/Schema"

/**
 * Options that are not valid, all of them at once.
 *
 * @since 0.1.0
 * @source Dagster check.CheckError, ParameterCheckError
 */
export class InvalidOptions extends Schema.TaggedError<InvalidOptions>()("InvalidOptions", {
  /** The function or class that was given the options, such as `RetryPolicy.make`. */
  target: Schema.String,
  problems: Schema.Array(
    Schema.Struct({
      option: Schema.String,
      /** The value that was given, as text. */
      value: Schema.String,
      /** What is allowed, such as `a whole number of at least 0`. */
      allowed: Schema.String
    })
  )
}) {
  override get message(): string {
    return this.problems
      .map(({ allowed, option, value }) => `${this.target}: option "${option}" must be ${allowed}, got ${value}`)
      .join("\n")
  }
}
