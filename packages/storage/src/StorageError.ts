import * as Schema from "effect/Schema"

/**
 * The store could not be reached, or an operation failed.
 *
 * @since 0.1.0
 */
export class StorageError extends Schema.TaggedError<StorageError>()("StorageError", {
  /** The operation, as the end of a sentence that starts with "Cannot": `append events`. */
  operation: Schema.String,
  /** The run that the operation was for, if any. */
  runId: Schema.optionalKey(Schema.String),
  /** What to do about it, if that is known. */
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
 * An event that cannot be stored, such as one with a number that JSON does not have. No event of its batch is stored.
 *
 * @since 0.1.0
 */
export class InvalidEvent extends Schema.TaggedError<InvalidEvent>()("InvalidEvent", {
  runId: Schema.String,
  eventId: Schema.String,
  /** What is wrong with the event. */
  problem: Schema.String
}) {
  override get message(): string {
    return `Event "${this.eventId}" of run "${this.runId}" cannot be stored: ${this.problem}`
  }
}

/**
 * The instance has no run with this id.
 *
 * @since 0.1.0
 */
export class RunNotFound extends Schema.TaggedError<RunNotFound>()("RunNotFound", { runId: Schema.String }) {
  override get message(): string {
    return `There is no run "${this.runId}" in this instance`
  }
}

/**
 * The instance already has a run with this id.
 *
 * @since 0.1.0
 */
export class RunAlreadyExists extends Schema.TaggedError<RunAlreadyExists>()("RunAlreadyExists", {
  runId: Schema.String
}) {
  override get message(): string {
    return `Run "${this.runId}" already exists: choose another run id`
  }
}

/**
 * Another process executes the run, as far as is known.
 *
 * @since 0.1.0
 */
export class RunHeld extends Schema.TaggedError<RunHeld>()("RunHeld", {
  runId: Schema.String,
  pid: Schema.Int,
  host: Schema.String,
  /** When its lease expires, in milliseconds since the epoch. */
  until: Schema.Finite
}) {
  override get message(): string {
    return (
      `Process ${this.pid} on ${this.host} holds run "${this.runId}" with a lease until ` +
      `${new Date(this.until).toISOString()}: cancel the run, or wait until then if that process is gone`
    )
  }
}

/**
 * Another process has taken over the run, because this one did not renew its lease in time. Nothing more that this process does
 * is recorded.
 *
 * @since 0.1.0
 */
export class RunTakenOver extends Schema.TaggedError<RunTakenOver>()("RunTakenOver", { runId: Schema.String }) {
  override get message(): string {
    return (
      `Run "${this.runId}" was taken over by another process, because this one did not renew its lease in time: it was ` +
      `suspended or too busy. Nothing that it did since then is recorded`
    )
  }
}
