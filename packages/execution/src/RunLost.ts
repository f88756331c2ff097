import * as Schema from "effect/Schema"

/**
 * The process of a run is gone and did not finish it.
 *
 * @since 0.1.0
 */
export class RunLost extends Schema.TaggedError<RunLost>()("RunLost", {
  runId: Schema.String,
  /** Why, in one sentence. */
  reason: Schema.String
}) {
  override get message(): string {
    return `Run "${this.runId}" is lost. ${this.reason} Cancel it to end it, or re-execute it from where it stopped`
  }
}
