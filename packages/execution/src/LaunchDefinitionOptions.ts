import type { AssetSelectionInput } from "@heddle/definitions/AssetSelection"
import type { IOManagerShape } from "@heddle/definitions/IOManager"
import type { ExecutorDefinition } from "@heddle/engine/executor/ExecutorDefinition"
import type { JobLocation } from "@heddle/engine/executor/JobLocation"
import type { ReexecutionOptions } from "@heddle/engine/run/ReexecutionOptions"
import type { EventListener, RunControl } from "@heddle/engine/run/RunControl"
import type { AnyLayer } from "@heddle/engine/step/RunResources"
import type { PartitionKeyRange } from "@heddle/partitions/PartitionKeyRange"
import type { RunOptions } from "./RunOptions.ts"

/** Options of a run of any job, with their types erased. */
export interface LaunchDefinitionOptions extends RunOptions {
  /**
   * The run config.
   *
   * @default {}, or the run config of the run that is re-executed
   */
  readonly runConfig?: unknown
  /**
   * Layers that replace resources of the job, by key.
   *
   * @default {}
   */
  readonly resources?: { readonly [key: string]: AnyLayer | undefined }
  /**
   * A layer of services for bodies and resources.
   *
   * @default bodies get the resources of the job, and the services of the effect
   */
  readonly layer?: AnyLayer
  /**
   * Values of job inputs, by name.
   *
   * @default {}
   */
  readonly inputValues?: { readonly [input: string]: unknown }
  /**
   * The ops to execute, with the clauses of `Selection`.
   *
   * @default all ops, or the selection of the run that is re-executed
   */
  readonly opSelection?: ReadonlyArray<string>
  /**
   * The assets and checks to make and evaluate, of all that a job of assets knows.
   *
   * @default those of the job, or of the run that is re-executed
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
   * Whether the first failure of a step ends the run, where steps run in this process.
   *
   * @default false
   */
  readonly raiseOnError?: boolean
  /**
   * The earlier run of the instance that this run resumes. The IO managers hold its values.
   *
   * @default the run starts anew
   */
  readonly reexecution?: ReexecutionOptions
  /**
   * The executor that runs the steps, whatever run config chooses.
   *
   * @default the executor that run config chooses
   */
  readonly executor?: ExecutorDefinition
  /**
   * Where other processes load the job from.
   *
   * @default other processes cannot load the job
   */
  readonly location?: JobLocation
  /**
   * The folder for values of outputs that name no IO manager.
   *
   * @default the folder of the instance if the job has a `location`, or else the values stay in memory
   */
  readonly values?: string
  /**
   * The IO manager of outputs that name none, used if no layer provides one.
   *
   * @default files in `values`, or else memory
   */
  readonly ioManager?: IOManagerShape
  /**
   * A control that can cancel the run.
   *
   * @default a control of its own
   */
  readonly control?: RunControl
  /**
   * A function that receives events once they are in the log.
   *
   * @default no listener
   */
  readonly onEvents?: EventListener
}
