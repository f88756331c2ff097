import { ErrorInfo } from "@heddle/events/ErrorInfo"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { ExitCode } from "./ExitCode.ts"

/** What was thrown where nobody catches it, with words before it that say so. */
const stray = (said: string, thrown: unknown): ErrorInfo => {
  const error = ErrorInfo.fromUnknown(thrown)
  return { name: error.name, message: `${said}: ${ErrorInfo.summary(error)}`, cause: error }
}

/**
 * What ends the process of a run, or leaves it in a state that nobody knows, beside the run itself.
 *
 * @since 0.1.0
 */
export const ProcessEnd = {
  /**
   * Watches this process for as long as the scope lasts: an exception that nobody caught, a rejection that nobody handled,
   * and an exit that a step asked for, whose exit code is then at least 1.
   *
   * @param ended - hears of it at once; what it does at an exit must not wait
   */
  watch: (ended: (error: ErrorInfo) => void): Effect.Effect<void, never, Scope.Scope> =>
    Effect.asVoid(
      Effect.acquireRelease(
        Effect.sync(() => {
          const exception = (error: unknown) => ended(stray("An exception was thrown outside of any step", error))
          const rejection = (error: unknown) => ended(stray("A promise was rejected and nothing handled it", error))
          const exit = (code: number) => {
            ended({
              name: "ProcessExit",
              message: `The process ended with exit code ${code} before the run did: a step called process.exit, or a module that it uses`
            })
            if (code === ExitCode.success) process.exitCode = ExitCode.failure
          }
          process.on("uncaughtException", exception).on("unhandledRejection", rejection).on("exit", exit)
          return { exception, rejection, exit }
        }),
        ({ exception, exit, rejection }) =>
          Effect.sync(() => {
            process.off("uncaughtException", exception).off("unhandledRejection", rejection).off("exit", exit)
          })
      )
    )
}
