import type { JobSnapshot } from "@heddle/events/JobSnapshot"
import type { RunStatus } from "@heddle/events/RunStatus"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { CancelRequest } from "./CancelRequest.ts"
import { LEASE_MILLIS, leaseOf, MemoryStore } from "./internal/MemoryStore.ts"
import { type LeaseHolder, RunLease } from "./RunLease.ts"
import type { Run, RunRecord } from "./RunRecord.ts"
import { RunAlreadyExists, RunHeld, RunNotFound, RunTakenOver, type StorageError } from "./StorageError.ts"

/** Which runs to list. Every given property must match. */
export interface RunQuery {
  readonly jobName?: string | undefined
  readonly statuses?: ReadonlyArray<RunStatus> | undefined
  readonly tags?: { readonly [key: string]: string } | undefined
  /** Only re-executions of this run, direct or indirect. */
  readonly rootRunId?: string | undefined
  /** Only runs that were created at this time or later, in milliseconds since the epoch. */
  readonly createdFrom?: number | undefined
  /** Only runs that were created before this time, in milliseconds since the epoch. */
  readonly createdBefore?: number | undefined
  /** Only runs after this one in the list: the id of the last run of the previous page. */
  readonly after?: string | undefined
  /** The maximum number of runs: at least 1, by default 100. */
  readonly limit?: number | undefined
  /**
   * Called with each run whose record cannot be read, such as in a damaged file. The list leaves such runs out. By default, a
   * warning is logged.
   */
  readonly onUnreadable?: ((unreadable: UnreadableRun) => void) | undefined
}

/** A run whose record cannot be read. */
export interface UnreadableRun {
  readonly runId: string
  /** Why it cannot be read, as a sentence. */
  readonly problem: string
}

/**
 * Evaluates queries, for stores that answer them in memory.
 *
 * @since 0.1.0
 */
export const RunQuery = {
  /** Tells whether a run matches a query, apart from `after` and `limit`. */
  matches: (query: RunQuery, run: Run): boolean =>
    (query.jobName === undefined || run.jobName === query.jobName) &&
    (query.rootRunId === undefined || run.rootRunId === query.rootRunId) &&
    (query.createdFrom === undefined || run.createdAt >= query.createdFrom) &&
    (query.createdBefore === undefined || run.createdAt < query.createdBefore) &&
    (query.statuses === undefined || query.statuses.includes(run.status)) &&
    Object.entries(query.tags ?? {}).every(([key, value]) => run.tags[key] === value)
}

/** The runs of a list after one of them. */
const afterRun = (runs: ReadonlyArray<Run>, after: string | undefined): ReadonlyArray<Run> => {
  if (after === undefined) return runs
  const at = runs.findIndex(({ runId }) => runId === after)
  return at === -1 ? [] : runs.slice(at + 1)
}

/**
 * The runs of an instance: their records, and the jobs that they ran, as data.
 *
 * @since 0.1.0
 */
export class RunStorage extends Context.Service<
  RunStorage,
  {
    /**
     * Stores a new run with its job. If the log already contains events of the run, they count towards its status. Fails with
     * `RunAlreadyExists` if the id is taken.
     */
    readonly create: (record: RunRecord, snapshot: JobSnapshot) => Effect.Effect<void, RunAlreadyExists | StorageError>
    /**
     * Stores a new run that a process holds from the start, and returns its first lease. Fails with `RunAlreadyExists` if the
     * id is taken.
     */
    readonly createHeld: (
      record: RunRecord,
      snapshot: JobSnapshot,
      holder: LeaseHolder
    ) => Effect.Effect<RunLease, RunAlreadyExists | StorageError>
    /**
     * Acquires a run: from now on, appends with an earlier lease fail. Fails with `RunNotFound`, and with `RunHeld` if the
     * lease of another process has not expired, unless `evenIfHeld` states that this process is known to be gone.
     */
    readonly acquire: (
      runId: string,
      holder: LeaseHolder,
      options?: { readonly evenIfHeld?: boolean }
    ) => Effect.Effect<RunLease, RunHeld | RunNotFound | StorageError>
    /**
     * Renews a lease for as long as this effect runs, even while JavaScript blocks the event loop. Fails with `RunTakenOver` if
     * another process has taken over the run.
     */
    readonly keep: (lease: RunLease) => Effect.Effect<never, RunTakenOver | StorageError>
    /** How long a lease lasts without being renewed, in milliseconds. */
    readonly leaseMillis: number
    /** Reads a run. Fails with `RunNotFound`. */
    readonly get: (runId: string) => Effect.Effect<Run, RunNotFound | StorageError>
    /** Lists runs, the newest first. Runs that cannot be read are left out. After an unknown run the list is empty. */
    readonly list: (query?: RunQuery) => Effect.Effect<ReadonlyArray<Run>, StorageError>
    /** Reads the job of a run. Fails with `RunNotFound`. */
    readonly snapshot: (runId: string) => Effect.Effect<JobSnapshot, RunNotFound | StorageError>
    /**
     * Records a request to cancel a run, which outlives this process. Only the first request counts. Fails with `RunNotFound`.
     */
    readonly requestCancel: (runId: string, reason?: string) => Effect.Effect<CancelRequest, RunNotFound | StorageError>
    /**
     * Waits for a request to cancel a run, and returns it at most 100 milliseconds after this or another process recorded it.
     */
    readonly awaitCancelRequest: (runId: string) => Effect.Effect<CancelRequest, StorageError>
    /**
     * Deletes a run with its events and its claims on pools. The values of its outputs are kept. Fails with `RunNotFound`, and
     * with `RunHeld` while a process executes the run, unless `evenIfHeld` states that this process is known to be gone.
     */
    readonly delete: (
      runId: string,
      options?: { readonly evenIfHeld?: boolean }
    ) => Effect.Effect<void, RunHeld | RunNotFound | StorageError>
  }
>()("@heddle/storage/RunStorage") {
  /** Layer that keeps runs in memory. They end with the process. */
  static readonly layerMemory: Layer.Layer<RunStorage, never, MemoryStore> = Layer.effect(
    RunStorage,
    Effect.map(MemoryStore, (store) => {
      const stored = (runId: string) =>
        Effect.suspend(() => {
          const run = store.runs.get(runId)
          return run === undefined ? Effect.fail(new RunNotFound({ runId })) : Effect.succeed(run)
        })
      const create = (record: RunRecord, snapshot: JobSnapshot, lease: RunLease | undefined) => {
        if (store.runs.has(record.runId)) return Effect.fail(new RunAlreadyExists({ runId: record.runId }))
        store.runs.set(record.runId, { record, snapshot, lease, keeper: undefined, cancelRequest: undefined })
        return Effect.succeed(lease)
      }
      return RunStorage.of({
        leaseMillis: LEASE_MILLIS,
        create: (record, snapshot) => Effect.suspend(() => Effect.asVoid(create(record, snapshot, undefined))),
        createHeld: (record, snapshot, holder) =>
          Effect.flatMap(Clock.currentTimeMillis, (now) => {
            const lease = RunLease.next(record.runId, undefined, holder, now, LEASE_MILLIS)
            return Effect.as(create(record, snapshot, lease), lease)
          }),
        acquire: (runId, holder, options = {}) =>
          Effect.flatMap(stored(runId), (run) =>
            Effect.flatMap(Clock.currentTimeMillis, (now) => {
              const before = leaseOf(run, now)
              if (before !== undefined && !RunLease.isLapsed(before, now) && options.evenIfHeld !== true) {
                const { host, pid, until } = before
                return Effect.fail(new RunHeld({ runId, pid, host, until }))
              }
              const lease = RunLease.next(runId, before, holder, now, LEASE_MILLIS)
              store.hold(run, lease)
              return Effect.succeed(lease)
            })
          ),
        keep: (lease) =>
          Effect.callback<never, RunTakenOver>((resume) => {
            const run = store.runs.get(lease.runId)
            if (run?.lease?.fence !== lease.fence) return resume(Effect.fail(new RunTakenOver({ runId: lease.runId })))
            const keeper = (error: RunTakenOver): void => resume(Effect.fail(error))
            run.keeper = keeper
            return Effect.map(Clock.currentTimeMillis, (now) => {
              if (run.keeper !== keeper) return
              run.keeper = undefined
              run.lease = { ...lease, until: now + LEASE_MILLIS }
            })
          }),
        get: (runId) =>
          Effect.flatMap(stored(runId), (run) => Effect.map(Clock.currentTimeMillis, (now) => store.run(run, now))),
        list: (query = {}) =>
          Effect.map(Clock.currentTimeMillis, (now) =>
            afterRun(Array.from(store.runs.values(), (run) => store.run(run, now)).reverse(), query.after)
              .filter((run) => RunQuery.matches(query, run))
              .slice(0, query.limit ?? 100)
          ),
        snapshot: (runId) => Effect.map(stored(runId), ({ snapshot }) => snapshot),
        requestCancel: (runId, reason) =>
          Effect.flatMap(stored(runId), (run) =>
            Effect.map(Clock.currentTimeMillis, (at) => {
              run.cancelRequest ??= { at, ...(reason === undefined ? {} : { reason }) }
              store.requests.tell()
              return run.cancelRequest
            })
          ),
        awaitCancelRequest: (runId) =>
          Effect.flatMap(store.requests.watch, ({ next }) => {
            const look: Effect.Effect<CancelRequest> = Effect.suspend(() => {
              const request = store.runs.get(runId)?.cancelRequest
              return request === undefined ? Effect.andThen(next, look) : Effect.succeed(request)
            })
            return look
          }).pipe(Effect.scoped),
        delete: (runId, options = {}) =>
          Effect.flatMap(stored(runId), (run) =>
            Effect.flatMap(Clock.currentTimeMillis, (now) => {
              const lease = leaseOf(run, now)
              const held = lease !== undefined && !RunLease.isLapsed(lease, now) && !store.isFinished(runId)
              if (held && options.evenIfHeld !== true) {
                return Effect.fail(new RunHeld({ runId, pid: lease.pid, host: lease.host, until: lease.until }))
              }
              return Effect.sync(() => store.delete(runId))
            })
          )
      })
    })
  )
}
