import * as Schema from "effect/Schema"

/**
 * A feature that type-checks, but that this version does not support yet.
 *
 * @since 0.1.0
 */
export class NotBuilt extends Schema.TaggedError<NotBuilt>()("NotBuilt", {
  /** The unsupported feature: `hooks`. */
  feature: Schema.String,
  /** Where it is used: `op "notify"`. */
  place: Schema.String
}) {
  override get message(): string {
    return `${this.place} uses ${this.feature}, which this version does not support yet`
  }
}
