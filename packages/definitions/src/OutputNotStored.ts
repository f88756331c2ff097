import { ErrorInfo } from "@heddle/events/ErrorInfo"
import * as Schema from "effect/Schema"

/**
 * An IO manager that failed to store an output, with what it failed with as the cause.
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
