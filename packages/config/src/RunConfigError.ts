import * as Schema from "effect/Schema"
import { ConfigProblem } from "./ConfigProblem.ts"

/**
 * Run config that is not valid for a job, with every problem.
 *
 * @since 0.1.0
 * @source Dagster DagsterInvalidConfigError
 */
export class RunConfigError extends Schema.TaggedError<RunConfigError>()("RunConfigError", {
  jobName: Schema.String,
  problems: Schema.Array(ConfigProblem.schema)
}) {
  override get message(): string {
    const n = this.problems.length
    return [
      `Run config of job "${this.jobName}" has ${n} ${n === 1 ? "problem" : "problems"}:`,
      ...this.problems.map((problem, i) => `  ${i + 1}. ${ConfigProblem.describe(problem)}`)
    ].join("\n")
  }
}
