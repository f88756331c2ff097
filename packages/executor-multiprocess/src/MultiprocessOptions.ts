import type { JobLocation } from "@heddle/engine/executor/JobLocation"
import type * as Duration from "effect/Duration"

/** Options of a pool of workers. */
export interface MultiprocessOptions {
  /** Where workers load the job from. */
  readonly location: JobLocation
  /** The folder for values of outputs that name no IO manager. */
  readonly values: string
  /** The maximum number of workers, and so of steps that run at once: an integer ≥ 1. */
  readonly maxConcurrent: number
  /**
   * Whether a process runs many steps, one after another (`worker`), or a single attempt with its own resources (`step`).
   *
   * @default "worker"
   */
  readonly isolation?: Isolation | undefined
  /**
   * How long a body may take to stop when asked, before its process is killed.
   *
   * @default "5 seconds"
   */
  readonly grace?: Duration.Input
  /**
   * How long a worker may not answer before it is killed. A worker answers even while a body blocks its event loop, but not if
   * the process is stopped.
   *
   * @default "60 seconds"
   */
  readonly heartbeatTimeout?: Duration.Input
}

/** How many attempts a worker process runs. */
export type Isolation = "worker" | "step"

/** How a multiprocess executor treats its worker processes. */
export type WorkerOptions = Pick<MultiprocessOptions, "grace" | "heartbeatTimeout">
