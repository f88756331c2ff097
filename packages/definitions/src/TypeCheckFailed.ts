import { MetadataValue } from "@heddle/events/MetadataValue"
import * as Schema from "effect/Schema"

/**
 * A value that is not what its input or output declares.
 *
 * @since 0.1.0
 * @source Dagster DagsterTypeCheckDidNotPass
 */
export class TypeCheckFailed extends Schema.TaggedError<TypeCheckFailed>()("TypeCheckFailed", {
  /** What was checked: `output "rows" of step "load"`. */
  subject: Schema.String,
  description: Schema.String,
  /** What the type check said beside its description. */
  metadata: Schema.optionalKey(MetadataValue.record)
}) {
  override get message(): string {
    return `Type check of ${this.subject} did not pass: ${this.description}`
  }
}
