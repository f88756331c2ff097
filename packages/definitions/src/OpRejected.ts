import { ErrorInfo } from "@heddle/events/ErrorInfo"
import * as Schema from "effect/Schema"

/**
 * A promise body's rejection, with what was thrown as its cause.
 *
 * @since 0.1.0
 */
export class OpRejected extends Schema.TaggedError<OpRejected>()("OpRejected", {
  stepKey: Schema.String,
  cause: Schema.Defect()
}) {
  override get message(): string {
    return `The promise of step "${this.stepKey}" was rejected: ${ErrorInfo.summary(ErrorInfo.fromUnknown(this.cause))}`
  }
}
