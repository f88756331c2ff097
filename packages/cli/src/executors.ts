import { ExecutorDefinition } from "@heddle/engine/executor/ExecutorDefinition"
import { multiprocessExecutor } from "@heddle/executor-multiprocess/MultiprocessExecutor"
import { inProcessExecutor } from "@heddle/executor-in-process/inProcessExecutor"

/** The executors of jobs that name none. */
export const EXECUTORS = ExecutorDefinition.oneOf(inProcessExecutor, multiprocessExecutor)
