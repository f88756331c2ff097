import * as Schema from "effect/Schema"

/**
 * Something that can be written and type-checks, and that this version does not run yet.
 *
 * @since 0.1.0
 */
export class NotBuilt extends Schema.TaggedError<NotBuilt>()("NotBuilt", {
  /** What is not built: `hooks`. */
  feature: Schema.String,
  /** Where it is used: `op "notify"`. */
  place: Schema.String
}) {
  override get message(): string {
    return `${this.place} uses ${this.feature}, which this version does not support yet`
  }
}
