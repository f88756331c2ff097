import { type ExecutorChoice, ExecutorDefinition } from "@heddle/engine/executor/ExecutorDefinition"
import { multiprocessExecutor } from "@heddle/executor-multiprocess/MultiprocessExecutor"
import { inProcessExecutor } from "@heddle/executor-in-process/inProcessExecutor"

/**
 * The in-process executor, or the multiprocess one where run config names it: what jobs that name no executor offer.
 *
 * @since 0.1.0
 * @source Dagster multi_or_in_process_executor
 */
export const multiOrInProcessExecutor: ExecutorChoice = ExecutorDefinition.oneOf(
  inProcessExecutor,
  multiprocessExecutor
)
