import type { HeddleEvent, HeddleEventOf } from "@heddle/events/HeddleEvent"
import type { RunStatus } from "@heddle/events/RunStatus"
import * as Struct from "effect/Struct"
import { AssetPartition } from "../AssetPartition.ts"

/** The events of assets, by what they record. */
interface Kinds {
  readonly planned: HeddleEventOf<"ASSET_MATERIALIZATION_PLANNED">
  readonly materialization: HeddleEventOf<"ASSET_MATERIALIZATION">
  readonly observation: HeddleEventOf<"ASSET_OBSERVATION">
  readonly check: HeddleEventOf<"ASSET_CHECK_EVALUATION">
}

/** An event at its place among those of all runs. */
interface Placed<E> {
  readonly place: number
  readonly event: E
}

const KIND: { readonly [tag: string]: keyof Kinds | undefined } = {
  ASSET_MATERIALIZATION_PLANNED: "planned",
  ASSET_MATERIALIZATION: "materialization",
  ASSET_OBSERVATION: "observation",
  ASSET_CHECK_EVALUATION: "check"
}

/** An index of the events of assets in memory. */
export class MemoryAssets {
  /** By kind and asset, the earliest first. */
  readonly #lists = new Map<string, Array<Placed<Kinds[keyof Kinds]>>>()
  /** The lists that contain events of a run. */
  readonly #ofRuns = new Map<string, Set<string>>()
  #count = 0

  #list<K extends keyof Kinds>(kind: K, asset: string): ReadonlyArray<Placed<Kinds[K]>> {
    // Each list only contains events of its kind, because `add` puts them there.
    return (this.#lists.get(`${kind} ${asset}`) ?? []) as unknown as ReadonlyArray<Placed<Kinds[K]>>
  }

  add(event: HeddleEvent): void {
    const kind = KIND[event._tag]
    if (kind === undefined) return
    const added = event as Kinds[keyof Kinds]
    const name = `${kind} ${added.asset}`
    const placed = { place: this.#count++, event: added }
    const list = this.#lists.get(name)
    if (list === undefined) this.#lists.set(name, [placed])
    else list.push(placed)
    const ofRun = this.#ofRuns.get(event.runId)
    if (ofRun === undefined) this.#ofRuns.set(event.runId, new Set([name]))
    else ofRun.add(name)
  }

  delete(runId: string): void {
    for (const name of this.#ofRuns.get(runId) ?? []) {
      const left = this.#lists.get(name)!.filter(({ event }) => event.runId !== runId)
      if (left.length === 0) this.#lists.delete(name)
      else this.#lists.set(name, left)
    }
    this.#ofRuns.delete(runId)
  }

  last<K extends keyof Kinds>(kind: K, asset: string, partition: string | undefined): Placed<Kinds[K]> | undefined {
    return this.#list(kind, asset).findLast(({ event }) => partition === undefined || event.partition === partition)
  }

  /** What the events say of each partition of an asset. */
  partitions(asset: string, statusOf: (runId: string) => RunStatus | undefined): ReadonlyMap<string, AssetPartition> {
    const latest = new Map<
      string,
      { materialization?: Placed<Kinds["materialization"]>; planned?: Placed<Kinds["planned"]> }
    >()
    for (const kind of ["materialization", "planned"] as const) {
      for (const placed of this.#list(kind, asset)) {
        const { partition } = placed.event
        if (partition !== undefined) latest.set(partition, { ...latest.get(partition), [kind]: placed })
      }
    }
    const partitions = new Map<string, AssetPartition>()
    for (const [key, { materialization, planned }] of latest) {
      const isOpen = planned !== undefined && planned.place > (materialization?.place ?? -1)
      const partition = AssetPartition.of({
        materialization:
          materialization === undefined ? undefined : Struct.pick(materialization.event, ["runId", "timestamp"]),
        planned: isOpen ? { runId: planned.event.runId, status: statusOf(planned.event.runId) } : undefined
      })
      if (partition !== undefined) partitions.set(key, partition)
    }
    return partitions
  }

  /** A page, the latest event first, and the place that the next page ends before. */
  history<K extends keyof Kinds>(
    kind: K,
    asset: string,
    query: {
      readonly partition?: string | undefined
      readonly check?: string | undefined
      readonly before: number
      readonly limit?: number | undefined
    }
  ): { readonly events: ReadonlyArray<Kinds[K]>; readonly next: number | undefined } {
    const { before, check, limit = 100, partition } = query
    const list = this.#list(kind, asset)
    const events: Array<Kinds[K]> = []
    let last = before
    for (let i = list.length - 1; i >= 0; i--) {
      const { event, place } = list[i]!
      if (place >= before) continue
      if (partition !== undefined && event.partition !== partition) continue
      if (check !== undefined && (!("check" in event) || event.check !== check)) continue
      if (events.length === limit) return { events, next: last }
      events.push(event)
      last = place
    }
    return { events, next: undefined }
  }
}
