import * as Schema from "effect/Schema"

/**
 * A value could not be written to its file, or read from it.
 *
 * @since 0.1.0
 */
export class FileIOError extends Schema.TaggedError<FileIOError>()("FileIOError", {
  /** The operation, as the end of a sentence that starts with "Cannot". */
  operation: Schema.String,
  path: Schema.String,
  hint: Schema.optionalKey(Schema.String),
  cause: Schema.Defect()
}) {
  override get message(): string {
    const why =
      this.cause instanceof Error ? `: ${this.cause.message}` : typeof this.cause === "string" ? `: ${this.cause}` : ""
    return `Cannot ${this.operation} in "${this.path}"${why}${this.hint === undefined ? "" : `. ${this.hint}`}`
  }
}
