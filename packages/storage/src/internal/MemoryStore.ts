import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { JobSnapshot } from "@heddle/events/JobSnapshot"
import { RunStatus } from "@heddle/events/RunStatus"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { RunLease } from "../RunLease.ts"
import type { CancelRequest } from "../CancelRequest.ts"
import type { Run, RunRecord } from "../RunRecord.ts"
import { RunSummary } from "../RunSummary.ts"
import { RunTakenOver } from "../StorageError.ts"
import { StoreChanges } from "../StoreChanges.ts"
import { MemoryAssets } from "./MemoryAssets.ts"
import { MemoryPools } from "./MemoryPools.ts"
import { SeenIds } from "./SeenIds.ts"

/** In milliseconds, as in stores that outlive a process. In memory, a reader and the holder are the same process. */
export const LEASE_MILLIS = 15_000

interface StoredRun {
  readonly record: RunRecord
  readonly snapshot: JobSnapshot
  lease: RunLease | undefined
  /** Who renews the lease, and is notified when the run is taken over. */
  keeper: ((error: RunTakenOver) => void) | undefined
  cancelRequest: CancelRequest | undefined
}

/** The events of a run. */
interface StoredLog {
  readonly events: Array<HeddleEvent>
  readonly ids: SeenIds
  /** Where its events are among those of all runs: the first place and the one after the last, of each row of them. */
  readonly rows: Array<[from: number, to: number]>
}

/** The lease of a run. A lease that is being renewed counts from the moment when it is read. */
export const leaseOf = ({ keeper, lease }: StoredRun, now: number): RunLease | undefined =>
  lease === undefined || keeper === undefined ? lease : { ...lease, until: now + LEASE_MILLIS }

/**
 * Plain maps that the memory layers share, so that the status of a run follows its events, and its claims follow its status.
 */
export class MemoryStore extends Context.Service<MemoryStore>()("@heddle/storage/MemoryStore", {
  make: Effect.sync(() => {
    const runs = new Map<string, StoredRun>()
    const states = new Map<string, RunSummary>()
    const logs = new Map<string, StoredLog>()
    /** The events of all runs. A deleted event leaves its place empty, so that cursors stay valid. */
    const all: Array<HeddleEvent | undefined> = []
    const assets = new MemoryAssets()
    const changes = new StoreChanges()
    const requests = new StoreChanges()
    const goesOn = (runId: string, now: number): boolean => {
      const run = runs.get(runId)
      const lease = run === undefined ? undefined : leaseOf(run, now)
      const { status } = states.get(runId) ?? RunSummary.initial
      return lease !== undefined && !RunLease.isLapsed(lease, now) && !RunStatus.isFinished(status)
    }
    return {
      runs,
      assets,
      /** Reports events that were appended or deleted. */
      changes,
      /** Reports requests to cancel runs. */
      requests,
      pools: new MemoryPools(goesOn),
      run: (stored: StoredRun, now: number): Run => {
        const lease = leaseOf(stored, now)
        return {
          ...stored.record,
          ...(states.get(stored.record.runId) ?? RunSummary.initial),
          ...(lease === undefined ? {} : { lease }),
          ...(stored.cancelRequest === undefined ? {} : { cancelRequest: stored.cancelRequest })
        }
      },
      /** Gives a run a new lease, and notifies the holder of the last one. */
      hold: (run: StoredRun, lease: RunLease): void => {
        run.lease = lease
        run.keeper?.(new RunTakenOver({ runId: lease.runId }))
        run.keeper = undefined
      },
      /** Whether a run has a newer lease, or was deleted. */
      isStale: ({ fence, runId }: Pick<RunLease, "runId" | "fence">): boolean => {
        const run = runs.get(runId)
        return run === undefined || (run.lease?.fence ?? fence) > fence
      },
      statusOf: (runId: string): RunStatus | undefined =>
        runs.has(runId) ? (states.get(runId) ?? RunSummary.initial).status : undefined,
      isFinished: (runId: string): boolean => RunStatus.isFinished((states.get(runId) ?? RunSummary.initial).status),
      delete: (runId: string): void => {
        runs.delete(runId)
        states.delete(runId)
        assets.delete(runId)
        for (const [from, to] of logs.get(runId)?.rows ?? []) all.fill(undefined, from, to)
        logs.delete(runId)
        changes.tell()
      },
      events: (runId: string): ReadonlyArray<HeddleEvent> => logs.get(runId)?.events ?? [],
      /** How many events all runs have had, including deleted ones: the place after the last one. */
      end: (): number => all.length,
      /** The events of all runs from a place on, and the place after them. */
      eventsFrom: (
        place: number,
        limit: number
      ): { readonly events: ReadonlyArray<HeddleEvent>; readonly next: number } => {
        const events: Array<HeddleEvent> = []
        let next = place
        for (; next < all.length && events.length < limit; next++) if (all[next] !== undefined) events.push(all[next]!)
        return { events, next }
      },
      append: (events: ReadonlyArray<HeddleEvent>): void => {
        let runId: string | undefined
        let log: StoredLog | undefined
        let before = RunSummary.initial
        for (const event of events) {
          // Nearly always, events that are appended together are of one run.
          if (log === undefined || event.runId !== runId) {
            runId = event.runId
            log = logs.get(runId)
            if (log === undefined) logs.set(runId, (log = { events: [], ids: new SeenIds(), rows: [] }))
            before = states.get(runId) ?? RunSummary.initial
          }
          if (!log.ids.add(event.id, "stepKey" in event ? event.stepKey : undefined)) continue
          const row = log.rows.at(-1)
          if (row !== undefined && row[1] === all.length) row[1]++
          else log.rows.push([all.length, all.length + 1])
          log.events.push(event)
          all.push(event)
          assets.add(event)
          const after = RunSummary.after(before, event)
          if (after !== before) states.set(runId, (before = after))
        }
        changes.tell()
      }
    }
  })
}) {
  static readonly layer = Layer.effect(this, this.make)
}
