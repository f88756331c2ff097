import type { AnyJob } from "@heddle/definitions/Job"
import type { Reconstructable } from "@heddle/definitions/Reconstructable"
import type { ExecuteJob, ExecuteJobOptions } from "@heddle/execution/ExecuteJobOptions"
import { executeJob as execute } from "@heddle/execution/executeJob"
import { withDefaultExecutors } from "./executors.ts"

/**
 * Runs a reconstructable job in the instance that is provided. A job that names no executor runs in process, or in
 * worker processes if run config names the multiprocess executor. Use `DefaultExecutors` to offer other executors.
 *
 * @see `executeJob` of `@heddle/execution` for parameters, result and errors
 * @since 0.1.0
 * @source Dagster execute_job
 */
export const executeJob: ExecuteJob = ((pointer: Reconstructable<AnyJob>, options?: ExecuteJobOptions) =>
  withDefaultExecutors(execute(pointer, options))) as ExecuteJob
