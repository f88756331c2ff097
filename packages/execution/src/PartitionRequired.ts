import * as Schema from "effect/Schema"

/**
 * A run makes or checks an asset that is made by ranges of partitions, and is for no partition.
 *
 * @since 0.1.0
 */
export class PartitionRequired extends Schema.TaggedError<PartitionRequired>()("PartitionRequired", {
  jobName: Schema.String,
  /** Text key of the asset. */
  asset: Schema.String
}) {
  override get message(): string {
    return `A run of job "${this.jobName}" makes or checks asset "${this.asset}", which is made by ranges of partitions: say which partition, or which range of them`
  }
}
