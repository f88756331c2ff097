import { executeJob as execute } from "@heddle/execution/executeJob"
import { withDefaultExecutors } from "./executors.ts"

/**
 * Runs a reconstructable job in the instance that is provided. Jobs that name no executor offer the in-process one and,
 * where run config names it, the multiprocess one; `DefaultExecutors` offers others.
 *
 * @see `executeJob` of `@heddle/execution` for parameters, result and errors
 * @since 0.1.0
 * @source Dagster execute_job
 */
export const executeJob: typeof execute = (pointer, options) => withDefaultExecutors(execute(pointer, options))
