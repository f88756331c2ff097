/** The entry points of runs, with the multiprocess executor on offer. */
import {
  DefaultExecutors,
  executeJob as execute,
  executeLocated as executeAt,
  type ExecuteJobError,
  type ExecuteJobOptions,
  type JobExecutionResult,
  type JobRaised
} from "@heddle/execution"
import { inProcessExecutor } from "@heddle/executor-in-process"
import { MultiprocessExecutor, type WorkerOptions } from "@heddle/executor-multiprocess"
import type { AnyJob } from "@heddle/definitions/Job"
import type { Reconstructable } from "@heddle/definitions/Reconstructable"
import type { Instance } from "@heddle/storage"
import { Effect } from "effect"

/** Splits the options of workers from those of the call. */
const split = <O extends WorkerOptions>({ grace, heartbeatTimeout, ...call }: O) => ({
  call,
  workers: {
    ...(grace === undefined ? {} : { grace }),
    ...(heartbeatTimeout === undefined ? {} : { heartbeatTimeout })
  }
})

const offering = <A, E, R>(effect: Effect.Effect<A, E, R>, workers: WorkerOptions) =>
  Effect.provideService(effect, DefaultExecutors, [inProcessExecutor, MultiprocessExecutor.make(workers)])

export const executeJob: {
  <J extends AnyJob, const Raise extends boolean = false>(
    pointer: Reconstructable<J>,
    options: ExecuteJobOptions & WorkerOptions & { readonly raiseOnError?: Raise }
  ): Effect.Effect<JobExecutionResult, ExecuteJobError | JobRaised<J, Raise>, Instance>
} = (pointer: Reconstructable<AnyJob>, options: ExecuteJobOptions & WorkerOptions) => {
  const { call, workers } = split(options)
  return offering(execute(pointer, call), workers)
}

export const executeLocated = (
  job: Parameters<typeof executeAt>[0],
  location: Parameters<typeof executeAt>[1],
  options: ExecuteJobOptions & WorkerOptions
) => {
  const { call, workers } = split(options)
  return offering(executeAt(job, location, call), workers)
}

export type RunOptions = ExecuteJobOptions & WorkerOptions
