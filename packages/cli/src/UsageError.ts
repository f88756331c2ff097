import * as Data from "effect/Data"
import * as Result from "effect/Result"

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

  /**
   * Puts together what is wrong with the parts of a command, so that all of them can be looked at before it gives up.
   *
   * @param parts - what became of each part; failures that are no `UsageError` are left out
   * @returns one error with the problems of all; nothing when no part has any
   */
  static together(parts: ReadonlyArray<Result.Result<unknown, unknown>>): UsageError | undefined {
    const errors = parts.flatMap((part) =>
      Result.isFailure(part) && part.failure instanceof UsageError ? [part.failure] : []
    )
    if (errors.length <= 1) return errors[0]
    return new UsageError({
      problems: errors.flatMap((error) =>
        error.hint === undefined
          ? error.problems
          : [...error.problems.slice(0, -1), `${error.problems.at(-1)}\n    ${error.hint}`]
      ),
      cause: errors.find((error) => error.cause !== undefined)?.cause
    })
  }
}
