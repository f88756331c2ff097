import { LostRun } from "@heddle/engine/run/LostRun"
import { type LivingStatus, RunLiveness } from "@heddle/engine/run/RunLiveness"
import { HeddleEvent } from "@heddle/events/HeddleEvent"
import { RunStatus } from "@heddle/events/RunStatus"
import { type EventCursor, EventLog } from "@heddle/storage/EventLog"
import { type RunQuery, RunStorage, type UnreadableRun } from "@heddle/storage/RunStorage"
import type { RunHeld, RunNotFound, StorageError } from "@heddle/storage/StorageError"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { ObservedRun } from "./ObservedRun.ts"
import { RunAlreadyEnded } from "./RunAlreadyEnded.ts"
import { RunLost } from "./RunLost.ts"

/** Which runs to list; every given part must match. */
export interface RunsQuery extends Omit<RunQuery, "statuses"> {
  /** Only runs with one of these statuses, which may include `LOST`. */
  readonly statuses?: ReadonlyArray<LivingStatus> | undefined
}

/** A page of runs, the newest first. */
export interface RunsPage {
  readonly runs: ReadonlyArray<ObservedRun>
  /** The `after` of the query for the next page; `undefined` on the last page. */
  readonly next: string | undefined
}

/** How a run is followed. */
export interface FollowOptions {
  /**
   * Only events after this cursor, which `EventLog.read` returned for this run.
   *
   * @default the start of the run
   */
  readonly after?: EventCursor | undefined
  /**
   * What happens if the process of the run is gone: `fail` ends the stream with `RunLost`, `wait` waits until
   * another process takes over the run or ends it.
   *
   * @default "fail"
   */
  readonly whenLost?: "fail" | "wait" | undefined
}

/** From where the events of all runs are followed. */
export interface FollowAllOptions {
  /**
   * Where to start: with new events, with the first event of the instance, or after a cursor of `EventLog.readAllRuns`.
   *
   * @default "now"
   */
  readonly from?: "now" | "start" | { readonly after: EventCursor } | undefined
}

/** The outcome of a cancellation. */
export type CancelOutcome =
  /** The process of the run was asked to cancel it; the run ends once its steps are interrupted. */
  | "requested"
  /** No process was executing the run, so it was ended at once. */
  | "ended"

/** How often a follower without new events checks whether the process of the run is alive, in milliseconds. */
const BEAT = 1000

/** How many runs to read at once when a status depends on whether processes are alive. */
const SCANNED = 500

const UNFINISHED: ReadonlyArray<RunStatus> = RunStatus.schema.literals.filter((status) => !RunStatus.isFinished(status))

/** The stored statuses of runs that may be seen with one of these. */
const storedStatuses = (statuses: ReadonlyArray<LivingStatus>): ReadonlyArray<RunStatus> => [
  ...new Set(statuses.flatMap((status) => (status === "LOST" ? UNFINISHED : [status])))
]

const get = (runId: string): Effect.Effect<ObservedRun, RunNotFound | StorageError, RunStorage> =>
  Effect.gen(function* () {
    const run = yield* (yield* RunStorage).get(runId)
    return ObservedRun.of(run, yield* RunLiveness.viewpoint)
  })

const list = Effect.fnUntraced(function* (query: RunsQuery = {}): Effect.fn.Return<RunsPage, StorageError, RunStorage> {
  const storage = yield* RunStorage
  const from = yield* RunLiveness.viewpoint
  const { limit = 100, statuses } = query
  const stored = statuses === undefined ? undefined : storedStatuses(statuses)
  const isWanted = ({ status }: ObservedRun) => statuses === undefined || statuses.includes(status)
  // One more than asked for tells whether there is a next page.
  const wanted = limit + 1
  const looksAtProcesses = stored?.some((status) => !RunStatus.isFinished(status)) === true
  const size = looksAtProcesses ? Math.max(SCANNED, wanted) : wanted
  const found: Array<ObservedRun> = []
  let { after } = query
  for (;;) {
    const unreadable: Array<UnreadableRun> = []
    const page = yield* storage.list({
      ...query,
      statuses: stored,
      after,
      limit: size,
      onUnreadable: (run) => unreadable.push(run)
    })
    for (const run of unreadable) {
      if (query.onUnreadable !== undefined) query.onUnreadable(run)
      else yield* Effect.logWarning(`The record of run "${run.runId}" cannot be read: ${run.problem}`)
    }
    for (const run of page) {
      const observed = ObservedRun.of(run, from)
      if (isWanted(observed)) found.push(observed)
    }
    after = page.at(-1)?.runId
    if (page.length === 0 || page.length + unreadable.length < size || found.length >= wanted) break
  }
  const runs = found.slice(0, limit)
  return { runs, next: found.length > limit ? runs.at(-1)?.runId : undefined }
})

const follow = (
  runId: string,
  { after, whenLost = "fail" }: FollowOptions = {}
): Stream.Stream<HeddleEvent, RunNotFound | RunLost | StorageError, EventLog | RunStorage> =>
  Effect.gen(function* () {
    const log = yield* EventLog
    const storage = yield* RunStorage
    yield* storage.get(runId)
    // Before the first read, so that nothing is missed between the two.
    const watch = yield* log.watch
    const clock = yield* Clock.Clock
    let lookedAt = clock.currentTimeMillisUnsafe()
    /** Fails when the run was deleted, or is lost and nobody is to be waited for. */
    const look = Effect.flatMap(Effect.provideService(get(runId), RunStorage, storage), (run) => {
      lookedAt = clock.currentTimeMillisUnsafe()
      return run.status === "LOST" && whenLost === "fail"
        ? Effect.fail(new RunLost({ runId, reason: LostRun.reason(run) }))
        : Effect.void
    })
    // Other runs of the instance may append all the time, and must not put the look off.
    const lookIfDue = Effect.suspend(() => (clock.currentTimeMillisUnsafe() - lookedAt >= BEAT ? look : Effect.void))
    const waitForMore =
      whenLost === "wait"
        ? Effect.andThen(watch.next, look)
        : Effect.andThen(Effect.timeoutOption(watch.next, BEAT), lookIfDue)
    return Stream.paginate(after, (cursor: EventCursor | undefined) =>
      Effect.flatMap(log.read(runId, { after: cursor }), ({ events, next }) => {
        const rest = events.some(HeddleEvent.isRunEnd) ? Option.none<EventCursor | undefined>() : Option.some(next)
        return Effect.as(events.length === 0 ? waitForMore : Effect.void, [events, rest] as const)
      })
    )
  }).pipe(Stream.unwrap)

const followAll = ({ from = "now" }: FollowAllOptions = {}): Stream.Stream<HeddleEvent, StorageError, EventLog> =>
  Effect.gen(function* () {
    const log = yield* EventLog
    const watch = yield* log.watch
    const first = from === "now" ? yield* log.end : from === "start" ? undefined : from.after
    return Stream.paginate(first, (cursor: EventCursor | undefined) =>
      Effect.flatMap(log.readAllRuns({ after: cursor }), ({ events, next }) =>
        Effect.as(events.length === 0 ? watch.next : Effect.void, [
          events,
          Option.some<EventCursor | undefined>(next)
        ] as const)
      )
    )
  }).pipe(Stream.unwrap)

const cancel = Effect.fnUntraced(function* (
  runId: string,
  reason?: string
): Effect.fn.Return<CancelOutcome, RunNotFound | RunAlreadyEnded | StorageError, EventLog | RunStorage> {
  const storage = yield* RunStorage
  const before = yield* storage.get(runId)
  if (RunStatus.isFinished(before.status)) return yield* new RunAlreadyEnded({ runId, status: before.status })
  const request = yield* storage.requestCancel(runId, reason)
  const run = yield* storage.get(runId)
  const isCarried = run.lease !== undefined && (yield* RunLiveness.now(run)) !== "LOST"
  if (isCarried) return "requested"
  return yield* LostRun.cancel(run, request.reason).pipe(
    Effect.as<CancelOutcome>("ended"),
    // A process has taken it in the meantime, and reads the request.
    Effect.catchTag("RunHeld", () => Effect.succeed<CancelOutcome>("requested"))
  )
})

const remove = Effect.fnUntraced(function* (
  runId: string
): Effect.fn.Return<void, RunNotFound | RunHeld | StorageError, RunStorage> {
  const storage = yield* RunStorage
  const run = yield* storage.get(runId)
  const isLost = (yield* RunLiveness.now(run)) === "LOST"
  yield* storage.delete(runId, { evenIfHeld: isLost })
})

const awaitEnd = (
  runId: string
): Effect.Effect<ObservedRun, RunNotFound | RunLost | StorageError, EventLog | RunStorage> =>
  Effect.andThen(Stream.runDrain(follow(runId)), get(runId))

/**
 * The runs of an instance, for every process that opens it, no matter where the runs were started or execute.
 *
 * @since 0.1.0
 * @source Dagster DagsterInstance.get_runs, GraphQL terminateRun, deletePipelineRun and the logs subscription
 */
export const Runs = {
  /** Reads a run, and checks whether its process is alive. Fails with `RunNotFound`. */
  get,

  /**
   * Lists runs, the newest first, page by page.
   *
   * @param query - `jobName`, `statuses` (also `LOST`), `tags`, `rootRunId`, `createdFrom`, `createdBefore`; `limit`: runs on
   *   a page, 100 by default; `after`: the `next` of the page before
   * @example
   * const page = yield* Runs.list({ jobName: "etl", statuses: ["STARTED", "LOST"] })
   */
  list,

  /**
   * Replays the events of a run from its start, then follows it, and ends after the last event of the run. Each event
   * comes once. Events of other processes arrive within some milliseconds on SQLite.
   *
   * @param runId - id of the run
   * @param options - `after`: a cursor to go on from; `whenLost`: `fail` (the default) or `wait`
   * @returns the events; fails with `RunNotFound`, also when the run is deleted, and with `RunLost`
   */
  follow,

  /**
   * Follows the events of all runs, in the order in which they are appended. Never ends by itself.
   *
   * @param options - `from`: `now` (the default), `start`, or a cursor of `EventLog.readAllRuns`
   */
  followAll,

  /**
   * Cancels a run, in whichever process it executes. The request is recorded in the instance; the process of the run
   * sees it within 100 milliseconds, interrupts the running steps with their finalizers, and ends the run `CANCELED`.
   * A run whose process is gone, or that none has taken yet, is ended at once.
   *
   * @param runId - id of the run
   * @param reason - why; stored in `RUN_CANCELING`
   * @returns whether the process was asked (`requested`), or the run was ended here (`ended`); fails with `RunNotFound` and
   *   `RunAlreadyEnded`
   */
  cancel,

  /** Waits for the end of a run and reads it. Fails as `follow` does. */
  awaitEnd,

  /**
   * Deletes a run with its events. Values of its outputs stay where they are, because re-executions may read them. Fails with
   * `RunNotFound`, and with `RunHeld` while a process executes the run: cancel it first.
   */
  delete: remove
}
