import type { HeddleEventOf } from "@heddle/events/HeddleEvent"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { AssetPartition } from "./AssetPartition.ts"
import { MemoryStore } from "./internal/MemoryStore.ts"
import { StorageError } from "./StorageError.ts"

/** The events about assets, by what they record. */
export interface AssetEvents {
  readonly materialization: HeddleEventOf<"ASSET_MATERIALIZATION">
  readonly observation: HeddleEventOf<"ASSET_OBSERVATION">
  readonly check: HeddleEventOf<"ASSET_CHECK_EVALUATION">
}

/** The latest events of one asset. */
export interface LatestOfAsset {
  readonly materialization?: AssetEvents["materialization"]
  readonly observation?: AssetEvents["observation"]
  /** Whether the observation is later than the materialization. */
  readonly isObservedLast: boolean
}

/** A position in the history of an asset. It is opaque: only the log that issued it can read it. */
export type AssetCursor = string

/** Which part of the history of an asset to read. */
export interface AssetQuery {
  /** Only events of one partition. */
  readonly partition?: string | undefined
  /** Only events of one check. */
  readonly check?: string | undefined
  /** Only events before this cursor; by default, from the latest one. */
  readonly before?: AssetCursor | undefined
  /** The maximum number of events to read: an integer ≥ 1, by default 100. */
  readonly limit?: number | undefined
}

/** A page of the history of an asset, the latest event first, and the cursor after its last event. */
export interface AssetPage<E> {
  readonly events: ReadonlyArray<E>
  /** Where the next page starts; `undefined` after the earliest event. */
  readonly next: AssetCursor | undefined
}

const CURSOR = /^asset:(\d{1,15})$/

const placeOf = (cursor: AssetCursor | undefined, end: number): Effect.Effect<number, StorageError> => {
  if (cursor === undefined) return Effect.succeed(end)
  const place = CURSOR.exec(cursor)?.[1]
  if (place !== undefined) return Effect.succeed(Number(place))
  const cause = new Error(`"${cursor}" is not a place in the history of an asset`)
  return Effect.fail(new StorageError({ operation: "read events of assets", cause }))
}

/**
 * The events about assets in the event log, across all runs. It is an index of the log, not a second source of truth.
 *
 * @since 0.1.0
 * @source Dagster EventLogStorage.get_latest_materialization_events, get_asset_check_execution_history
 */
export class AssetLog extends Context.Service<
  AssetLog,
  {
    /**
     * Reads the latest materialization and observation of each asset.
     *
     * @param assets - text keys
     * @param partition - only events of this partition; by default, all events
     * @returns the events by text key; assets without events are left out
     */
    readonly latest: (
      assets: ReadonlyArray<string>,
      partition?: string
    ) => Effect.Effect<ReadonlyMap<string, LatestOfAsset>, StorageError>
    /** Reads the history of an asset, the latest event first. */
    readonly history: <K extends keyof AssetEvents>(
      kind: K,
      asset: string,
      query?: AssetQuery
    ) => Effect.Effect<AssetPage<AssetEvents[K]>, StorageError>
    /**
     * Reads what the log says of all partitions of an asset. The work grows with the number of partitions that were ever
     * planned or materialized, and not with the number of events.
     *
     * @param asset - text key
     * @returns the partitions by key, in no particular order; missing partitions are left out
     */
    readonly partitions: (asset: string) => Effect.Effect<ReadonlyMap<string, AssetPartition>, StorageError>
  }
>()("@heddle/storage/AssetLog") {
  /** Layer that reads the log in memory. */
  static readonly layerMemory: Layer.Layer<AssetLog, never, MemoryStore> = Layer.effect(
    AssetLog,
    Effect.map(MemoryStore, ({ assets, statusOf }) =>
      AssetLog.of({
        partitions: (asset) => Effect.sync(() => assets.partitions(asset, statusOf)),
        latest: (keys, partition) =>
          Effect.sync(() => {
            const found = new Map<string, LatestOfAsset>()
            for (const key of keys) {
              const materialization = assets.last("materialization", key, partition)
              const observation = assets.last("observation", key, partition)
              if (materialization === undefined && observation === undefined) continue
              found.set(key, {
                ...(materialization === undefined ? {} : { materialization: materialization.event }),
                ...(observation === undefined ? {} : { observation: observation.event }),
                isObservedLast: (observation?.place ?? -1) > (materialization?.place ?? -1)
              })
            }
            return found
          }),
        history: (kind, asset, query = {}) =>
          Effect.map(placeOf(query.before, Infinity), (before) => {
            const { events, next } = assets.history(kind, asset, { ...query, before })
            return { events, next: next === undefined ? undefined : `asset:${next}` }
          })
      })
    )
  )
}
