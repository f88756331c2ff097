import { ErrorInfo } from "@heddle/events/ErrorInfo"
import * as Schema from "effect/Schema"

/**
 * A resource that did not start, and why.
 *
 * @since 0.1.0
 * @source Dagster DagsterResourceFunctionError
 */
export class ResourceFailed extends Schema.TaggedError<ResourceFailed>()("ResourceFailed", {
  resource: Schema.String,
  /** What its layer failed with, as events hold it. */
  error: ErrorInfo.schema,
  /** The same as it was thrown, in the process where it was. */
  cause: Schema.optionalKey(Schema.Defect())
}) {
  override get message(): string {
    return `Resource "${this.resource}" failed to start: ${ErrorInfo.summary(this.error)}`
  }

  /** Makes the failure of a resource whose layer failed with something. */
  static readonly from = (resource: string, cause: unknown): ResourceFailed => {
    const said = { resource, error: ErrorInfo.fromUnknown(cause) }
    try {
      return new ResourceFailed({ ...said, cause })
    } catch {
      // The schema looks at the cause, which may not be readable; what could be read stands in the error.
      return new ResourceFailed(said)
    }
  }
}
