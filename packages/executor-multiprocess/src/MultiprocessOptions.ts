import type { JobLocation } from "@heddle/engine/executor/JobLocation"
import type * as Duration from "effect/Duration"

/** What a multiprocess executor is made of. */
export interface MultiprocessOptions {
  /** Where workers load the job from. */
  readonly location: JobLocation
  /** The folder for values of outputs that name no IO manager. */
  readonly values: string
  /** How many workers there may be, and so how many steps may run at once: an integer ≥ 1. */
  readonly maxConcurrent: number
  /**
   * What a process is used for: with `worker` it runs one step after another, with `step` it runs one attempt of one step,
   * with resources of its own.
   *
   * @default "worker"
   */
  readonly isolation?: Isolation | undefined
  /**
   * How long a body may take to end when it is asked to, before its process is killed.
   *
   * @default "5 seconds"
   */
  readonly grace?: Duration.Input
  /**
   * How long a worker may be silent before it is killed. A worker whose body blocks the event loop is not silent; a stopped
   * process is.
   *
   * @default "60 seconds"
   */
  readonly heartbeatTimeout?: Duration.Input
}

/** What a worker process is for. */
export type Isolation = "worker" | "step"

/** How a multiprocess executor treats its worker processes. */
export type WorkerOptions = Pick<MultiprocessOptions, "grace" | "heartbeatTimeout">
