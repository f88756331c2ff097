import type { ErrorInfo } from "@heddle/events/ErrorInfo"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import { Storable } from "@heddle/events/Storable"
import type { InvalidEvent } from "@heddle/storage/StorageError"

/** What of an event can be kept whatever it is. */
const kept = (event: HeddleEvent, runId: string, now: number) => ({
  id: Storable.text(event.id).toWellFormed(),
  runId,
  timestamp: Number.isFinite(event.timestamp) ? event.timestamp : now
})

const isEnd = (event: HeddleEvent): boolean =>
  event._tag === "STEP_SUCCESS" || event._tag === "STEP_FAILURE" || event._tag === "STEP_UP_FOR_RETRY"

/**
 * Makes what stands in the log for an event that cannot be stored, such as one of an executor that breaks its contract:
 * the end of an attempt becomes its failure, and anything else a note.
 *
 * @param event - the event
 * @param invalid - what is wrong with it
 * @param runId - the run that it came to
 * @param now - milliseconds since the epoch
 * @since 0.1.0
 */
export const storableEvent = (event: HeddleEvent, invalid: InvalidEvent, runId: string, now: number): HeddleEvent => {
  const error: ErrorInfo = { name: invalid._tag, message: Storable.text(invalid.message) }
  const stepKey = "stepKey" in event && typeof event.stepKey === "string" ? event.stepKey.toWellFormed() : undefined
  if (isEnd(event) && stepKey !== undefined && "attempt" in event && Number.isSafeInteger(event.attempt)) {
    const { attempt } = event
    return { _tag: "STEP_FAILURE", ...kept(event, runId, now), stepKey, attempt, error, source: "FRAMEWORK_ERROR" }
  }
  const about = stepKey === undefined ? {} : { stepKey }
  const message = "An event could not be stored"
  return { _tag: "ENGINE_EVENT", ...kept(event, runId, now), ...about, message, error }
}
