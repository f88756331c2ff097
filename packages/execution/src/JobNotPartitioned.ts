import * as Schema from "effect/Schema"

/**
 * A partition was given for a job that has no partitions.
 *
 * @since 0.1.0
 */
export class JobNotPartitioned extends Schema.TaggedError<JobNotPartitioned>()("JobNotPartitioned", {
  jobName: Schema.String,
  key: Schema.String
}) {
  override get message(): string {
    return `Job "${this.jobName}" has no partitions, so it cannot run for "${this.key}": leave out the partition, or give the job or its assets partitions`
  }
}
