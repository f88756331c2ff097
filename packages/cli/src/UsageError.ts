import * as Data from "effect/Data"
import * as Result from "effect/Result"

/**
 * The command was used incorrectly. It lists all problems, exits with code 2 and prints no stack trace.
 *
 * @since 0.1.0
 */
export class UsageError extends Data.TaggedError("UsageError")<{
  /** One or more problems, each a sentence or a few lines, without a leading mark. */
  readonly problems: ReadonlyArray<string>
  /** How to fix it, in one sentence. */
  readonly hint?: string | undefined
  /** The underlying error, for `--log-level debug`. */
  readonly cause?: unknown
}> {
  override get message(): string {
    return this.problems.join("\n")
  }

  /**
   * Combines the errors of several parts of a command, so that all problems are reported at once.
   *
   * @param parts - result of each part; failures other than `UsageError` are ignored
   * @returns one error with all problems; `undefined` if there are none
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
