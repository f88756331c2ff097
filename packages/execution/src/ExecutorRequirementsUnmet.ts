import * as Schema from "effect/Schema"

/**
 * The executor cannot run the job because of where the job, its services or the instance are.
 *
 * @since 0.1.0
 * @source Dagster DagsterUnmetExecutorRequirementsError
 */
export class ExecutorRequirementsUnmet extends Schema.TaggedError<ExecutorRequirementsUnmet>()(
  "ExecutorRequirementsUnmet",
  {
    jobName: Schema.String,
    executor: Schema.String,
    /** Every requirement that is not met, and how to meet it. */
    problems: Schema.Array(Schema.String)
  }
) {
  override get message(): string {
    return [
      `Executor "${this.executor}" cannot run job "${this.jobName}":`,
      ...this.problems.map((problem, i) => `  ${i + 1}. ${problem}`)
    ].join("\n")
  }
}
