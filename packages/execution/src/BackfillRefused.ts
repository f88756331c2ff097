import * as Schema from "effect/Schema"

/**
 * A backfill that cannot be started or resumed. Nothing is recorded.
 *
 * @since 0.1.0
 */
export class BackfillRefused extends Schema.TaggedError<BackfillRefused>()("BackfillRefused", {
  backfillId: Schema.String,
  problem: Schema.String
}) {
  override get message(): string {
    return `Cannot run backfill "${this.backfillId}": ${this.problem}`
  }
}
