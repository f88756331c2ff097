import { RunLiveness } from "@heddle/engine/run/RunLiveness"
import type { Partitions } from "@heddle/partitions/Partitions"
import type { PartitionSet } from "@heddle/partitions/PartitionSet"
import { AssetLog } from "@heddle/storage/AssetLog"
import type { AssetPartition } from "@heddle/storage/AssetPartition"
import type { DynamicPartitions } from "@heddle/storage/DynamicPartitions"
import { RunStorage } from "@heddle/storage/RunStorage"
import type { StorageError } from "@heddle/storage/StorageError"
import * as Effect from "effect/Effect"
import { momentOf } from "./momentOf.ts"

/** How a partition of an asset stands. `missing` was never materialized. */
export type PartitionStatus = AssetPartition["status"] | "missing"

/**
 * How the partitions of an asset stand, as a reading of the event log. Only partitions of which the log says something are
 * held; the others are missing, and are counted by arithmetic.
 *
 * @since 0.1.0
 * @source Dagster AssetPartitionStatusCacheValue
 */
export class AssetPartitions<in out K extends string = string> {
  /** The partitions as they are now. */
  readonly set: PartitionSet<K>
  /** How many partitions stand in each way. */
  readonly counts: { readonly [S in PartitionStatus]: number }
  /** What the log says of those that are not missing, by number. */
  readonly known: ReadonlyMap<number, AssetPartition>
  /** Keys of which the log says something and which are no partitions any more. */
  readonly former: ReadonlyArray<string>

  private constructor(set: PartitionSet<K>, logged: ReadonlyMap<string, AssetPartition>) {
    const known = new Map<number, AssetPartition>()
    const former: Array<string> = []
    const counts = { materialized: 0, failed: 0, inProgress: 0 }
    for (const [key, partition] of logged) {
      const index = set.indexOf(key)
      if (index === undefined) {
        former.push(key)
        continue
      }
      known.set(index, partition)
      counts[partition.status]++
    }
    this.set = set
    this.known = known
    this.former = former
    this.counts = { ...counts, missing: set.count - known.size }
  }

  /** How the partition with a number stands. */
  statusAt(index: number): PartitionStatus {
    return this.known.get(index)?.status ?? "missing"
  }

  /** The keys of the partitions that stand in a way, in order, one after the other. */
  *keysOf(status: PartitionStatus): Generator<K> {
    for (let i = 0; i < this.set.count; i++) if (this.statusAt(i) === status) yield this.set.keyAt(i)!
  }

  /**
   * Reads how the partitions of an asset stand in the provided instance. A partition that a run was to materialize whose process
   * is gone has failed.
   *
   * @param asset - text key
   * @param partitions - the partitions of the asset
   */
  static readonly read = Effect.fnUntraced(function* <K extends string>(
    asset: string,
    partitions: Partitions<K>
  ): Effect.fn.Return<AssetPartitions<K>, StorageError, AssetLog | DynamicPartitions | RunStorage> {
    const log = yield* AssetLog
    const set = partitions.at(yield* momentOf([partitions.description]))
    return new AssetPartitions(set, yield* withLostRuns(yield* log.partitions(asset)))
  })
}

/** The partitions, with those of runs that are lost as failed. */
const withLostRuns = Effect.fnUntraced(function* (logged: ReadonlyMap<string, AssetPartition>) {
  const active = new Set<string>()
  for (const { plannedBy, status } of logged.values()) {
    if (status === "inProgress" && plannedBy !== undefined) active.add(plannedBy)
  }
  if (active.size === 0) return logged
  const storage = yield* RunStorage
  const lost = new Set<string>()
  for (const runId of active) {
    // One that was deleted meanwhile plans nothing.
    const isLost = yield* storage.get(runId).pipe(
      Effect.flatMap(RunLiveness.now),
      Effect.map((status) => status === "LOST"),
      Effect.catchTag("RunNotFound", () => Effect.succeed(true))
    )
    if (isLost) lost.add(runId)
  }
  if (lost.size === 0) return logged
  return new Map(
    Array.from(logged, ([key, partition]) => [
      key,
      partition.status === "inProgress" && lost.has(partition.plannedBy ?? "")
        ? { ...partition, status: "failed" as const }
        : partition
    ])
  )
})
