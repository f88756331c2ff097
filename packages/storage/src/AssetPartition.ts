import { RunStatus } from "@heddle/events/RunStatus"

/** An event about a partition of an asset, as an index keeps it. */
export interface PartitionEvent {
  readonly runId: string
  /** Milliseconds since the epoch. */
  readonly timestamp: number
}

/**
 * What the log says of one partition of an asset.
 *
 * - `materialized`: the partition is materialized, and no later run has failed to do it again.
 * - `failed`: the latest run that planned it failed before it materialized it.
 * - `inProgress`: the latest run that planned it has not ended, and has not materialized it yet.
 *
 * A partition of which the log says nothing is missing.
 *
 * @since 0.1.0
 * @source Dagster AssetPartitionStatusCacheValue, build_failed_and_in_progress_partition_subset
 */
export interface AssetPartition {
  readonly status: "materialized" | "failed" | "inProgress"
  /** The latest materialization, also of a partition that failed since or is in progress. */
  readonly materialization?: PartitionEvent
  /** The run that failed to materialize it, or that is about to. */
  readonly plannedBy?: string
}

/** The latest events of one partition. */
export interface LatestOfPartition {
  readonly materialization: PartitionEvent | undefined
  /** The run that planned to materialize it after the latest materialization, if there is one. */
  readonly planned: { readonly runId: string; readonly status: RunStatus | undefined } | undefined
}

/**
 * Reads the status of a partition from its latest events.
 *
 * @since 0.1.0
 */
export const AssetPartition = {
  /**
   * The status by the latest events; `undefined` if the partition is missing.
   *
   * @param latest - the latest events of the partition, and the status of the run that planned it
   */
  of: ({ materialization, planned }: LatestOfPartition): AssetPartition | undefined => {
    const made = materialization === undefined ? {} : { materialization }
    // A run that was canceled, or that left the asset out, says nothing of it.
    if (planned?.status === "FAILURE") return { status: "failed", ...made, plannedBy: planned.runId }
    if (planned?.status !== undefined && !RunStatus.isFinished(planned.status)) {
      return { status: "inProgress", ...made, plannedBy: planned.runId }
    }
    return materialization === undefined ? undefined : { status: "materialized", materialization }
  }
}
