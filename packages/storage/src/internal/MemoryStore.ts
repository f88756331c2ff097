import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { JobSnapshot } from "@heddle/events/JobSnapshot"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type RunRecord, RunState } from "../RunRecord.ts"

interface StoredRun {
  readonly record: RunRecord
  readonly snapshot: JobSnapshot
}

/** Plain maps that the memory event log and the memory run storage share, so that a run's state follows its events. */
export class MemoryStore extends Context.Service<MemoryStore>()("@heddle/storage/MemoryStore", {
  make: Effect.sync(() => {
    const runs = new Map<string, StoredRun>()
    const states = new Map<string, RunState>()
    const logs = new Map<string, { readonly events: Array<HeddleEvent>; readonly ids: Set<string> }>()
    return {
      runs,
      state: (runId: string): RunState => states.get(runId) ?? RunState.initial,
      events: (runId: string): ReadonlyArray<HeddleEvent> => logs.get(runId)?.events ?? [],
      append: (events: ReadonlyArray<HeddleEvent>): void => {
        for (const event of events) {
          let log = logs.get(event.runId)
          if (log === undefined) logs.set(event.runId, (log = { events: [], ids: new Set() }))
          if (log.ids.has(event.id)) continue
          log.ids.add(event.id)
          log.events.push(event)
          const before = states.get(event.runId) ?? RunState.initial
          const after = RunState.after(before, event)
          if (after !== before) states.set(event.runId, after)
        }
      }
    }
  })
}) {
  static readonly layer = Layer.effect(this, this.make)
}
