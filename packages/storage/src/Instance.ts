import * as Layer from "effect/Layer"
import { AssetLog } from "./AssetLog.ts"
import { ConcurrencySlots } from "./ConcurrencySlots.ts"
import { DynamicPartitions } from "./DynamicPartitions.ts"
import { EventLog } from "./EventLog.ts"
import { MemoryStore } from "./internal/MemoryStore.ts"
import { RunStorage } from "./RunStorage.ts"

/**
 * Where runs are kept: the event log and its index of assets, the run storage, the pools, and the keys of dynamic partitions.
 *
 * @since 0.1.0
 * @source Dagster DagsterInstance, as a composition of small services
 */
export type Instance = EventLog | AssetLog | RunStorage | ConcurrencySlots | DynamicPartitions

const layerMemory: Layer.Layer<Instance> = Layer.mergeAll(
  EventLog.layerMemory,
  AssetLog.layerMemory,
  RunStorage.layerMemory,
  ConcurrencySlots.layerMemory,
  DynamicPartitions.layerMemory
).pipe(Layer.provide(MemoryStore.layer))

/**
 * Layers of whole instances.
 *
 * @since 0.1.0
 */
export const Instance = {
  /**
   * A new instance in memory, each time the layer is built. It ends with the process.
   *
   * @source Dagster DagsterInstance.ephemeral
   */
  layerMemory
}
