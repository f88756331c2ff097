import type { RunConfigError } from "@heddle/config/RunConfigError"
import { describe } from "@heddle/definitions/describe"
import { IOManager } from "@heddle/definitions/IOManager"
import type { AnyJob } from "@heddle/definitions/Job"
import type { JobDefinition } from "@heddle/definitions/JobDefinition"
import { JobRunConfig } from "@heddle/definitions/JobRunConfig"
import type { NotBuilt } from "@heddle/definitions/NotBuilt"
import type { Reconstructable } from "@heddle/definitions/Reconstructable"
import type { EventListener, RunControl } from "@heddle/engine/run/RunControl"
import { type ReexecutionError, type ReexecutionOptions, startRun } from "@heddle/engine/run/startRun"
import { notBuilt } from "@heddle/engine/step/notBuilt"
import { Executor } from "@heddle/engine/wire/Executor"
import type { ErrorInfo } from "@heddle/events/ErrorInfo"
import type { HeddleEvent, HeddleEventOf } from "@heddle/events/HeddleEvent"
import { executeDefinition } from "@heddle/executor-in-process/executeDefinition"
import { FileIOManager } from "@heddle/io-fs/FileIOManager"
import type { Instance } from "@heddle/storage/Instance"
import type { RunAlreadyExists, RunNotFound, RunTakenOver, StorageError } from "@heddle/storage/StorageError"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { availableParallelism } from "node:os"
import { pathToFileURL } from "node:url"
import { loading } from "./internal/loading.ts"
import { JobLocation, JobNotLoaded } from "./JobLocation.ts"
import { MultiprocessExecutor } from "./MultiprocessExecutor.ts"
import { OutputsNotPortable } from "./OutputsNotPortable.ts"

/** Options of a run of a reconstructable job. */
export interface ExecuteJobOptions {
  /** Run config; its `execution` names the executor, `inProcess` or `multiprocess`, in process without it. */
  readonly runConfig?: unknown
  readonly tags?: { readonly [key: string]: string }
  /** How many steps may run at once, over what run config says, ≥ 1. */
  readonly maxConcurrent?: number
  readonly runId?: string
  /** Folder of values whose outputs name no IO manager. */
  readonly values: string
  readonly reexecution?: ReexecutionOptions
  /** How long a body in a worker may take to end when it is asked to; 5 seconds without it. */
  readonly grace?: Duration.Input
  /** How long a worker process may give no sign of life before it is killed; 60 seconds without it. */
  readonly heartbeatTimeout?: Duration.Input
  readonly control?: RunControl
  readonly onEvents?: EventListener
}

/**
 * How a run of a reconstructable job ended. Its events and values are in the instance and with the IO managers.
 *
 * @since 0.1.0
 * @source Dagster JobExecutionResult
 */
export interface JobExecutionResult {
  readonly runId: string
  readonly success: boolean
  /** The steps that failed for good, with what is stored of their errors. */
  readonly failures: ReadonlyArray<{ readonly stepKey: string; readonly error: ErrorInfo }>
  /** The last event of the run. */
  readonly end: HeddleEventOf<"RUN_SUCCESS" | "RUN_FAILURE" | "RUN_CANCELED"> | undefined
}

/** Everything that keeps a run from taking place. */
export type ExecuteJobError =
  | JobNotLoaded
  | OutputsNotPortable
  | RunConfigError
  | RunAlreadyExists
  | RunNotFound
  | ReexecutionError
  | RunTakenOver
  | NotBuilt
  | StorageError

const asks = (runConfig: unknown, executor: string): boolean => {
  const execution =
    typeof runConfig === "object" && runConfig !== null && "execution" in runConfig ? runConfig.execution : undefined
  return typeof execution === "object" && execution !== null && executor in execution
}

/** How long a module may load; the main module is loaded already, or waits for the run that is asked for. */
const patienceWith = (moduleUrl: string): Duration.Input =>
  moduleUrl === pathToFileURL(process.argv[1] ?? "").href ? "2 seconds" : "1 minute"

/** The job that another process would load is the one at hand, or the pointer to it is wrong. */
const check = Effect.fnUntraced(function* ({ exportName, job, moduleUrl }: Reconstructable<AnyJob>) {
  const refuse = (problem: string) => new JobNotLoaded({ moduleUrl, jobName: job.name, problem })
  if (loading.moduleUrl !== undefined) {
    return yield* refuse(
      `a worker is loading "${loading.moduleUrl}", which runs a job while it loads, and so would every worker: run it from another module, or behind "if (import.meta.main)"`
    )
  }
  const loaded = yield* JobLocation.load({ moduleUrl, exportName, jobName: job.name }).pipe(
    Effect.timeoutOrElse({
      duration: patienceWith(moduleUrl),
      orElse: () =>
        refuse(
          "it does not finish loading: does it await this run at its top level? Run the job from another module than the one that exports it"
        )
    })
  )
  if (loaded.definition === job.definition) return
  return yield* refuse(
    `its export "${exportName}" is another job of that name: export the very job that is executed. A module that was loaded twice, from source and built or under two URLs, makes two jobs too`
  )
})

/**
 * Runs a job that is known by its definition and its place, with the executor that its run config names. Whether the
 * place holds that job is not looked at.
 *
 * @param definition - the job as this process has loaded it
 * @param location - where workers load it from
 * @param options - as for `executeJob`
 * @returns how the run ended; fails before anything runs when run config does not fit, when an output has no codec and no
 *   IO manager of its own, and for what a re-execution can be refused for
 * @since 0.1.0
 */
export const executeLocated = Effect.fnUntraced(function* (
  definition: JobDefinition,
  location: JobLocation,
  options: ExecuteJobOptions
): Effect.fn.Return<JobExecutionResult, Exclude<ExecuteJobError, JobNotLoaded>, Instance> {
  const failures: Array<JobExecutionResult["failures"][number]> = []
  let end: JobExecutionResult["end"]
  const onEvents = (events: ReadonlyArray<HeddleEvent>): void => {
    for (const event of events) {
      if (event._tag === "STEP_FAILURE") failures.push({ stepKey: event.stepKey, error: event.error })
      if (event._tag === "RUN_SUCCESS" || event._tag === "RUN_FAILURE" || event._tag === "RUN_CANCELED") end = event
    }
    options.onEvents?.(events)
  }
  const { heartbeatTimeout, values, ...shared } = options
  const isMultiprocess = asks(options.runConfig, "multiprocess")
  // In this process another default IO manager may be there.
  const keepsFiles = isMultiprocess || Option.isNone(yield* Effect.serviceOption(IOManager))
  const snapshot = describe(definition)
  const refused = keepsFiles
    ? OutputsNotPortable.find(snapshot, isMultiprocess ? "multiprocess" : "inProcess")
    : undefined
  if (refused !== undefined) return yield* refused
  if (!isMultiprocess) {
    const { runId } = yield* executeDefinition(definition, {
      ...shared,
      onEvents,
      ioManager: FileIOManager.make(values)
    })
    return { runId, success: end?._tag === "RUN_SUCCESS", failures, end }
  }
  const unbuilt = notBuilt(definition)
  if (unbuilt !== undefined) return yield* unbuilt
  const config = yield* JobRunConfig.validate(definition, options.runConfig)
  const executor = MultiprocessExecutor.make({
    location,
    values,
    maxConcurrent: options.maxConcurrent ?? config.maxConcurrent ?? availableParallelism(),
    ...(options.grace === undefined ? {} : { grace: options.grace }),
    ...(heartbeatTimeout === undefined ? {} : { heartbeatTimeout })
  })
  const { runId } = yield* startRun({
    snapshot,
    runConfig: options.runConfig,
    tags: { ...definition.tags, ...options.tags },
    runId: options.runId,
    reexecution: options.reexecution,
    control: options.control,
    onEvents
  }).pipe(Effect.provideService(Executor, executor))
  return { runId, success: end?._tag === "RUN_SUCCESS", failures, end }
})

/**
 * Runs a reconstructable job in the instance that is provided, with the executor that its run config names.
 *
 * @param pointer - the job, by module and export
 * @param options - `runConfig`, `tags`, `runId`; `values`: folder of values whose outputs name no IO manager;
 *   `reexecution`: the run that this one goes on from; `control`: to ask for its end; `onEvents`: sees events once they
 *   are in the log
 * @returns how the run ended; fails before anything runs when the module does not hold the job, when an output has no codec
 *   and no IO manager of its own, when run config does not fit, and for what a re-execution can be refused for
 * @since 0.1.0
 * @source Dagster execute_job
 */
export const executeJob = Effect.fnUntraced(function* (
  pointer: Reconstructable<AnyJob>,
  options: ExecuteJobOptions
): Effect.fn.Return<JobExecutionResult, ExecuteJobError, Instance> {
  yield* check(pointer)
  const { exportName, job, moduleUrl } = pointer
  return yield* executeLocated(job.definition, { moduleUrl, exportName, jobName: job.name }, options)
})
