import type { AssetSelectionInput } from "@heddle/definitions/AssetSelection"
import type { AnyJob } from "@heddle/definitions/Job"
import { type EventListener, RunControl } from "@heddle/engine/run/RunControl"
import type { ReexecutionOptions } from "@heddle/engine/run/ReexecutionOptions"
import type { JobNotLoaded } from "@heddle/engine/executor/JobLocation"
import { DefaultExecutors } from "@heddle/execution/DefaultExecutors"
import type { ExecuteJobError } from "@heddle/execution/ExecuteJobOptions"
import { launchDefinition } from "@heddle/execution/launchDefinition"
import type { PartitionKeyRange } from "@heddle/partitions/PartitionKeyRange"
import type { Instance } from "@heddle/storage/Instance"
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import { resolve } from "node:path"
import { pathToFileURL } from "node:url"
import { CancelSignal } from "./CancelSignal.ts"
import { ProcessEnd } from "./ProcessEnd.ts"
import { EXECUTORS } from "./executors.ts"

/** Options of a run started from the command line. */
export interface JobRunOptions {
  /** Path of the module from which worker processes load the job. */
  readonly file: string
  readonly runConfig?: Schema.Json | undefined
  readonly tags: { readonly [key: string]: string }
  readonly maxConcurrent?: number | undefined
  /** The key of the partition to run for. */
  readonly partitionKey?: string | undefined
  /** The first and the last of the partitions to run for. */
  readonly partitionRange?: PartitionKeyRange | undefined
  readonly runId?: string | undefined
  /** The run to re-execute, and which of its steps. */
  readonly reexecution?: ReexecutionOptions | undefined
  /** Execute only these ops. */
  readonly opSelection?: ReadonlyArray<string> | undefined
  /** Make and check only these assets. */
  readonly assetSelection?: AssetSelectionInput | undefined
  /** Called with the keys of the steps that the run will execute, before it starts. */
  readonly onPlan: (stepKeys: ReadonlyArray<string>) => void
  /** Receives events after they are stored in the log. */
  readonly onEvents: EventListener
  /** Called when the user asks to cancel, before the run is cancelled. */
  readonly onCancel: () => void
}

/** Errors that prevent a run from being created or continued. */
export type JobRunError = Exclude<ExecuteJobError, JobNotLoaded>

/** The options that are given. */
export const given = <Options extends object>(
  options: Options
): { [K in keyof Options]: Exclude<Options[K], undefined> } =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof Options]: Exclude<Options[K], undefined>
  }

/**
 * Runs a job loaded from a module.
 *
 * @since 0.1.0
 */
export const JobRun = {
  /**
   * Runs a job to completion in the provided instance and stores the outputs of its steps as files in the home folder.
   * The outcome is in the events. The first termination signal to this process cancels the run.
   *
   * @param job - the job, with no unmet requirements
   * @param options - run config, tags, run id, concurrency and listeners
   */
  execute: (
    job: AnyJob,
    {
      assetSelection,
      file,
      maxConcurrent,
      onCancel,
      onEvents,
      onPlan,
      opSelection,
      partitionKey,
      partitionRange,
      reexecution,
      runConfig,
      runId,
      tags
    }: JobRunOptions
  ): Effect.Effect<void, JobRunError, Instance> =>
    Effect.gen(function* () {
      const control = new RunControl()
      yield* CancelSignal.wait.pipe(
        Effect.andThen(() => {
          onCancel()
          control.cancel("requested on the command line")
          return Effect.void
        }),
        Effect.forkChild
      )
      yield* ProcessEnd.watch((error) => control.abort(error))
      const options = given({
        runConfig,
        maxConcurrent,
        partitionKey,
        partitionRange,
        runId,
        reexecution,
        opSelection,
        assetSelection
      })
      const location = { moduleUrl: pathToFileURL(resolve(file)).href, jobName: job.name }
      const { ended, plan } = yield* launchDefinition(job.definition, {
        ...options,
        location,
        tags,
        control,
        onEvents
      }).pipe(Effect.provideService(DefaultExecutors, EXECUTORS))
      onPlan(plan.steps.map(({ key }) => key))
      yield* ended
    }).pipe(Effect.scoped)
}
