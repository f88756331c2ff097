import * as Schema from "effect/Schema"

/**
 * The key of a partition was given for a job that has no partitions.
 *
 * @since 0.1.0
 */
export class JobNotPartitioned extends Schema.TaggedError<JobNotPartitioned>()("JobNotPartitioned", {
  jobName: Schema.String,
  key: Schema.String
}) {
  override get message(): string {
    return `Job "${this.jobName}" has no partitions, so it cannot run for partition "${this.key}": leave out partitionKey, or give the job or its assets partitions`
  }
}
