import { type MetadataInput, MetadataValue } from "@heddle/events/MetadataValue"
import type { BodyPartition } from "./BodyPartition.ts"
import { ContextError } from "./ContextError.ts"

type Metadata = { readonly [name: string]: MetadataValue }

/**
 * The metadata that a body added to the materializations that are to come, of an asset or of one of its partitions.
 *
 * @since 0.1.0
 */
export class AssetMetadata {
  readonly #added = new Map<string, Map<string | undefined, Metadata>>()

  /** Requires a partition of the run. Throws `ContextError`. */
  static requireMade(run: BodyPartition, partition: string): void {
    if (run.hasPartitions && run.partitionKeys.includes(partition)) return
    const problem = `the run is not for partition "${partition}"`
    throw new ContextError({ member: "addAssetMetadata", problem })
  }

  /** Adds metadata to an asset or to one of its partitions; the later value of a name wins. */
  add(asset: string, partition: string | undefined, metadata: { readonly [name: string]: MetadataInput }): void {
    const ofAsset = this.#added.get(asset) ?? new Map<string | undefined, Metadata>()
    this.#added.set(asset, ofAsset)
    ofAsset.set(partition, { ...ofAsset.get(partition), ...MetadataValue.fromRecord(metadata) })
  }

  /** What was added to an asset and to a partition, which counts where two have one name. */
  of(asset: string, partition: string | undefined): Metadata {
    const ofAsset = this.#added.get(asset)
    return { ...ofAsset?.get(undefined), ...(partition === undefined ? {} : ofAsset?.get(partition)) }
  }

  clear(): void {
    this.#added.clear()
  }
}
