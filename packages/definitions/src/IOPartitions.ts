import type { PartitionKeyRange } from "@heddle/partitions/PartitionKeyRange"
import type { PartitionMoment } from "@heddle/partitions/Partitions"
import { PartitionSubset } from "@heddle/partitions/PartitionSubset"
import * as Result from "effect/Result"
import { BodyPartition, type PartitionMembers } from "./BodyPartition.ts"
import { type AssetPartitionMembers, ValuePartitions } from "./ValuePartitions.ts"

/** What IO managers are told of partitions: those of the run, and those of the value. */
export interface IOPartitions
  extends
    Pick<PartitionMembers, "hasPartitionKey" | "partitionKey" | "hasPartitionKeyRange" | "partitionKeyRange">,
    AssetPartitionMembers {}

/** The partitions that a context of an IO manager is built with; what is left out follows from the others, or is not there. */
export type IOPartitionsOptions = {
  readonly [K in Exclude<keyof IOPartitions, `has${string}` | "assetPartitionKey" | "assetPartitionTimeWindow">]?:
    | IOPartitions[K]
    | undefined
}

/** The address of the value of an asset. */
interface AddressOfAsset {
  readonly asset: string
  readonly partition?: string
}

/** The keys of the value's partitions. */
const keysOf = (
  given: IOPartitionsOptions,
  address: AddressOfAsset | undefined,
  moment: PartitionMoment
): ReadonlyArray<string> => {
  if (given.assetPartitionKeys !== undefined) return given.assetPartitionKeys
  if (address?.partition !== undefined) return [address.partition]
  const { assetPartitionKeyRange: range, assetPartitions } = given
  if (range === undefined) return []
  if (assetPartitions === undefined) return range.from === range.to ? [range.from] : [range.from, range.to]
  return [...PartitionSubset.keys(Result.getOrThrow(PartitionSubset.ofRange(assetPartitions.at(moment), range)))]
}

/** What the run is for. */
const runOf = ({
  partitionKey,
  partitionKeyRange
}: IOPartitionsOptions): { key: string } | { range: PartitionKeyRange } | undefined =>
  partitionKey !== undefined
    ? { key: partitionKey }
    : partitionKeyRange === undefined
      ? undefined
      : { range: partitionKeyRange }

/**
 * Partitions for contexts of IO managers that are built without a run.
 *
 * @since 0.1.0
 */
export const IOPartitions = {
  /**
   * Adds to a context what it says of partitions.
   *
   * @param context - the rest of the context
   * @param given - the partitions: `partitionKey` or `partitionKeyRange` of the run; `assetPartitions` of the value, with
   *   `assetPartitionKeys` or `assetPartitionKeyRange` unless its address has one
   * @param address - the address of the value, if it is that of an asset
   * @returns the context, changed; members that there is no answer to throw `ContextError` when they are read
   */
  addTo: <C extends object>(
    context: C,
    given: IOPartitionsOptions,
    address: AddressOfAsset | undefined
  ): C & IOPartitions => {
    // Which windows of time exist depends on when they are asked for; there is no run that says it.
    const moment = { now: Date.now() }
    const none = "the context was built without one"
    const run = new BodyPartition({ for: runOf(given), set: () => given.assetPartitions?.at(moment), none })
    const value = new ValuePartitions({
      asset: address?.asset,
      partitions: given.assetPartitions,
      keys: keysOf(given, address, moment),
      moment
    })
    const members: IOPartitions = {
      get hasPartitionKey() {
        return run.hasPartitionKey
      },
      get partitionKey() {
        return run.partitionKey
      },
      get hasPartitionKeyRange() {
        return run.hasPartitionKeyRange
      },
      get partitionKeyRange() {
        return run.partitionKeyRange
      },
      get hasAssetPartitions() {
        return value.hasAssetPartitions
      },
      get assetPartitionKey() {
        return value.assetPartitionKey
      },
      get assetPartitionKeys() {
        return value.assetPartitionKeys
      },
      get assetPartitionKeyRange() {
        return value.assetPartitionKeyRange
      },
      get assetPartitionTimeWindow() {
        return value.assetPartitionTimeWindow
      },
      get assetPartitions() {
        return value.assetPartitions
      }
    }
    return Object.defineProperties(context, Object.getOwnPropertyDescriptors(members)) as C & IOPartitions
  }
}
