import { ErrorInfo } from "@heddle/events/ErrorInfo"
import * as Schema from "effect/Schema"

/**
 * An IO manager failed to load an input; the cause is its error.
 *
 * @since 0.1.0
 * @source Dagster DagsterExecutionLoadInputError
 */
export class InputNotLoaded extends Schema.TaggedError<InputNotLoaded>()("InputNotLoaded", {
  stepKey: Schema.String,
  input: Schema.String,
  ioManager: Schema.String,
  cause: Schema.Defect()
}) {
  override get message(): string {
    return `IO manager "${this.ioManager}" did not load input "${this.input}" of step "${this.stepKey}": ${ErrorInfo.summary(ErrorInfo.fromUnknown(this.cause))}`
  }
}
