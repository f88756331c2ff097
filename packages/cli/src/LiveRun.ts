import type { AnyJob } from "@heddle/definitions/Job"
import type { AssetSelectionInput } from "@heddle/definitions/AssetSelection"
import type { ReexecutionOptions } from "@heddle/engine/run/ReexecutionOptions"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import { RunStatus } from "@heddle/events/RunStatus"
import type { PartitionKeyRange } from "@heddle/partitions/PartitionKeyRange"
import type { Instance } from "@heddle/storage/Instance"
import { RunStorage } from "@heddle/storage/RunStorage"
import type { StorageError } from "@heddle/storage/StorageError"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type * as Schema from "effect/Schema"
import type * as Stdio from "effect/Stdio"
import type * as Terminal from "effect/Terminal"
import { CommandExit } from "./CommandExit.ts"
import { type ConcludedRun, RunConclusion } from "./RunConclusion.ts"
import type { FilesConfig } from "./ConfigFiles.ts"
import { ExitCode } from "./ExitCode.ts"
import * as GlobalFlags from "./GlobalFlags.ts"
import type { Home } from "./Home.ts"
import type { JobRunError } from "./JobRun.ts"
import { LiveDisplay } from "./LiveDisplay.ts"
import { Output } from "./Output.ts"
import { PlainText } from "./PlainText.ts"
import { RefusedRun } from "./RefusedRun.ts"
import { RunProgress } from "./RunProgress.ts"
import type { UsageError } from "./UsageError.ts"

/** Options of a run that is displayed while it executes. */
export interface LiveRunOptions {
  /** Path of the module that contains the job. */
  readonly file: string
  /** Executor to use instead of the one in run config. */
  readonly executor?: string | undefined
  readonly runConfig: Schema.Json | undefined
  /** Where a part of the run config was read from. */
  readonly locate: FilesConfig["locate"]
  readonly tags: { readonly [key: string]: string }
  readonly maxConcurrent?: number | undefined
  /** The key of the partition to run for. */
  readonly partitionKey?: string | undefined
  /** The first and the last of the partitions to run for. */
  readonly partitionRange?: PartitionKeyRange | undefined
  readonly runId?: string | undefined
  readonly reexecution?: ReexecutionOptions | undefined
  /** Execute only these ops. */
  readonly opSelection?: ReadonlyArray<string> | undefined
  /** Make and check only these assets, of a job of assets. */
  readonly assetSelection?: AssetSelectionInput | undefined
  /** Print only JSON events. */
  readonly json: boolean
}

/** Run config with the given executor; the settings of another executor do not apply to it. */
export const withExecutor = (config: Schema.Json | undefined, executor: string): Schema.Json => {
  const given = typeof config === "object" && config !== null && !Array.isArray(config) ? config : {}
  const execution = "execution" in given ? given["execution"] : undefined
  const named = typeof execution === "object" && execution !== null && executor in execution
  return { ...given, execution: named ? execution : { [executor]: {} } }
}

/** A run that ended, or that this process could not continue. */
interface Shown extends ConcludedRun {
  readonly exit: Exit.Exit<void, JobRunError>
  /** Number of steps that it started. */
  readonly executed: number
}

/** Runs the job with a display that closes before this returns. Fails if the run could not start. */
const show = Effect.fnUntraced(function* (job: AnyJob, options: LiveRunOptions) {
  const level = Option.getOrElse(yield* GlobalFlags.LogLevel, () => "info" as const)
  const jobName: string = job.name
  const display = yield* LiveDisplay.open({ jobName, level, json: options.json })
  let status = RunStatus.initial
  let progress = RunProgress.initial(jobName, Date.now())
  let id = options.runId ?? ""
  let executed = 0
  const onEvents = (events: ReadonlyArray<HeddleEvent>) => {
    for (const event of events) {
      id = event.runId
      status = RunStatus.after(status, event)
      progress = RunProgress.after(progress, event)
      if (event._tag === "STEP_START") executed++
      display.show(event)
    }
  }
  const { JobRun } = yield* Effect.promise(() => import("./JobRun.ts"))
  const {
    assetSelection,
    executor,
    file,
    maxConcurrent,
    opSelection,
    partitionKey,
    partitionRange,
    reexecution,
    runId,
    tags
  } = options
  const runConfig = executor === undefined ? options.runConfig : withExecutor(options.runConfig, executor)
  const exit = yield* Effect.exit(
    JobRun.execute(job, {
      file,
      runConfig,
      tags,
      maxConcurrent,
      partitionKey,
      partitionRange,
      runId,
      reexecution,
      opSelection,
      assetSelection,
      onPlan: display.expect,
      onEvents,
      onCancel: display.canceling
    })
  )
  if (Exit.isFailure(exit) && status === RunStatus.initial) {
    const error = Option.getOrUndefined(Exit.findErrorOption(exit))
    yield* RefusedRun.explain(error, { file, jobName, locate: options.locate, level })
    return yield* Effect.failCause(exit.cause)
  }
  return { exit, status, runId: id, progress, executed }
}, Effect.scoped)

const origin = Effect.fnUntraced(function* ({ executed, runId }: Shown, { parentRunId }: ReexecutionOptions) {
  const { known = [] } = yield* (yield* RunStorage).get(runId)
  const taken = known.filter(({ outcome }) => outcome !== "unselected")
  const steps = `${PlainText.count(taken.length, "step")} reused, ${executed.toLocaleString("en-US")} executed`
  return `Re-execution of ${parentRunId}: ${steps}`
})

/**
 * Runs a job in this process and displays its progress.
 *
 * @since 0.1.0
 */
export const LiveRun = {
  /**
   * Runs a job in the provided instance, displays its progress and prints its outcome. Fails with `CommandExit` if the run
   * does not succeed or the run config is invalid, and with `UsageError` if the run cannot be created.
   *
   * @param job - the job, with no unmet requirements
   * @param options - run config and its sources, tags, run id, re-execution and output format
   */
  execute: Effect.fnUntraced(function* (
    job: AnyJob,
    options: LiveRunOptions
  ): Effect.fn.Return<
    void,
    JobRunError | StorageError | CommandExit | UsageError,
    | Instance
    | Stdio.Stdio
    | Terminal.Terminal
    | Effect.Services<typeof Home.folder>
    | Effect.Services<typeof GlobalFlags.LogLevel>
  > {
    const shown = yield* show(job, options)
    // The live view is closed by now, so these lines stay.
    if (!options.json) {
      const from = options.reexecution === undefined ? undefined : yield* origin(shown, options.reexecution)
      yield* Output.lines(RunConclusion.lines(shown, yield* Output.paint, from))
    }
    const { exit, status } = shown
    if (Exit.isFailure(exit) && !RunStatus.isFinished(status)) return yield* Effect.failCause(exit.cause)
    const code = RunConclusion.exitCode(status)
    if (code !== ExitCode.success) return yield* new CommandExit({ code })
  })
}
