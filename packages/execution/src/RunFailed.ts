import { ErrorInfo } from "@heddle/events/ErrorInfo"
import { RunFailureReason } from "@heddle/events/RunEvent"
import * as Schema from "effect/Schema"

/**
 * A run that did not succeed, and not by an error of a body or of a resource: it was cancelled or interrupted, or its
 * executor could not start. A call fails with it where `raiseOnError` asks for that.
 *
 * @since 0.1.0
 */
export class RunFailed extends Schema.TaggedError<RunFailed>()("RunFailed", {
  runId: Schema.String,
  reason: Schema.Union([RunFailureReason, Schema.Literal("CANCELED")]),
  error: Schema.optionalKey(ErrorInfo.schema)
}) {
  override get message(): string {
    const why = this.error === undefined ? "" : `: ${ErrorInfo.summary(this.error)}`
    return this.reason === "CANCELED"
      ? `Run "${this.runId}" was cancelled`
      : `Run "${this.runId}" failed (${this.reason})${why}`
  }
}
