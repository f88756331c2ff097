import type { IOManagerShape } from "@heddle/definitions/IOManager"
import type { ExecutorDefinition } from "@heddle/engine/executor/ExecutorDefinition"
import type { JobLocation } from "@heddle/engine/executor/JobLocation"
import type { ReexecutionOptions } from "@heddle/engine/run/ReexecutionOptions"
import type { EventListener, RunControl } from "@heddle/engine/run/RunControl"
import type { AnyLayer } from "@heddle/engine/step/RunResources"

/** Options of a run of any job, with their types erased. */
export interface LaunchDefinitionOptions {
  readonly runConfig?: unknown
  /** Layers that take the place of the job's resources, by key. */
  readonly resources?: { readonly [key: string]: AnyLayer | undefined }
  readonly layer?: AnyLayer
  readonly inputValues?: { readonly [input: string]: unknown }
  readonly maxConcurrent?: number
  readonly tags?: { readonly [key: string]: string }
  readonly runId?: string
  /** Only these ops are executed; see `Selection`. */
  readonly opSelection?: ReadonlyArray<string>
  readonly partitionKey?: string
  /** Whether the first failure of a step ends the run, where steps run in this process. */
  readonly raiseOnError?: boolean
  /** Resumes an earlier run of the instance, whose values the IO managers hold. */
  readonly reexecution?: ReexecutionOptions
  /** The executor that runs the steps whatever run config chooses. */
  readonly executor?: ExecutorDefinition
  /** Where other processes load the job from. */
  readonly location?: JobLocation
  /** Folder of the values of outputs that name no IO manager; they stay in memory without it. */
  readonly values?: string
  /** The IO manager of outputs that name none, instead of the folder, if no layer provides one. */
  readonly ioManager?: IOManagerShape
  /** Asks for the end of the run. */
  readonly control?: RunControl
  /** Receives events once they are in the log. */
  readonly onEvents?: EventListener
}
