import * as Schema from "effect/Schema"
import type { HeddleEvent } from "./HeddleEvent.ts"

const schema = Schema.Literals([
  "NOT_STARTED",
  "QUEUED",
  "STARTING",
  "STARTED",
  "CANCELING",
  "SUCCESS",
  "FAILURE",
  "CANCELED"
])

/**
 * The status of a run, as read from its events.
 *
 * @since 0.1.0
 * @source Dagster DagsterRunStatus
 */
export type RunStatus = typeof schema.Type

/**
 * The schema of statuses, and the fold that reads them from events.
 *
 * @since 0.1.0
 */
export const RunStatus = {
  schema,

  /** The status before any event. */
  initial: "NOT_STARTED" satisfies RunStatus as RunStatus,

  /** Folds one event, and returns the status after it. The last event that changes the status wins. */
  after: (status: RunStatus, event: HeddleEvent): RunStatus => {
    switch (event._tag) {
      case "RUN_ENQUEUED":
        return "QUEUED"
      case "RUN_STARTING":
        return "STARTING"
      case "RUN_START":
        return "STARTED"
      case "RUN_CANCELING":
        return "CANCELING"
      case "RUN_SUCCESS":
        return "SUCCESS"
      case "RUN_FAILURE":
        return "FAILURE"
      case "RUN_CANCELED":
        return "CANCELED"
      default:
        return status
    }
  },

  /** Reads the status from all events of a run, in the order of the log. */
  ofEvents: (events: Iterable<HeddleEvent>): RunStatus => {
    let status = RunStatus.initial
    for (const event of events) status = RunStatus.after(status, event)
    return status
  },

  /** Tells whether a run with this status has ended. */
  isFinished: (status: RunStatus): boolean => status === "SUCCESS" || status === "FAILURE" || status === "CANCELED"
}
