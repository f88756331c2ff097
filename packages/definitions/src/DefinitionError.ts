import * as Schema from "effect/Schema"

const Problem = Schema.Struct({
  /** The place of the mistake, from the outside in: `op "notify" › input "n"`; empty for the definition as a whole. */
  place: Schema.String,
  message: Schema.String
})

/** One mistake in a definition. */
export type DefinitionProblem = typeof Problem.Type

/**
 * A definition that is not valid, with every mistake in it. It is thrown where the definition is created.
 *
 * @since 0.1.0
 * @source Dagster DagsterInvalidDefinitionError
 */
export class DefinitionError extends Schema.TaggedError<DefinitionError>()("DefinitionError", {
  /** What was being defined: `job "etl"`. */
  subject: Schema.String,
  problems: Schema.Array(Problem)
}) {
  override get message(): string {
    const line = ({ message, place }: DefinitionProblem) => (place === "" ? message : `${place}: ${message}`)
    if (this.problems.length === 1) return `${this.subject}: ${line(this.problems[0]!)}`
    return [
      `${this.subject} has ${this.problems.length} mistakes:`,
      ...this.problems.map((problem, i) => `  ${i + 1}. ${line(problem)}`)
    ].join("\n")
  }
}
