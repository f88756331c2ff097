import { ErrorInfo } from "@heddle/events/ErrorInfo"
import * as Schema from "effect/Schema"

/**
 * A type check that threw instead of saying whether the value fits, with what it threw as the cause.
 *
 * @since 0.1.0
 * @source Dagster DagsterTypeCheckError
 */
export class TypeCheckRaised extends Schema.TaggedError<TypeCheckRaised>()("TypeCheckRaised", {
  /** What was checked: `output "rows" of step "load"`. */
  subject: Schema.String,
  cause: Schema.Defect()
}) {
  override get message(): string {
    return `The type check of ${this.subject} threw: ${ErrorInfo.summary(ErrorInfo.fromUnknown(this.cause))}`
  }
}
