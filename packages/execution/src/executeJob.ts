import type { AnyJob } from "@heddle/definitions/Job"
import type { JobDefinition } from "@heddle/definitions/JobDefinition"
import { OptionNames } from "@heddle/definitions/OptionNames"
import type { Reconstructable } from "@heddle/definitions/Reconstructable"
import { JobLocation, JobNotLoaded } from "@heddle/engine/executor/JobLocation"
import { loading } from "@heddle/engine/executor/loading"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import { EventLog } from "@heddle/storage/EventLog"
import type { Instance } from "@heddle/storage/Instance"
import { RunStorage } from "@heddle/storage/RunStorage"
import type { RunTakenOver, StorageError } from "@heddle/storage/StorageError"
import type * as Duration from "effect/Duration"
import type * as Scope from "effect/Scope"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { pathToFileURL } from "node:url"
import type { ExecuteJob, ExecuteJobError, ExecuteJobOptions } from "./ExecuteJobOptions.ts"
import { JobExecutionResult } from "./JobExecutionResult.ts"
import { launchDefinition, type LaunchedRun } from "./launchDefinition.ts"
import { type RaisedRun, raiseFailure } from "./raiseFailure.ts"

/** How long a module may take to load. */
const patienceWith = (moduleUrl: string): Duration.Input =>
  moduleUrl === pathToFileURL(process.argv[1] ?? "").href ? "2 seconds" : "1 minute"

/** Checks that other processes would load this very job. Fails if the pointer to it is wrong. */
export const checkPointer = Effect.fnUntraced(function* ({ exportName, job, moduleUrl }: Reconstructable<AnyJob>) {
  const refuse = (problem: string) => new JobNotLoaded({ moduleUrl, jobName: job.name, problem })
  if (loading.moduleUrl !== undefined) {
    return yield* refuse(
      `a worker is loading "${loading.moduleUrl}", which runs a job while it loads, so every worker would run it again: run the job from another module, or inside "if (import.meta.main)"`
    )
  }
  const loaded = yield* JobLocation.load({ moduleUrl, exportName, jobName: job.name }).pipe(
    Effect.timeoutOrElse({
      duration: patienceWith(moduleUrl),
      orElse: () =>
        refuse(
          "it does not finish loading, possibly because it awaits this run at its top level: run the job from a module other than the one that exports it"
        )
    })
  )
  if (loaded.definition === job.definition) return
  return yield* refuse(
    `its export "${exportName}" is a different job of that name: export the same job that you execute. A module that is loaded twice, such as from source and built or under two URLs, also creates two jobs`
  )
})

/**
 * Runs a job that is known by its definition and its place, with the executor that its run config names. Whether the
 * place holds that job is not looked at.
 *
 * @param whole - the job as this process has loaded it
 * @param location - where workers load it from
 * @param options - as for `executeJob`
 * @returns how the run ended; fails before anything runs when run config does not fit, when an output has no codec and no
 *   IO manager of its own, and for what a re-execution can be refused for
 * @since 0.1.0
 */
export const executeLocated = (
  whole: JobDefinition,
  location: JobLocation,
  options: ExecuteJobOptions
): Effect.Effect<JobExecutionResult, Exclude<ExecuteJobError, JobNotLoaded>, Instance> =>
  Effect.scoped(
    Effect.flatMap(launchLocated(whole, location, options), ({ ended }) => Effect.map(ended, ({ result }) => result))
  )

/** A recorded run of a reconstructable job, in progress. */
export interface LaunchedLocated {
  readonly launched: LaunchedRun
  /** Waits for the end of the run; of a job whose bodies ran in this process, what they failed with is there as it was. */
  readonly ended: Effect.Effect<
    { readonly result: JobExecutionResult; readonly raised: RaisedRun },
    StorageError | RunTakenOver
  >
}

/** Starts a job. Leaving the scope cancels the run and waits for its end. */
const launchLocated = Effect.fnUntraced(function* (
  whole: JobDefinition,
  location: JobLocation,
  options: ErasedCall
): Effect.fn.Return<LaunchedLocated, Exclude<ExecuteJobError, JobNotLoaded>, Instance | Scope.Scope> {
  const launched = yield* launchDefinition(whole, { ...options, location })
  const context = yield* Effect.context<Instance>()
  const { capture, ioManager, job, runConfig, runId, tags } = launched
  const ended = Effect.gen(function* () {
    yield* launched.ended
    const events: ReadonlyArray<HeddleEvent> = yield* Stream.runCollect(EventLog.readAll(runId))
    // A run that has just ended is there.
    const run = yield* RunStorage.use((storage) => storage.get(runId)).pipe(Effect.catchTag("RunNotFound", Effect.die))
    const result = new JobExecutionResult({ runId, job, runConfig, tags, ioManager, run, events, context })
    return { result, raised: { runId, capture, events } }
  })
  return { launched, ended: Effect.provideContext(ended, context) }
})

/** Options of a call with their types erased. */
type ErasedCall = ExecuteJobOptions & { readonly raiseOnError?: boolean }

const optionNames: OptionNames<ErasedCall> = {
  runConfig: "optional",
  maxConcurrent: "optional",
  tags: "optional",
  runId: "optional",
  values: "optional",
  reexecution: "optional",
  opSelection: "optional",
  assetSelection: "optional",
  partitionKey: "optional",
  partitionRange: "optional",
  control: "optional",
  onEvents: "optional",
  raiseOnError: "optional"
}

/**
 * Starts a reconstructable job in the instance that is provided, with the executor that its run config names.
 *
 * @param pointer - the job, by module and export
 * @param options - as for `executeJob`
 * @returns the run once it is recorded, and what the call gives or fails with at its end; fails as `executeJob` does
 * @since 0.1.0
 */
export const launchJob = Effect.fnUntraced(function* (pointer: Reconstructable<AnyJob>, options: ErasedCall = {}) {
  yield* checkPointer(pointer)
  const unknown = OptionNames.error(`run of job "${pointer.job.name}"`, options, optionNames)
  if (unknown !== undefined) return yield* unknown
  const { exportName, job, moduleUrl } = pointer
  const run = yield* launchLocated(job.definition, { moduleUrl, exportName, jobName: job.name }, options)
  const result = Effect.flatMap(run.ended, ({ raised, result }): Effect.Effect<JobExecutionResult, unknown> => {
    // A step that asks for a retry where they are disabled fails its run, and not the call.
    if (options.raiseOnError !== true || result.success || result.failures[0]?.error.name === "RetriesDisabled") {
      return Effect.succeed(result)
    }
    const isHere = raised.capture.first !== undefined || raised.capture.resourceFailed !== undefined
    // What a body in another process failed with has stayed there: its run tells of it.
    if (!isHere && result.end?._tag === "RUN_FAILURE" && result.end.reason === "STEP_FAILURE") {
      return Effect.succeed(result)
    }
    return raiseFailure(raised)
  })
  return { ...run, result }
})

/**
 * Runs a reconstructable job in the instance that is provided, with the executor that its run config names.
 *
 * @param pointer - the job, by module and export
 * @param options - `ExecuteJobOptions`, and `raiseOnError`
 * @returns how the run ended. Before anything runs, it fails if the module does not hold the job, if an output has no codec
 *   and no IO manager of its own, if an option is unknown, if the run config is not valid, and if a re-execution is refused
 * @since 0.1.0
 * @source Dagster execute_job
 */
export const executeJob: ExecuteJob = ((pointer: Reconstructable<AnyJob>, options?: ErasedCall) =>
  // Which errors bodies fail with is known by the type of the job.
  Effect.scoped(Effect.flatMap(launchJob(pointer, options), ({ result }) => result))) as unknown as ExecuteJob
