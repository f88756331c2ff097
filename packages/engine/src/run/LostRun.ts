import { EventId } from "@heddle/events/EventId"
import { HeddleEvent } from "@heddle/events/HeddleEvent"
import { EventLog } from "@heddle/storage/EventLog"
import type { Run } from "@heddle/storage/RunRecord"
import { RunStorage } from "@heddle/storage/RunStorage"
import type { RunHeld, RunNotFound, StorageError } from "@heddle/storage/StorageError"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { DecidedEvent } from "../machine/Command.ts"
import { ProcessIdentity } from "./ProcessIdentity.ts"
import { RunLiveness } from "./RunLiveness.ts"

/** Name of the error of a run that was marked. */
const PROCESS_GONE = "ProcessGone"

/** Name of the error of a run that `RunControl.abort` has ended. */
export const RUN_ABORTED = "RunAborted"

/**
 * A run whose process is gone, as `RunLiveness` finds it.
 *
 * @since 0.1.0
 */
export const LostRun = {
  /** Explains in one sentence why the run is lost. */
  reason: ({ lease }: Pick<Run, "lease">): string =>
    `${lease === undefined ? "The process" : `Process ${lease.pid} on ${lease.host}`} is gone and did not finish the ` +
    "run: it was killed or suspended, or the machine went down.",

  /**
   * Returns whether an event is an end that the engine did not decide: that of a lost run, by whoever found it some time
   * later, or that of a run whose process said that it was about to end.
   */
  isMark: (event: HeddleEvent): boolean =>
    (event._tag === "RUN_FAILURE" || event._tag === "RUN_CANCELED") &&
    (event.error?.name === PROCESS_GONE || event.error?.name === RUN_ABORTED),

  /**
   * Takes a lost run from its process, of which nothing more is recorded then, and gives it the end that the process
   * could not write: `RUN_FAILURE` by an unexpected termination. Two that do it at the same time leave one event. Fails
   * with `RunHeld` when the process turns out to be there still.
   *
   * @param run - the run, as it was when it was found
   */
  takeOver: (run: Run): Effect.Effect<void, RunHeld | RunNotFound | StorageError, EventLog | RunStorage> =>
    end(run, (failedSteps) => [
      {
        _tag: "RUN_FAILURE",
        id: `${EventId.ofRun(0)}~end`,
        reason: "UNEXPECTED_TERMINATION",
        failedSteps,
        error: { name: PROCESS_GONE, message: LostRun.reason(run) }
      }
    ]),

  /**
   * Cancels a run that no process executes: `RUN_CANCELING`, then `RUN_CANCELED`. For a lost run,
   * and for one that no process has taken yet. Fails with `RunHeld` when its process turns out to be there.
   *
   * @param run - the run, as it was when it was found
   * @param reason - why it is cancelled
   */
  cancel: (
    run: Run,
    reason: string | undefined
  ): Effect.Effect<void, RunHeld | RunNotFound | StorageError, EventLog | RunStorage> =>
    end(run, () => [
      { _tag: "RUN_CANCELING", id: `${EventId.ofRun(0)}~cancel`, ...(reason === undefined ? {} : { reason }) },
      {
        _tag: "RUN_CANCELED",
        id: `${EventId.ofRun(0)}~end`,
        ...(run.lease === undefined ? {} : { error: { name: PROCESS_GONE, message: LostRun.reason(run) } })
      }
    ])
}

/** Takes over a run without a process, and appends its last events. */
const end = Effect.fnUntraced(function* (
  run: Run,
  lastEvents: (failedSteps: ReadonlyArray<string>) => ReadonlyArray<DecidedEvent>
): Effect.fn.Return<void, RunHeld | RunNotFound | StorageError, EventLog | RunStorage> {
  const { runId } = run
  const from = yield* RunLiveness.viewpoint
  const lease = yield* (yield* RunStorage).acquire(runId, yield* ProcessIdentity, {
    evenIfHeld: run.lease !== undefined && RunLiveness.isGone(run.lease, from)
  })
  const failedSteps = new Set<string>()
  let isEnded = false
  yield* Stream.runForEach(EventLog.readAll(runId), (event) =>
    Effect.sync(() => {
      if (event._tag === "STEP_FAILURE") failedSteps.add(event.stepKey)
      isEnded ||= HeddleEvent.isRunEnd(event)
    })
  )
  // Someone else found it too, and was first: nothing follows the end of a run.
  if (isEnded) return
  // A decided event is an event without run and time; the compiler does not see the union through the spread.
  const events = lastEvents([...failedSteps]).map((event) => ({ ...event, runId, timestamp: from.now }) as HeddleEvent)
  yield* (yield* EventLog).append(events, lease).pipe(
    // The process that took it in the meantime writes its end.
    Effect.catchTag("RunTakenOver", () => Effect.void),
    Effect.catchTag("InvalidEvent", Effect.die)
  )
})
