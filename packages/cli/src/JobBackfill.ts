import type { AssetSelectionInput } from "@heddle/definitions/AssetSelection"
import type { AnyJob } from "@heddle/definitions/Job"
import { backfillDefinition } from "@heddle/execution/backfill"
import { BackfillControl } from "@heddle/execution/BackfillControl"
import type { BackfillProgress, BackfillResult } from "@heddle/execution/BackfillProgress"
import type { BackfillRefused } from "@heddle/execution/BackfillRefused"
import { DefaultExecutors } from "@heddle/execution/DefaultExecutors"
import type { PartitionKeyRange } from "@heddle/partitions/PartitionKeyRange"
import type { Instance } from "@heddle/storage/Instance"
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import { resolve } from "node:path"
import { pathToFileURL } from "node:url"
import { CancelSignal } from "./CancelSignal.ts"
import { EXECUTORS } from "./executors.ts"
import { given, type JobRunError } from "./JobRun.ts"
import { ProcessEnd } from "./ProcessEnd.ts"

/** Options of a backfill started from the command line. */
export interface JobBackfillOptions {
  /** Path of the module from which worker processes load the job. */
  readonly file: string
  readonly runConfig?: Schema.Json | undefined
  readonly tags: { readonly [key: string]: string }
  readonly maxConcurrent?: number | undefined
  readonly partitionRange: PartitionKeyRange
  readonly backfillId: string | undefined
  readonly maxConcurrentRuns: number | undefined
  readonly opSelection?: ReadonlyArray<string> | undefined
  readonly assetSelection?: AssetSelectionInput | undefined
  readonly onProgress: (progress: BackfillProgress) => void
  /** Called when the user asks to cancel, before the runs are cancelled. */
  readonly onCancel: () => void
}

/** Errors that prevent a backfill. */
export type JobBackfillError = JobRunError | BackfillRefused

/**
 * Runs a job loaded from a module for many partitions.
 *
 * @since 0.1.0
 */
export const JobBackfill = {
  /**
   * Runs a backfill in the provided instance. The first termination signal to this process cancels its runs in progress, and no others
   * start.
   *
   * @param job - the job, with no unmet requirements
   * @param options - the partitions, run config, tags, concurrency and listeners
   */
  execute: (
    job: AnyJob,
    { file, onCancel, onProgress, tags, ...rest }: JobBackfillOptions
  ): Effect.Effect<BackfillResult, JobBackfillError, Instance> =>
    Effect.gen(function* () {
      const control = new BackfillControl()
      yield* CancelSignal.wait.pipe(
        Effect.andThen(() => {
          onCancel()
          control.cancel("requested on the command line")
          return Effect.void
        }),
        Effect.forkChild
      )
      yield* ProcessEnd.watch((error) => control.abort(error))
      const location = { moduleUrl: pathToFileURL(resolve(file)).href, jobName: job.name }
      return yield* backfillDefinition(job.definition, { ...given(rest), location, tags, control, onProgress }).pipe(
        Effect.provideService(DefaultExecutors, EXECUTORS)
      )
    }).pipe(Effect.scoped)
}
