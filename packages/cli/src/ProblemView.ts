import type { RunConfigError } from "@heddle/config/RunConfigError"
import { ConfigProblem } from "@heddle/config/ConfigProblem"
import { ErrorInfo } from "@heddle/events/ErrorInfo"
import { ErrorView } from "./ErrorView.ts"
import { Paint } from "./Paint.ts"
import type { UsageError } from "./UsageError.ts"

/** Options for printing problems. */
export interface ProblemViewOptions {
  readonly paint?: Paint | undefined
  /** Also print the underlying error with its full stack trace. */
  readonly debug: boolean
}

const detail = (cause: unknown, { debug, paint }: ProblemViewOptions): ReadonlyArray<string> =>
  debug && cause !== undefined
    ? ["", ...ErrorView.lines(ErrorInfo.fromUnknown(cause), { paint, stack: "full" }).map((line) => `  ${line}`)]
    : []

/**
 * Prints the problems of a command.
 *
 * @since 0.1.0
 */
export const ProblemView = {
  /** Prints usage errors with a hint on how to fix them. */
  usage: (error: UsageError, options: ProblemViewOptions): ReadonlyArray<string> => {
    const paint = options.paint ?? Paint.plain
    const problems = error.problems.map((problem) => `${paint("red", "✗")} ${problem}`)
    return [
      ...problems,
      ...(error.hint === undefined ? [] : [`  ${paint("dim", "→")} ${error.hint}`]),
      ...detail(error.cause, options)
    ]
  },

  /**
   * Prints all problems of a run config, each with its location in a file.
   *
   * @param error - the problems
   * @param locate - location of a config path, such as `run.yaml:7:12`
   */
  runConfig: (
    error: RunConfigError,
    locate: (path: ConfigProblem["path"]) => string | undefined,
    options: ProblemViewOptions
  ): ReadonlyArray<string> => {
    const paint = options.paint ?? Paint.plain
    const n = error.problems.length
    return [
      `${paint("red", "✗")} Run config of job "${error.jobName}" has ${n} ${n === 1 ? "problem" : "problems"}:`,
      ...error.problems.flatMap((problem, i) => {
        const places = new Set(ConfigProblem.places(problem).flatMap((path) => locate(path) ?? []))
        return [
          `  ${i + 1}. ${ConfigProblem.describe(problem)}`,
          ...[...places].map((place) => paint("dim", `${" ".repeat(String(i + 1).length + 4)}at ${place}`))
        ]
      })
    ]
  },

  /** Prints an unexpected error. */
  unexpected: (cause: unknown, options: ProblemViewOptions): ReadonlyArray<string> => {
    const paint = options.paint ?? Paint.plain
    const stack = options.debug ? "full" : "short"
    return [
      `${paint("red", "✗")} The command failed with an unexpected error:`,
      ...ErrorView.lines(ErrorInfo.fromUnknown(cause), { paint, stack }).map((line) => `  ${line}`),
      ...(options.debug ? [] : [`  ${paint("dim", "→")} --log-level debug prints the full stack trace`])
    ]
  }
}
