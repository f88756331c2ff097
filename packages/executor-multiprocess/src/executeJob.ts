import type { RunConfigError } from "@heddle/config/RunConfigError"
import type { DefinitionError } from "@heddle/definitions/DefinitionError"
import { describe } from "@heddle/definitions/describe"
import { IOManager } from "@heddle/definitions/IOManager"
import type { AnyJob, Job } from "@heddle/definitions/Job"
import type { JobDefinition } from "@heddle/definitions/JobDefinition"
import { JobRunConfig } from "@heddle/definitions/JobRunConfig"
import type { NotBuilt } from "@heddle/definitions/NotBuilt"
import type { Reconstructable } from "@heddle/definitions/Reconstructable"
import type { SelectionError, StepNotFound } from "@heddle/engine/plan/SelectionError"
import type { EventListener, RunControl } from "@heddle/engine/run/RunControl"
import { type ReexecutionError, type ReexecutionOptions, startRun } from "@heddle/engine/run/startRun"
import { notBuilt } from "@heddle/engine/step/notBuilt"
import { requireBound } from "@heddle/engine/step/unboundNeeds"
import { Executor } from "@heddle/engine/wire/Executor"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import { type ExecutedDefinition, executeDefinition } from "@heddle/execution/executeDefinition"
import { type RaisedError, raiseFailure } from "@heddle/execution/raiseFailure"
import { RunFailed } from "@heddle/execution/RunFailed"
import { runTarget } from "@heddle/execution/RunTarget"
import { FileIOManager } from "@heddle/io-fs/FileIOManager"
import type { Instance } from "@heddle/storage/Instance"
import type { RunAlreadyExists, RunNotFound, RunTakenOver, StorageError } from "@heddle/storage/StorageError"
import type * as Duration from "effect/Duration"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { availableParallelism } from "node:os"
import { pathToFileURL } from "node:url"
import { loading } from "./internal/loading.ts"
import { JobLocation, JobNotLoaded } from "./JobLocation.ts"
import { JobExecutionResult } from "./JobExecutionResult.ts"
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
  /** Only these ops are executed, with the clauses of `Selection`; a re-execution has that of the run it goes on from. */
  readonly opSelection?: ReadonlyArray<string>
  /** How long a body in a worker may take to end when it is asked to; 5 seconds without it. */
  readonly grace?: Duration.Input
  /** How long a worker process may give no sign of life before it is killed; 60 seconds without it. */
  readonly heartbeatTimeout?: Duration.Input
  readonly control?: RunControl
  readonly onEvents?: EventListener
}

/** Everything that keeps a run from taking place. */
export type ExecuteJobError =
  | JobNotLoaded
  | OutputsNotPortable
  | RunConfigError
  | RunAlreadyExists
  | RunNotFound
  | ReexecutionError
  | SelectionError
  | StepNotFound
  | DefinitionError
  | RunTakenOver
  | NotBuilt
  | StorageError

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
  Effect.map(carry(whole, location, options), ({ result }) => result)

/** Runs a job; of one whose bodies ran in this process, what they failed with is there as it was. */
const carry = Effect.fnUntraced(function* (
  whole: JobDefinition,
  location: JobLocation,
  options: ExecuteJobOptions & { readonly raiseOnError?: boolean }
): Effect.fn.Return<
  { readonly result: JobExecutionResult; readonly executed?: ExecutedDefinition },
  Exclude<ExecuteJobError, JobNotLoaded>,
  Instance
> {
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
  const { job: definition, opSelection, runConfig, selection } = yield* runTarget(whole, options)
  const config = yield* JobRunConfig.validate(definition, runConfig)
  const isMultiprocess = config.executor === "multiprocess"
  // In this process another default IO manager may be there.
  const keepsFiles = isMultiprocess || Option.isNone(yield* Effect.serviceOption(IOManager))
  const snapshot = describe(definition)
  const refused = keepsFiles
    ? OutputsNotPortable.find(snapshot, isMultiprocess ? "multiprocess" : "inProcess")
    : undefined
  if (refused !== undefined) return yield* refused
  const context = yield* Effect.context<Instance>()
  const ended = (runId: string): JobExecutionResult =>
    new JobExecutionResult({
      runId,
      job: definition,
      runConfig,
      tags: { ...(definition.runTags ?? definition.tags), ...options.tags },
      ioManager: FileIOManager.make(values),
      failures,
      end,
      context
    })
  if (!isMultiprocess) {
    const executed = yield* executeDefinition(whole, {
      ...shared,
      onEvents,
      ioManager: FileIOManager.make(values)
    })
    return { result: ended(executed.runId), executed }
  }
  const unbuilt = notBuilt(definition)
  if (unbuilt !== undefined) return yield* unbuilt
  yield* requireBound(definition, { context: Context.empty(), replaced: {} })
  const executor = MultiprocessExecutor.make({
    location,
    values,
    maxConcurrent: options.maxConcurrent ?? config.maxConcurrent ?? availableParallelism(),
    limits: config.tagConcurrencyLimits,
    isolation: config.isolation,
    ...(options.grace === undefined ? {} : { grace: options.grace }),
    ...(heartbeatTimeout === undefined ? {} : { heartbeatTimeout })
  })
  const { runId } = yield* startRun({
    snapshot,
    opSelection,
    selection,
    runConfig,
    keptRunConfig: JobRunConfig.withoutSecrets(definition, runConfig),
    tags: { ...(definition.runTags ?? definition.tags), ...options.tags },
    runId: options.runId,
    reexecution: options.reexecution,
    retries: config.retries,
    control: options.control,
    onEvents
  }).pipe(Effect.provideService(Executor, executor))
  return { result: ended(runId) }
})

/** The errors of the bodies of a job. */
type JobErrors<J> = J extends Job<any, any, any, any, infer E, any, any, any> ? E : never

/**
 * Runs a reconstructable job in the instance that is provided, with the executor that its run config names.
 *
 * @param pointer - the job, by module and export
 * @param options - `runConfig`, `tags`, `runId`; `values`: folder of values whose outputs name no IO manager;
 *   `reexecution`: the run that this one goes on from, whose run config it has where none is given; `opSelection`: only
 *   these ops; `raiseOnError`: where steps run in this process, the first failure ends the run, and the call fails with
 *   the very error of the body; `control`: to ask for its end; `onEvents`: sees events once they are in the log
 * @returns how the run ended; fails before anything runs when the module does not hold the job, when an output has no codec
 *   and no IO manager of its own, when run config does not fit, and for what a re-execution can be refused for
 * @since 0.1.0
 * @source Dagster execute_job
 */
export const executeJob = <J extends AnyJob, const Raise extends boolean = false>(
  pointer: Reconstructable<J>,
  options: ExecuteJobOptions & {
    /** Whether the first failure of a step in this process ends the run and becomes the failure of the call. */
    readonly raiseOnError?: Raise
  }
): Effect.Effect<
  JobExecutionResult,
  ExecuteJobError | (true extends Raise ? JobErrors<J> | RaisedError<JobErrors<J>> : never),
  Instance
> => {
  const run = Effect.gen(function* () {
    yield* check(pointer)
    const { exportName, job, moduleUrl } = pointer
    const { executed, result } = yield* carry(job.definition, { moduleUrl, exportName, jobName: job.name }, options)
    // A step that asks for a retry where they are disabled fails its run, and not the call.
    if (options.raiseOnError !== true || result.success || result.failures[0]?.error.name === "RetriesDisabled") {
      return result
    }
    if (executed !== undefined) return yield* raiseFailure(executed)
    // What a body in a worker failed with has stayed there: its run tells of it.
    const { end, runId } = result
    if (end?._tag !== "RUN_FAILURE" || end.reason === "STEP_FAILURE") return result
    const { error, reason } = end
    return yield* new RunFailed({ runId, reason, ...(error === undefined ? {} : { error }) })
  })
  // Which errors bodies fail with is known by the type of the job.
  return run as Effect.Effect<
    JobExecutionResult,
    ExecuteJobError | (true extends Raise ? JobErrors<J> | RaisedError<JobErrors<J>> : never),
    Instance
  >
}
