import * as Schema from "effect/Schema"

const Problem = Schema.Struct({
  /** The clause as it was given. */
  clause: Schema.String,
  message: Schema.String
})

/** One clause that selects nothing that there is. */
export type SelectionProblem = typeof Problem.Type

const text = (subject: string, problems: ReadonlyArray<SelectionProblem>): string => {
  const line = ({ clause, message }: SelectionProblem) => `"${clause}": ${message}`
  if (problems.length === 1) return `Cannot select ${line(problems[0]!)} (${subject})`
  return [
    `Cannot select from ${subject}, for ${problems.length} reasons:`,
    ...problems.map((problem, i) => `  ${i + 1}. ${line(problem)}`)
  ].join("\n")
}

/**
 * A selection of ops that cannot be meant, with everything that is wrong with it; nothing has run.
 *
 * @since 0.1.0
 * @source Dagster DagsterInvalidSubsetError
 */
export class SelectionError extends Schema.TaggedError<SelectionError>()("SelectionError", {
  /** What was selected from: `job "etl"`. */
  subject: Schema.String,
  problems: Schema.Array(Problem)
}) {
  override get message(): string {
    return text(this.subject, this.problems)
  }
}

/**
 * A selection of steps that names some which the run does not have, with everything that is wrong with it; nothing has run.
 *
 * @since 0.1.0
 * @source Dagster DagsterExecutionStepNotFoundError
 */
export class StepNotFound extends Schema.TaggedError<StepNotFound>()("StepNotFound", {
  /** What was selected from: `the steps of run "…"`. */
  subject: Schema.String,
  problems: Schema.Array(Problem)
}) {
  override get message(): string {
    return text(this.subject, this.problems)
  }
}
