import { ExecutorDefinition } from "@heddle/engine/executor/ExecutorDefinition"
import { DefaultExecutors } from "@heddle/execution/DefaultExecutors"
import { multiprocessExecutor } from "@heddle/executor-multiprocess/MultiprocessExecutor"
import { inProcessExecutor } from "@heddle/executor-in-process/inProcessExecutor"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

/**
 * The in-process executor, or the multiprocess one where run config names it: what jobs that name no executor offer.
 *
 * @since 0.1.0
 * @source Dagster multi_or_in_process_executor
 */
export const multiOrInProcessExecutor = ExecutorDefinition.oneOf(inProcessExecutor, multiprocessExecutor)

/** Offers the executors above where nothing else is provided. */
export const withDefaultExecutors = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.updateContext(effect, (context: Context.Context<R>) =>
    context.mapUnsafe.has(DefaultExecutors.key)
      ? context
      : Context.add(context, DefaultExecutors, multiOrInProcessExecutor)
  )
