import { EventId } from "@heddle/events/EventId"
import type { HeddleEvent, HeddleEventOf } from "@heddle/events/HeddleEvent"
import { EventLog } from "@heddle/storage/EventLog"
import type { Run } from "@heddle/storage/RunRecord"
import type { StorageError } from "@heddle/storage/StorageError"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

/** Name of the error of a run that was marked. */
const PROCESS_GONE = "ProcessGone"

/**
 * A run whose process is gone, as `RunLiveness` finds it.
 *
 * @since 0.1.0
 */
export const LostRun = {
  /** Says in one sentence what became of the process. */
  reason: (run: Pick<Run, "pid" | "host">): string =>
    `Process ${run.pid} on ${run.host} is gone without having ended the run: it was killed, or the machine went down.`,

  /** Tells whether an event is the end that a lost run was given, by whoever found it, some time later. */
  isMark: (event: HeddleEvent): boolean => event._tag === "RUN_FAILURE" && event.error?.name === PROCESS_GONE,

  /**
   * Gives a lost run the end that its process could not write: `RUN_FAILURE` by an unexpected termination. Two that mark
   * the same run at the same time leave one event.
   *
   * @param run - the run; that nothing more will happen in it must be known
   */
  mark: (run: Run): Effect.Effect<void, StorageError, EventLog> =>
    Effect.gen(function* () {
      const failedSteps = yield* EventLog.readAll(run.runId).pipe(
        Stream.runFold(
          () => new Set<string>(),
          (keys, event) => (event._tag === "STEP_FAILURE" ? keys.add(event.stepKey) : keys)
        )
      )
      const end: HeddleEventOf<"RUN_FAILURE"> = {
        _tag: "RUN_FAILURE",
        id: `${EventId.ofRun(0)}~end`,
        runId: run.runId,
        timestamp: (yield* Clock.Clock).currentTimeMillisUnsafe(),
        reason: "UNEXPECTED_TERMINATION",
        failedSteps: [...failedSteps],
        error: { name: PROCESS_GONE, message: LostRun.reason(run) }
      }
      yield* (yield* EventLog).append([end])
    })
}
