import type { JobSnapshot } from "@heddle/events/JobSnapshot"
import type { RunStatus } from "@heddle/events/RunStatus"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { MemoryStore } from "./internal/MemoryStore.ts"
import type { Run, RunRecord } from "./RunRecord.ts"
import { RunAlreadyExists, RunNotFound, type StorageError } from "./StorageError.ts"

/** Which runs to list; every given part must match. */
export interface RunQuery {
  readonly jobName?: string | undefined
  readonly statuses?: ReadonlyArray<RunStatus> | undefined
  readonly tags?: { readonly [key: string]: string } | undefined
  /** At most so many, ≥ 1; 100 without it. */
  readonly limit?: number | undefined
}

/**
 * Questions about a query, for stores that answer it in memory.
 *
 * @since 0.1.0
 */
export const RunQuery = {
  /** Tells whether a run is one that the query asks for; its limit aside. */
  matches: (query: RunQuery, run: Run): boolean =>
    (query.jobName === undefined || run.jobName === query.jobName) &&
    (query.statuses === undefined || query.statuses.includes(run.status)) &&
    Object.entries(query.tags ?? {}).every(([key, value]) => run.tags[key] === value)
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
    /** Reads a run. Fails with `RunNotFound`. */
    readonly get: (runId: string) => Effect.Effect<Run, RunNotFound | StorageError>
    /** Lists runs in the order in which they were created, the newest first. */
    readonly list: (query?: RunQuery) => Effect.Effect<ReadonlyArray<Run>, StorageError>
    /** Reads the job that a run was made of. Fails with `RunNotFound`. */
    readonly snapshot: (runId: string) => Effect.Effect<JobSnapshot, RunNotFound | StorageError>
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
      return RunStorage.of({
        create: (record, snapshot) =>
          Effect.suspend(() => {
            if (store.runs.has(record.runId)) return Effect.fail(new RunAlreadyExists({ runId: record.runId }))
            store.runs.set(record.runId, { record, snapshot })
            return Effect.void
          }),
        get: (runId) => Effect.map(stored(runId), ({ record }) => ({ ...record, ...store.state(runId) })),
        list: (query = {}) =>
          Effect.sync(() =>
            Array.from(store.runs.values(), ({ record }) => ({ ...record, ...store.state(record.runId) }))
              .filter((run) => RunQuery.matches(query, run))
              .reverse()
              .slice(0, query.limit ?? 100)
          ),
        snapshot: (runId) => Effect.map(stored(runId), ({ snapshot }) => snapshot)
      })
    })
  )
}
