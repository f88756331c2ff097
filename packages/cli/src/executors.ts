import { ExecutorDefinition } from "@heddle/engine/executor/ExecutorDefinition"
import { multiprocessExecutor } from "@heddle/executor-multiprocess/MultiprocessExecutor"
import { inProcessExecutor } from "@heddle/executor-in-process/inProcessExecutor"

/** Executors for jobs that define none. */
export const EXECUTORS = ExecutorDefinition.oneOf(inProcessExecutor, multiprocessExecutor)
