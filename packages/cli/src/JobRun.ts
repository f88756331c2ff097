import type { AnyJob } from "@heddle/definitions/Job"
import { type EventListener, RunControl } from "@heddle/engine/run/RunControl"
import type { ReexecutionOptions } from "@heddle/engine/run/ReexecutionOptions"
import type { JobNotLoaded } from "@heddle/engine/executor/JobLocation"
import { DefaultExecutors } from "@heddle/execution/DefaultExecutors"
import type { ExecuteJobError } from "@heddle/execution/executeJob"
import { launchDefinition } from "@heddle/execution/launchDefinition"
import type { Instance } from "@heddle/storage/Instance"
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import { resolve } from "node:path"
import { pathToFileURL } from "node:url"
import { CancelSignal } from "./CancelSignal.ts"
import { ProcessEnd } from "./ProcessEnd.ts"
import { EXECUTORS } from "./executors.ts"

/** What a run from the command line is given. */
export interface JobRunOptions {
  /** Path of the module that worker processes load the job from. */
  readonly file: string
  readonly runConfig?: Schema.Json | undefined
  readonly tags: { readonly [key: string]: string }
  readonly maxConcurrent?: number | undefined
  readonly runId?: string | undefined
  /** Which run it executes again, and what of it. */
  readonly reexecution?: ReexecutionOptions | undefined
  /** Only these ops are executed. */
  readonly opSelection?: ReadonlyArray<string> | undefined
  /** Sees events once they are in the log. */
  readonly onEvents: EventListener
  /** Hears of the user's wish to cancel, before the run does. */
  readonly onCancel: () => void
}

/** Why a run from the command line could not be made or carried. */
export type JobRunError = Exclude<ExecuteJobError, JobNotLoaded>

const given = <Options extends object>(options: Options): { [K in keyof Options]: Exclude<Options[K], undefined> } =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof Options]: Exclude<Options[K], undefined>
  }

/**
 * Runs a job that is known only by what a module exports.
 *
 * @since 0.1.0
 */
export const JobRun = {
  /**
   * Runs a job to its end in the instance that is provided, and keeps the values of its steps as files in the home
   * folder; how it ended is in its events. The first signal that asks this process to end cancels the run.
   *
   * @param job - the job, which must be closed
   * @param options - run config, tags, id, how many steps at once, who listens
   */
  execute: (
    job: AnyJob,
    { file, maxConcurrent, onCancel, onEvents, opSelection, reexecution, runConfig, runId, tags }: JobRunOptions
  ): Effect.Effect<void, JobRunError, Instance> =>
    Effect.gen(function* () {
      const control = new RunControl()
      yield* CancelSignal.wait.pipe(
        Effect.andThen(() => {
          onCancel()
          control.cancel("asked for on the command line")
          return Effect.void
        }),
        Effect.forkChild
      )
      yield* ProcessEnd.watch((error) => control.abort(error))
      const options = given({ runConfig, maxConcurrent, runId, reexecution, opSelection })
      const location = { moduleUrl: pathToFileURL(resolve(file)).href, jobName: job.name }
      const { ended } = yield* launchDefinition(job.definition, { ...options, location, tags, control, onEvents }).pipe(
        Effect.provideService(DefaultExecutors, EXECUTORS)
      )
      yield* ended
    }).pipe(Effect.scoped)
}
