import { RunStatus } from "@heddle/events/RunStatus"
import * as Schema from "effect/Schema"

/**
 * The run has ended and can no longer be cancelled.
 *
 * @since 0.1.0
 */
export class RunAlreadyEnded extends Schema.TaggedError<RunAlreadyEnded>()("RunAlreadyEnded", {
  runId: Schema.String,
  status: RunStatus.schema
}) {
  override get message(): string {
    return `Run "${this.runId}" has already ended with status ${this.status}`
  }
}
