import * as Schema from "effect/Schema"

/**
 * A range of keys whose end comes before its start.
 *
 * @since 0.1.0
 */
export class InvalidPartitionKeyRange extends Schema.TaggedError<InvalidPartitionKeyRange>()(
  "InvalidPartitionKeyRange",
  {
    from: Schema.String,
    to: Schema.String,
    /** The dimension in which it is so, if there are several. */
    dimension: Schema.optionalKey(Schema.String)
  }
) {
  override get message(): string {
    const where = this.dimension === undefined ? "" : ` in dimension "${this.dimension}"`
    return `The range from "${this.from}" to "${this.to}" ends before it starts${where}: swap the two keys`
  }
}
