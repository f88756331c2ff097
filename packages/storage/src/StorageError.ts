import * as Schema from "effect/Schema"

/**
 * The store could not be reached, or refused an operation.
 *
 * @since 0.1.0
 */
export class StorageError extends Schema.TaggedError<StorageError>()("StorageError", {
  /** What was being done, in words that fit behind "Cannot": `append events`. */
  operation: Schema.String,
  /** The run it was done for, if it was for one. */
  runId: Schema.optionalKey(Schema.String),
  /** What to do about it, where something is known. */
  hint: Schema.optionalKey(Schema.String),
  cause: Schema.Defect()
}) {
  override get message(): string {
    const of = this.runId === undefined ? "" : ` of run "${this.runId}"`
    const why = this.cause instanceof Error ? `: ${this.cause.message}` : ""
    return `Cannot ${this.operation}${of}${why}${this.hint === undefined ? "" : `. ${this.hint}`}`
  }
}

/**
 * No run with this id is stored in the instance.
 *
 * @since 0.1.0
 */
export class RunNotFound extends Schema.TaggedError<RunNotFound>()("RunNotFound", { runId: Schema.String }) {
  override get message(): string {
    return `There is no run "${this.runId}" in this instance`
  }
}

/**
 * A run with this id is stored already.
 *
 * @since 0.1.0
 */
export class RunAlreadyExists extends Schema.TaggedError<RunAlreadyExists>()("RunAlreadyExists", {
  runId: Schema.String
}) {
  override get message(): string {
    return `A run "${this.runId}" is stored already: choose another run id`
  }
}
