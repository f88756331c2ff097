import { ErrorInfo } from "@heddle/events/ErrorInfo"
import * as Schema from "effect/Schema"

/**
 * A type loader failed to load an input from run config; the cause is its error.
 *
 * @since 0.1.0
 * @source Dagster DagsterTypeLoadingError
 */
export class InputNotRead extends Schema.TaggedError<InputNotRead>()("InputNotRead", {
  stepKey: Schema.String,
  input: Schema.String,
  cause: Schema.Defect()
}) {
  override get message(): string {
    return `The type of input "${this.input}" of step "${this.stepKey}" could not be loaded from run config: ${ErrorInfo.summary(ErrorInfo.fromUnknown(this.cause))}`
  }
}
