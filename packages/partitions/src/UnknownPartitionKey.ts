import * as Schema from "effect/Schema"

const Problem = Schema.Struct({
  /** The key as it was given. */
  key: Schema.String,
  /** Why it is none, in a sentence. */
  reason: Schema.String,
  /** The key that was probably meant, or the one that lies nearest. */
  nearest: Schema.optionalKey(Schema.String)
})

/** One key that is not a partition. */
export type UnknownKeyProblem = typeof Problem.Type

/**
 * Keys that are not partitions at the given moment, each with the reason.
 *
 * @since 0.1.0
 * @source Dagster DagsterUnknownPartitionError
 */
export class UnknownPartitionKey extends Schema.TaggedError<UnknownPartitionKey>()("UnknownPartitionKey", {
  /** The partitions in a few words. */
  partitions: Schema.String,
  problems: Schema.Array(Problem)
}) {
  override get message(): string {
    const line = ({ key, nearest, reason }: UnknownKeyProblem) =>
      `"${key}" ${reason}${nearest === undefined ? "" : `; did you mean "${nearest}"?`}`
    if (this.problems.length === 1)
      return `Unknown partition: ${line(this.problems[0]!)} (partitions: ${this.partitions})`
    return [
      `${this.problems.length} unknown partitions (partitions: ${this.partitions}):`,
      ...this.problems.map((problem) => `  ${line(problem)}`)
    ].join("\n")
  }
}
