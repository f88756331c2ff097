import { ErrorInfo } from "@heddle/events/ErrorInfo"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { ExitCode } from "./ExitCode.ts"

/** An error that nothing caught, with a message that says so. */
const stray = (said: string, thrown: unknown): ErrorInfo => {
  const error = ErrorInfo.fromUnknown(thrown)
  return { name: error.name, message: `${said}: ${ErrorInfo.summary(error)}`, cause: error }
}

/**
 * Detects uncaught errors and exits in the process that hosts a run.
 *
 * @since 0.1.0
 */
export const ProcessEnd = {
  /**
   * Watches this process while the scope is open for uncaught exceptions, unhandled rejections and early exits. An early
   * exit with code 0 becomes exit code 1.
   *
   * @param ended - called at once; must be synchronous, because the process may be exiting
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
              message: `The process exited with code ${code} before the run finished: a step, or a module that it uses, called process.exit`
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
