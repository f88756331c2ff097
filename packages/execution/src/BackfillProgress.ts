import type { ErrorInfo } from "@heddle/events/ErrorInfo"
import type { RunStatus } from "@heddle/events/RunStatus"

/** How one run of a backfill ended, or why it did not start. */
export interface BackfillRun {
  /** The keys of the partitions that it was for; none for a run of assets without partitions. */
  readonly partitions: ReadonlyArray<string>
  /** Of a run for no partitions: the text keys of its assets. */
  readonly assets?: ReadonlyArray<string>
  /** The id of the run; nothing if it did not start. */
  readonly runId?: string
  /** `NOT_STARTED` if it did not start. */
  readonly status: RunStatus
  /** Why it did not succeed. */
  readonly error?: ErrorInfo
}

/**
 * What happens in a backfill, as it happens.
 *
 * @since 0.1.0
 */
export type BackfillProgress =
  | {
      readonly _tag: "BackfillStarted"
      readonly backfillId: string
      /** How many partitions it is to make. */
      readonly partitions: number
      /** How many of them its earlier runs have made. */
      readonly skipped: number
      /** How many runs it will start. */
      readonly runs: number
    }
  | {
      readonly _tag: "RunStarted"
      readonly runId: string
      readonly partitions: ReadonlyArray<string>
      /** Of a run for no partitions: the text keys of its assets. */
      readonly assets?: ReadonlyArray<string>
      /** The earlier run of the backfill that it goes on from. */
      readonly parentRunId?: string
    }
  | ({ readonly _tag: "RunEnded" } & BackfillRun)

/**
 * How a backfill ended.
 *
 * @since 0.1.0
 */
export interface BackfillResult {
  readonly backfillId: string
  /** Whether every partition was made, by this call or before, and all assets without partitions. */
  readonly success: boolean
  /** Whether it was cancelled before it was done. */
  readonly canceled: boolean
  /** The keys of the partitions that this call made, in order. */
  readonly made: ReadonlyArray<string>
  /** The keys of the partitions that earlier runs of the backfill had made, in order. */
  readonly skipped: ReadonlyArray<string>
  /** The keys of the partitions that were not made, in order. */
  readonly failed: ReadonlyArray<string>
  /**
   * The runs of this call, with those that did not start, in the order of their partitions: assets without partitions are made in one
   * run before, or in one after if they depend on the partitions.
   */
  readonly runs: ReadonlyArray<BackfillRun>
}
