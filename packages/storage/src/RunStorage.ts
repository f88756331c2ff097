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

/** Which runs to list; every given part must match. */
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
  /** Only runs that come after this one in the list: the id of the last run of the page before. */
  readonly after?: string | undefined
  /** At most so many, ≥ 1; 100 without it. */
  readonly limit?: number | undefined
  /**
   * Hears of each run whose record cannot be read, such as one of a damaged file; by default a warning is logged. The list
   * leaves such runs out.
   */
  readonly onUnreadable?: ((unreadable: UnreadableRun) => void) | undefined
}

/** A run whose record cannot be read. */
export interface UnreadableRun {
  readonly runId: string
  /** Why not, in a sentence. */
  readonly problem: string
}

/**
 * Questions about a query, for stores that answer it in memory.
 *
 * @since 0.1.0
 */
export const RunQuery = {
  /** Tells whether a run is one that the query asks for, `after` and `limit` aside. */
  matches: (query: RunQuery, run: Run): boolean =>
    (query.jobName === undefined || run.jobName === query.jobName) &&
    (query.rootRunId === undefined || run.rootRunId === query.rootRunId) &&
    (query.createdFrom === undefined || run.createdAt >= query.createdFrom) &&
    (query.createdBefore === undefined || run.createdAt < query.createdBefore) &&
    (query.statuses === undefined || query.statuses.includes(run.status)) &&
    Object.entries(query.tags ?? {}).every(([key, value]) => run.tags[key] === value)
}

/** The runs of a list that come after one of them. */
const afterRun = (runs: ReadonlyArray<Run>, after: string | undefined): ReadonlyArray<Run> => {
  if (after === undefined) return runs
  const at = runs.findIndex(({ runId }) => runId === after)
  return at === -1 ? [] : runs.slice(at + 1)
}

/**
 * The runs of an instance: their records, and the job that each of them ran, as data.
 *
 * @since 0.1.0
 */
export class RunStorage extends Context.Service<
  RunStorage,
  {
    /**
     * Stores a new run with the job that it runs. Events that the log holds of it already count to its state. Fails with
     * `RunAlreadyExists` when its id is taken.
     */
    readonly create: (record: RunRecord, snapshot: JobSnapshot) => Effect.Effect<void, RunAlreadyExists | StorageError>
    /**
     * Stores a new run that a process holds from the start, and gives that process its first lease.
     * Fails with `RunAlreadyExists` when its id is taken.
     */
    readonly createHeld: (
      record: RunRecord,
      snapshot: JobSnapshot,
      holder: LeaseHolder
    ) => Effect.Effect<RunLease, RunAlreadyExists | StorageError>
    /**
     * Takes a run: from now on only the holder of the lease that this gives can append with one. Fails with `RunHeld`
     * while the lease of another process lasts, unless `evenIfHeld` says that this process is known to be gone, and with
     * `RunNotFound`.
     */
    readonly acquire: (
      runId: string,
      holder: LeaseHolder,
      options?: { readonly evenIfHeld?: boolean }
    ) => Effect.Effect<RunLease, RunHeld | RunNotFound | StorageError>
    /**
     * Keeps a lease from lapsing for as long as this goes on, also while JavaScript of this process is too busy for
     * anything else. Fails with `RunTakenOver` when another process has taken the run.
     */
    readonly keep: (lease: RunLease) => Effect.Effect<never, RunTakenOver | StorageError>
    /** How long a lease lasts without being renewed, in milliseconds. */
    readonly leaseMillis: number
    /** Reads a run. Fails with `RunNotFound`. */
    readonly get: (runId: string) => Effect.Effect<Run, RunNotFound | StorageError>
    /**
     * Lists runs, the newest first. A run that cannot be read is left out. After a run that is not there the list is empty.
     */
    readonly list: (query?: RunQuery) => Effect.Effect<ReadonlyArray<Run>, StorageError>
    /** Reads the job that a run was made of. Fails with `RunNotFound`. */
    readonly snapshot: (runId: string) => Effect.Effect<JobSnapshot, RunNotFound | StorageError>
    /**
     * Records a request to cancel a run, which outlives this process. The first request stays; another changes nothing.
     * Fails with `RunNotFound`.
     */
    readonly requestCancel: (runId: string, reason?: string) => Effect.Effect<CancelRequest, RunNotFound | StorageError>
    /** Waits for a request to cancel a run, from this process or another; it is there within 100 milliseconds. */
    readonly awaitCancelRequest: (runId: string) => Effect.Effect<CancelRequest, StorageError>
    /**
     * Deletes a run with its events and its claims on pools. Values of its outputs stay where they are. Fails with `RunHeld`
     * while a process carries the run, unless `evenIfHeld` says that this process is known to be gone, and with
     * `RunNotFound`.
     */
    readonly delete: (
      runId: string,
      options?: { readonly evenIfHeld?: boolean }
    ) => Effect.Effect<void, RunHeld | RunNotFound | StorageError>
  }
>()("@heddle/storage/RunStorage") {
  /**
   * Layer that keeps runs in memory; nothing survives the process.
   */
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
