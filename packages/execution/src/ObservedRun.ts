import { type LivingStatus, RunLiveness, type Viewpoint } from "@heddle/engine/run/RunLiveness"
import type { Run } from "@heddle/storage/RunRecord"

/**
 * A run as this process sees it: its record, and a status that also considers whether its process is alive.
 *
 * @since 0.1.0
 */
export interface ObservedRun extends Omit<Run, "status"> {
  /** The status from its events, or `LOST` if its process is gone and did not finish the run. */
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
