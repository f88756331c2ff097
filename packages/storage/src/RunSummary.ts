import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import { RunStatus } from "@heddle/events/RunStatus"
import * as Schema from "effect/Schema"

const schema = Schema.Struct({
  status: RunStatus.schema,
  startedAt: Schema.optionalKey(Schema.Finite),
  endedAt: Schema.optionalKey(Schema.Finite),
  /** The process and host that execute the run. */
  pid: Schema.optionalKey(Schema.Int),
  host: Schema.optionalKey(Schema.String)
})

/**
 * What the events of a run say about it as a whole. A store may keep it as an index of the log, written with each append.
 *
 * @since 0.1.0
 */
export type RunSummary = typeof schema.Type

/** The schema of summaries, and the fold that reads them from events. */
export const RunSummary = {
  schema,

  initial: { status: RunStatus.initial } satisfies RunSummary as RunSummary,

  /** Folds one event. Returns the same object if the event changes nothing. No event leads back to the initial summary. */
  after: (summary: RunSummary, event: HeddleEvent): RunSummary => {
    const status = RunStatus.after(summary.status, event)
    switch (event._tag) {
      case "RUN_START":
        return { ...summary, status, startedAt: event.timestamp, pid: event.pid, host: event.host }
      case "RUN_SUCCESS":
      case "RUN_FAILURE":
      case "RUN_CANCELED":
        return { ...summary, status, endedAt: event.timestamp }
      default:
        return status === summary.status ? summary : { ...summary, status }
    }
  }
}
