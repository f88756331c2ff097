import type { Partitions } from "@heddle/partitions/Partitions"

/**
 * The partitions of a job, and what its runs get by the key of their partition.
 *
 * @since 0.1.0
 * @source Dagster PartitionedConfig
 */
export interface JobPartitions {
  readonly partitions: Partitions<string>
  /** Makes the run config of runs that are given none. */
  readonly runConfig?: (key: string) => unknown
  /** Makes tags of runs. */
  readonly tags?: (key: string) => { readonly [tag: string]: string }
}
