import { ErrorInfo } from "@heddle/events/ErrorInfo"
import * as Schema from "effect/Schema"

/**
 * An IO manager failed to store an output; the cause is its error.
 *
 * @since 0.1.0
 * @source Dagster DagsterExecutionHandleOutputError
 */
export class OutputNotStored extends Schema.TaggedError<OutputNotStored>()("OutputNotStored", {
  stepKey: Schema.String,
  output: Schema.String,
  ioManager: Schema.String,
  cause: Schema.Defect()
}) {
  override get message(): string {
    return `IO manager "${this.ioManager}" did not store output "${this.output}" of step "${this.stepKey}": ${ErrorInfo.summary(ErrorInfo.fromUnknown(this.cause))}`
  }
}
