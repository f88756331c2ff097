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
  /** Makes the rejection of anything; of what cannot be looked at, the cause is an error with what can be read of it. */
  static readonly from = (stepKey: string, cause: unknown): OpRejected => {
    try {
      return new OpRejected({ stepKey, cause })
    } catch {
      return new OpRejected({ stepKey, cause: new Error(ErrorInfo.summary(ErrorInfo.fromUnknown(cause))) })
    }
  }

  override get message(): string {
    return `The promise of step "${this.stepKey}" was rejected: ${ErrorInfo.summary(ErrorInfo.fromUnknown(this.cause))}`
  }
}
