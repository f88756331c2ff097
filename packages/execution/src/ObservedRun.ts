import { type LivingStatus, RunLiveness, type Viewpoint } from "@heddle/engine/run/RunLiveness"
import type { Run } from "@heddle/storage/RunRecord"

/**
 * A run as it is seen from this process: its record, and its status with a look at the process that carries it.
 *
 * @since 0.1.0
 */
export interface ObservedRun extends Omit<Run, "status"> {
  /** The status that its events tell, or `LOST` when its process is gone and did not finish it. */
  readonly status: LivingStatus
}

/** Makes observed runs. */
export const ObservedRun = {
  /**
   * Looks at a run.
   *
   * @param run - the run as it is stored
   * @param from - this machine, and the time
   */
  of: (run: Run, from: Viewpoint): ObservedRun => ({ ...run, status: RunLiveness.status(run, from) })
}
