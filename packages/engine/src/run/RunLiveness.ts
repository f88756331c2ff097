import { RunStatus } from "@heddle/events/RunStatus"
import { RunLease } from "@heddle/storage/RunLease"
import type { Run } from "@heddle/storage/RunRecord"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { ProcessIdentity } from "./ProcessIdentity.ts"
import { ProcessState } from "./ProcessState.ts"

/** A run's status as it can be known from here: `LOST` is a run whose process is gone without an end. */
export type LivingStatus = RunStatus | "LOST"

/** The facts that a run records about its process. */
export type Carried = Pick<Run, "status" | "lease">

/** From where a run is looked at. */
export interface Viewpoint {
  /** This process, which is alive. */
  readonly pid?: number
  readonly host: string
  /** Milliseconds since the epoch. */
  readonly now: number
  /** How the state of a process of this machine is read; by default from the system. */
  readonly look?: (pid: number) => ProcessState
}

/** A process may seem younger than it is: the system counts from a boot time in whole seconds. */
const TOLERANCE_MILLIS = 2000

/** Tells whether the process that holds a lease is known to be gone, whatever the lease says. */
const isGone = ({ host, pid, since }: RunLease, from: Viewpoint): boolean => {
  if (host !== from.host || pid === from.pid) return false
  const state = (from.look ?? ProcessState.ofPid)(pid)
  // A process that is younger than the lease has only inherited the number.
  return state._tag === "Gone" || (state.startedAt !== undefined && state.startedAt > since + TOLERANCE_MILLIS)
}

const status = ({ lease, status }: Carried, from: Viewpoint): LivingStatus =>
  !RunStatus.isFinished(status) && lease !== undefined && (RunLease.isLapsed(lease, from.now) || isGone(lease, from))
    ? "LOST"
    : status

const viewpoint: Effect.Effect<Viewpoint> = Effect.zipWith(ProcessIdentity, Clock.currentTimeMillis, (self, now) => ({
  ...self,
  now
}))

/**
 * Tells active runs from runs whose process is gone: its lease has expired, or it ran on this machine and no
 * longer exists.
 *
 * @since 0.1.0
 */
export const RunLiveness = {
  isGone,

  /**
   * The status of a run with a look at its lease and its process. A run that no process has taken yet has the status of
   * its events.
   *
   * @param run - status and lease of the run
   * @param from - this machine, and the time
   */
  status,

  /** From here and now. */
  viewpoint,

  /** The status of a run, looked at from here and now. */
  now: (run: Carried): Effect.Effect<LivingStatus> => Effect.map(viewpoint, (from) => status(run, from))
}
