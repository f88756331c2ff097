import * as Schema from "effect/Schema"

const Problem = Schema.Struct({
  /** Where it is, from the outside in: `op "notify" › input "n"`; empty for the definition as a whole. */
  place: Schema.String,
  message: Schema.String
})

/** One mistake in a definition. */
export type DefinitionProblem = typeof Problem.Type

/**
 * A definition that cannot be meant, with everything that is wrong with it. It is thrown where the definition is made.
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
