import * as Schema from "effect/Schema"

/**
 * Partitions, or a mapping between partitions, that are not valid, with every mistake in them. It is thrown where they are
 * defined.
 *
 * @since 0.1.0
 * @source Dagster DagsterInvalidDefinitionError
 */
export class InvalidPartitions extends Schema.TaggedError<InvalidPartitions>()("InvalidPartitions", {
  /** What was being defined: `Partitions.daily`. */
  subject: Schema.String,
  /** Each mistake, in a sentence. */
  problems: Schema.Array(Schema.String)
}) {
  override get message(): string {
    if (this.problems.length === 1) return `${this.subject}: ${this.problems[0]}`
    return [
      `${this.subject} has ${this.problems.length} mistakes:`,
      ...this.problems.map((problem, i) => `  ${i + 1}. ${problem}`)
    ].join("\n")
  }
}
