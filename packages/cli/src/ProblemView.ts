import type { RunConfigError } from "@heddle/config/RunConfigError"
import { ConfigProblem } from "@heddle/config/ConfigProblem"
import { ErrorInfo } from "@heddle/events/ErrorInfo"
import { ErrorView } from "./ErrorView.ts"
import { Paint } from "./Paint.ts"
import type { UsageError } from "./UsageError.ts"

/** How problems are shown. */
export interface ProblemViewOptions {
  readonly paint?: Paint | undefined
  /** Shows what was thrown too, with its whole stack. */
  readonly debug: boolean
}

const detail = (cause: unknown, { debug, paint }: ProblemViewOptions): ReadonlyArray<string> =>
  debug && cause !== undefined
    ? ["", ...ErrorView.lines(ErrorInfo.fromUnknown(cause), { paint, stack: "full" }).map((line) => `  ${line}`)]
    : []

/**
 * What is wrong with a command, for people.
 *
 * @since 0.1.0
 */
export const ProblemView = {
  /** Shows what is wrong with the use of a command, and what to do about it. */
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
   * Shows everything that is wrong with a run config, each with its place in a file.
   *
   * @param error - the problems
   * @param locate - place of a path in a file, such as `run.yaml:7:12`
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

  /** Shows an error that nobody foresaw. */
  unexpected: (cause: unknown, options: ProblemViewOptions): ReadonlyArray<string> => {
    const paint = options.paint ?? Paint.plain
    const stack = options.debug ? "full" : "short"
    return [
      `${paint("red", "✗")} The command could not be done:`,
      ...ErrorView.lines(ErrorInfo.fromUnknown(cause), { paint, stack }).map((line) => `  ${line}`),
      ...(options.debug ? [] : [`  ${paint("dim", "→")} --log-level debug shows the whole stack`])
    ]
  }
}
