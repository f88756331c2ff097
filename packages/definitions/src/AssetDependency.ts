import type { PartitionMapping } from "@heddle/partitions/PartitionMapping"

/** An upstream asset, and which of its partitions are needed. */
export interface AssetDependency {
  /** Text key of the upstream asset. */
  readonly asset: string
  readonly mapping?: PartitionMapping<boolean>
}
