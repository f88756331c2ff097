import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { ObservedRun } from "@heddle/execution/ObservedRun"
import {
  type CancelOutcome,
  type FollowAllOptions,
  type FollowOptions,
  Runs,
  type RunsPage,
  type RunsQuery
} from "@heddle/execution/Runs"
import type { Instance } from "@heddle/storage/Instance"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { type InstanceChoice, openInstance } from "./openInstance.ts"

const run = async <A, E>(effect: Effect.Effect<A, E, Instance>, choice: InstanceChoice = {}): Promise<A> =>
  Effect.runPromise(Effect.provideContext(effect, await openInstance(choice)))

async function* iterate<E>(
  stream: Stream.Stream<HeddleEvent, E, Instance>,
  choice: InstanceChoice = {}
): AsyncGenerator<HeddleEvent, void> {
  yield* Stream.toAsyncIterableWith(stream, await openInstance(choice))
}

/**
 * The runs of an instance as promises and async iterables: `Runs` for code without Effect. The last parameter of
 * each function chooses the instance; by default that of the home folder.
 *
 * @since 0.1.0
 * @example
 * for await (const event of runs.follow(runId)) console.log(event._tag)
 */
export const runs = {
  /** Reads a run, and checks whether its process is alive. Rejects with `RunNotFound`. */
  get: (runId: string, choice?: InstanceChoice): Promise<ObservedRun> => run(Runs.get(runId), choice),

  /** Lists runs, the newest first, page by page: pass the `next` of a page as `after` for the one that follows. */
  list: (query?: RunsQuery, choice?: InstanceChoice): Promise<RunsPage> => run(Runs.list(query), choice),

  /**
   * Replays the events of a run from its start, then follows it, and ends after its last event. Leaving the loop stops
   * following. Throws `RunNotFound` and `RunLost`.
   */
  follow: (runId: string, options?: FollowOptions & InstanceChoice): AsyncIterable<HeddleEvent> =>
    iterate(Runs.follow(runId, options), options),

  /** Follows the events of all runs, by default from now on. Never ends by itself. */
  followAll: (options?: FollowAllOptions & InstanceChoice): AsyncIterable<HeddleEvent> =>
    iterate(Runs.followAll(options), options),

  /**
   * Cancels a run, wherever it executes. Resolves with `requested` if its process was asked to cancel it, and with
   * `ended` if no process was executing it. Rejects with `RunNotFound` and `RunAlreadyEnded`.
   */
  cancel: (runId: string, reason?: string, choice?: InstanceChoice): Promise<CancelOutcome> =>
    run(Runs.cancel(runId, reason), choice),

  /** Waits for the end of a run and reads it. Rejects with `RunNotFound` and `RunLost`. */
  awaitEnd: (runId: string, choice?: InstanceChoice): Promise<ObservedRun> => run(Runs.awaitEnd(runId), choice),

  /** Deletes a run with its events. Rejects with `RunNotFound`, and with `RunHeld` while a process executes it. */
  delete: (runId: string, choice?: InstanceChoice): Promise<void> => run(Runs.delete(runId), choice)
}
