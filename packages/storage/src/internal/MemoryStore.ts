import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { JobSnapshot } from "@heddle/events/JobSnapshot"
import { RunStatus } from "@heddle/events/RunStatus"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { RunLease } from "../RunLease.ts"
import type { Run, RunRecord } from "../RunRecord.ts"
import { RunSummary } from "../RunSummary.ts"
import { RunTakenOver } from "../StorageError.ts"
import { MemoryPools } from "./MemoryPools.ts"

/** Milliseconds, as in stores that outlive a process; here the process has to be there to look at all. */
export const LEASE_MILLIS = 15_000

interface StoredRun {
  readonly record: RunRecord
  readonly snapshot: JobSnapshot
  lease: RunLease | undefined
  /** Who keeps the lease, and hears when the run is taken. */
  keeper: ((error: RunTakenOver) => void) | undefined
}

/** The lease of a run. A lease that is being renewed counts from the moment at which it is read. */
export const leaseOf = ({ keeper, lease }: StoredRun, now: number): RunLease | undefined =>
  lease === undefined || keeper === undefined ? lease : { ...lease, until: now + LEASE_MILLIS }

/** Plain maps that the memory layers share, so that a run's state follows its events, and its claims its state. */
export class MemoryStore extends Context.Service<MemoryStore>()("@heddle/storage/MemoryStore", {
  make: Effect.sync(() => {
    const runs = new Map<string, StoredRun>()
    const states = new Map<string, RunSummary>()
    const logs = new Map<string, { readonly events: Array<HeddleEvent>; readonly ids: Set<string> }>()
    const goesOn = (runId: string, now: number): boolean => {
      const run = runs.get(runId)
      const lease = run === undefined ? undefined : leaseOf(run, now)
      const { status } = states.get(runId) ?? RunSummary.initial
      return lease !== undefined && !RunLease.isLapsed(lease, now) && !RunStatus.isFinished(status)
    }
    return {
      runs,
      pools: new MemoryPools(goesOn),
      run: (stored: StoredRun, now: number): Run => {
        const lease = leaseOf(stored, now)
        return {
          ...stored.record,
          ...(states.get(stored.record.runId) ?? RunSummary.initial),
          ...(lease === undefined ? {} : { lease })
        }
      },
      /** Gives a run a new lease, of which the keeper of the last one hears. */
      hold: (run: StoredRun, lease: RunLease): void => {
        run.lease = lease
        run.keeper?.(new RunTakenOver({ runId: lease.runId }))
        run.keeper = undefined
      },
      isStale: ({ fence, runId }: Pick<RunLease, "runId" | "fence">): boolean =>
        (runs.get(runId)?.lease?.fence ?? fence) > fence,
      events: (runId: string): ReadonlyArray<HeddleEvent> => logs.get(runId)?.events ?? [],
      append: (events: ReadonlyArray<HeddleEvent>): void => {
        for (const event of events) {
          let log = logs.get(event.runId)
          if (log === undefined) logs.set(event.runId, (log = { events: [], ids: new Set() }))
          if (log.ids.has(event.id)) continue
          log.ids.add(event.id)
          log.events.push(event)
          const before = states.get(event.runId) ?? RunSummary.initial
          const after = RunSummary.after(before, event)
          if (after !== before) states.set(event.runId, after)
        }
      }
    }
  })
}) {
  static readonly layer = Layer.effect(this, this.make)
}
