import * as Data from "effect/Data"

/**
 * The command was not used as it can be, with everything that is wrong: it exits with code 2 and shows no stack.
 *
 * @since 0.1.0
 */
export class UsageError extends Data.TaggedError("UsageError")<{
  /** One problem or more, each a sentence or a few lines, without a mark in front. */
  readonly problems: ReadonlyArray<string>
  /** What to do about it, in a sentence. */
  readonly hint?: string | undefined
  /** What was thrown, for `--log-level debug`. */
  readonly cause?: unknown
}> {
  override get message(): string {
    return this.problems.join("\n")
  }
}
