import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { Instance } from "@heddle/storage/Instance"
import type { RunNotFound, StorageError } from "@heddle/storage/StorageError"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { LaunchedRun } from "./launchDefinition.ts"
import { Runs } from "./Runs.ts"

/**
 * A run in progress in this process. You can follow it, wait for it and cancel it.
 *
 * @since 0.1.0
 */
export interface RunHandle<Result, E> {
  readonly runId: string
  /** Replays the events of the run from its start, then follows it, and ends after its last event. */
  readonly events: Stream.Stream<HeddleEvent, RunNotFound | StorageError>
  /** Waits for the end of the run, and returns what the entry point returns. */
  readonly result: Effect.Effect<Result, E>
  /**
   * Cancels the run: running steps are interrupted with their finalizers, nothing more starts, and the run ends
   * `CANCELED`. Returns at once; `result` tells when it has ended.
   *
   * @param reason - why; stored in `RUN_CANCELING`
   */
  readonly cancel: (reason?: string) => Effect.Effect<void>
}

/** Makes handles. */
export const RunHandle = {
  /**
   * Makes the handle of a run. Its result is worked out as soon as the run ends, whether or not somebody waits for it.
   *
   * @param launched - the run
   * @param instance - the instance that stores it
   * @param result - waits for the end of the run
   */
  make: <Result, E>(
    { control, runId }: LaunchedRun,
    instance: Context.Context<Instance>,
    result: Effect.Effect<Result, E>
  ): Effect.Effect<RunHandle<Result, E>, never, Scope.Scope> =>
    Effect.map(Effect.forkScoped(result, { startImmediately: true }), (fiber) => ({
      runId,
      events: Runs.follow(runId, { whenLost: "wait" }).pipe(
        Stream.catchTag("RunLost", Stream.die),
        Stream.provideContext(instance)
      ),
      result: Fiber.join(fiber),
      cancel: (reason) => Effect.sync(() => control.cancel(reason))
    }))
}
