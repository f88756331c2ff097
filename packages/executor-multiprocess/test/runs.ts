/** The entry points of runs, with the multiprocess executor on offer. */
import {
  DefaultExecutors,
  executeJob as execute,
  executeLocated as executeAt,
  type ExecuteJobOptions
} from "@heddle/execution"
import { inProcessExecutor } from "@heddle/executor-in-process"
import { MultiprocessExecutor, type WorkerOptions } from "@heddle/executor-multiprocess"
import type { AnyJob } from "@heddle/definitions/Job"
import type { Reconstructable } from "@heddle/definitions/Reconstructable"
import { Effect } from "effect"

const offering = <A, E, R>(effect: Effect.Effect<A, E, R>, { grace, heartbeatTimeout }: WorkerOptions) => {
  const workers = {
    ...(grace === undefined ? {} : { grace }),
    ...(heartbeatTimeout === undefined ? {} : { heartbeatTimeout })
  }
  return Effect.provideService(effect, DefaultExecutors, [inProcessExecutor, MultiprocessExecutor.make(workers)])
}

export const executeJob = <J extends AnyJob, const Raise extends boolean = false>(
  pointer: Reconstructable<J>,
  options: ExecuteJobOptions & WorkerOptions & { readonly raiseOnError?: Raise }
) => offering(execute(pointer, options), options)

export const executeLocated = (
  job: Parameters<typeof executeAt>[0],
  location: Parameters<typeof executeAt>[1],
  options: ExecuteJobOptions & WorkerOptions
) => offering(executeAt(job, location, options), options)

export type RunOptions = ExecuteJobOptions & WorkerOptions
