import * as Schema from "effect/Schema"

/**
 * A backfill that cannot be started or resumed. Nothing is recorded.
 *
 * @since 0.1.0
 */
export class BackfillRefused extends Schema.TaggedError<BackfillRefused>()("BackfillRefused", {
  /** Its id, if it has one. */
  backfillId: Schema.optionalKey(Schema.String),
  problem: Schema.String
}) {
  override get message(): string {
    const name = this.backfillId === undefined ? "the backfill" : `backfill "${this.backfillId}"`
    return `Cannot run ${name}: ${this.problem}`
  }
}
