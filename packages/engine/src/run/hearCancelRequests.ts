import type { RunStorage } from "@heddle/storage/RunStorage"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type { RunControl } from "./RunControl.ts"

/** Reads again soon after a failure, and then every second: a store can be out of order for a moment or for hours. */
const AGAIN = Schedule.min([Schedule.exponential("50 millis"), Schedule.spaced("1 second")])

/**
 * Waits for a request to cancel a run, which any process may record, and cancels it. A store that cannot be read does not
 * end the wait: it is read again, after a second at most.
 *
 * @param storage - the runs
 * @param runId - the run
 * @param control - cancels it
 */
export const hearCancelRequests = (
  storage: RunStorage["Service"],
  runId: string,
  control: RunControl
): Effect.Effect<void> =>
  storage.awaitCancelRequest(runId).pipe(
    // A store of someone else's may also throw.
    Effect.sandbox,
    Effect.retry(AGAIN),
    Effect.map(({ reason }) => control.cancel(reason)),
    // The schedule never gives up.
    Effect.orDie
  )
