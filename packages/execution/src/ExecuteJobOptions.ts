import type { RunConfigError } from "@heddle/config/RunConfigError"
import type { AssetSelectionInput } from "@heddle/definitions/AssetSelection"
import type { AssetSelectionError } from "@heddle/definitions/AssetSelectionError"
import type { DefinitionError } from "@heddle/definitions/DefinitionError"
import type { AnyJob, Job } from "@heddle/definitions/Job"
import type { Named, OptionsGiven, Seen } from "@heddle/definitions/Missing"
import type { NotBuilt } from "@heddle/definitions/NotBuilt"
import type { Reconstructable } from "@heddle/definitions/Reconstructable"
import type { JobNotLoaded } from "@heddle/engine/executor/JobLocation"
import type { SelectionError, StepNotFound } from "@heddle/engine/plan/SelectionError"
import type { ReexecutionError, ReexecutionOptions } from "@heddle/engine/run/ReexecutionOptions"
import type { EventListener, RunControl } from "@heddle/engine/run/RunControl"
import type { InvalidOptions } from "@heddle/events/InvalidOptions"
import type { Instance } from "@heddle/storage/Instance"
import type { RunAlreadyExists, RunNotFound, RunTakenOver, StorageError } from "@heddle/storage/StorageError"
import type * as Effect from "effect/Effect"
import type { SelectedRunConfig } from "./ExecuteInProcessOptions.ts"
import type { ExecutorRequirementsUnmet } from "./ExecutorRequirementsUnmet.ts"
import type { InvalidRunId } from "./InvalidRunId.ts"
import type { JobNotPartitioned } from "./JobNotPartitioned.ts"
import type { PartitionRequired } from "./PartitionRequired.ts"
import type { RangeNotInOneRun } from "./RangeNotInOneRun.ts"
import type { InvalidPartitionKeyRange } from "@heddle/partitions/InvalidPartitionKeyRange"
import type { PartitionKeyRange } from "@heddle/partitions/PartitionKeyRange"
import type { UnknownPartitionKey } from "@heddle/partitions/UnknownPartitionKey"
import type { JobExecutionResult } from "./JobExecutionResult.ts"
import type { OutputsNotPortable } from "./OutputsNotPortable.ts"
import type { RaisedError } from "./raiseFailure.ts"
import type { RunConfigOfJob } from "./RunConfigOfJob.ts"
import type { RunOptions } from "./RunOptions.ts"

/** Options of a run of a reconstructable job. */
export interface ExecuteJobOptions<RunConfig = unknown> extends RunOptions {
  /**
   * The run config. Its `execution` chooses the executor; without it, the first executor that the job offers runs. It is
   * required if the job needs any, unless the run is a re-execution.
   *
   * @default {}, or the run config of the run that is re-executed
   * @example
   * { execution: { multiprocess: { config: { maxConcurrent: 4 } } }, ops: { load: { config: { table: "orders" } } } }
   */
  readonly runConfig?: RunConfig
  /**
   * The folder for values of outputs that name no IO manager.
   *
   * @default the folder of the instance
   */
  readonly values?: string
  /**
   * The earlier run that this run resumes.
   *
   * @default the run starts anew
   * @example
   * { reexecution: ReexecutionOptions.fromFailure(result.runId) }
   */
  readonly reexecution?: ReexecutionOptions
  /**
   * The ops to execute: `a`, `+a` with one level upstream, `a++` with two levels downstream, `*a` and `a*` with all levels,
   * or a path into a graph, `graph.op`. A re-execution keeps the selection of the run that it resumes.
   *
   * @default all ops
   */
  readonly opSelection?: ReadonlyArray<string>
  /**
   * The assets and checks to make and evaluate, of all that a job of assets knows. A re-execution keeps the selection of
   * the run that it resumes.
   *
   * @default the assets and checks of the job
   */
  readonly assetSelection?: AssetSelectionInput
  /**
   * The key of the partition that the run is for.
   *
   * @default the run is for no partition
   */
  readonly partitionKey?: string
  /**
   * The first and the last of the partitions that the run is for. The policy `backfill` of its assets must allow that many.
   *
   * @default the run is for no range
   * @example
   * { partitionRange: { from: "2026-01-01", to: "2026-01-31" } }
   */
  readonly partitionRange?: PartitionKeyRange
  /**
   * A control that can cancel the run.
   *
   * @default the run can only be cancelled through the instance
   * @example
   * const control = new RunControl()
   * process.once("SIGINT", () => control.cancel("interrupted"))
   */
  readonly control?: RunControl
  /**
   * A function that receives events once they are in the log.
   *
   * @default no listener
   */
  readonly onEvents?: EventListener
}

/** All errors that prevent a run. */
export type ExecuteJobError =
  | InvalidRunId
  | JobNotPartitioned
  | UnknownPartitionKey
  | InvalidPartitionKeyRange
  | RangeNotInOneRun
  | PartitionRequired
  | JobNotLoaded
  | OutputsNotPortable
  | ExecutorRequirementsUnmet
  | RunConfigError
  | InvalidOptions
  | AssetSelectionError
  | RunAlreadyExists
  | RunNotFound
  | ReexecutionError
  | SelectionError
  | StepNotFound
  | DefinitionError
  | RunTakenOver
  | NotBuilt
  | StorageError

/** The errors of the bodies of a job. */
type JobErrors<J> = J extends Job<any, any, any, any, infer E, any, any, any, any> ? E : never

/** What a run fails its call with, beside the errors that keep it from taking place. */
export type JobRaised<J, Raise extends boolean> = true extends Raise ? JobErrors<J> | RaisedError<JobErrors<J>> : never

/** Options of a run of a reconstructable job, with those that change the type of its call. */
export interface ExecuteJobCall<
  J,
  Selection extends ReadonlyArray<string>,
  Reexecution extends ReexecutionOptions,
  Raise extends boolean
> extends ExecuteJobOptions<
  // Which ops a selection or an earlier run leaves is known only when it is read.
  [Selection | Reexecution] extends [never] ? RunConfigOfJob<J> : SelectedRunConfig<RunConfigOfJob<J>>
> {
  readonly opSelection?: Selection
  readonly reexecution?: Reexecution
  /**
   * Whether the first failure of a step in this process ends the run, and becomes the failure of the call.
   *
   * @default false
   */
  readonly raiseOnError?: Raise
}

/** The options that a call must give. */
export type JobAsks<J> = {} extends RunConfigOfJob<J> ? never : "runConfig"

/** Nothing where the options `K` of a call hold all that the job needs, and otherwise what the compiler shows. */
export type JobOptionsGiven<J, K, O, Selection, Reexecution> = [Selection | Reexecution] extends [never]
  ? OptionsGiven<K, O, JobAsks<J>>
  : []

/** The type of `executeJob`. */
export interface ExecuteJob {
  <
    J extends AnyJob,
    const K extends PropertyKey = never,
    O = {},
    const Selection extends ReadonlyArray<string> = never,
    Reexecution extends ReexecutionOptions = never,
    const Raise extends boolean = false
  >(
    pointer: Reconstructable<J>,
    options?: ExecuteJobCall<J, Selection, Reexecution, Raise> & Named<K, JobAsks<J>> & Seen<O>,
    ...missing: JobOptionsGiven<J, K, O, Selection, Reexecution>
  ): Effect.Effect<JobExecutionResult, ExecuteJobError | JobRaised<J, Raise>, Instance>
}
