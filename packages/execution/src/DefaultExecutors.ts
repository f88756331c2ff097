import type { ExecutorChoice } from "@heddle/engine/executor/ExecutorDefinition"
import { inProcessExecutor } from "@heddle/executor-in-process/inProcessExecutor"
import * as Context from "effect/Context"

/**
 * The executors of jobs that name none; run config chooses one of them by its name, and the first one runs where it
 * chooses none. By default only the in-process executor: a program that installs others offers them with
 * `Effect.provideService(DefaultExecutors, multiOrInProcessExecutor)`.
 *
 * @since 0.1.0
 * @source Dagster Definitions(executor=…)
 */
export const DefaultExecutors: Context.Reference<ExecutorChoice> = Context.Reference(
  "@heddle/execution/DefaultExecutors",
  { defaultValue: (): ExecutorChoice => [inProcessExecutor] }
)
