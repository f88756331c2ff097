import type { IOManagerShape } from "@heddle/definitions/IOManager"
import type { JobRunConfig } from "@heddle/definitions/JobRunConfig"
import type * as Context from "effect/Context"
import type { ResourceFailed } from "./ResourceFailed.ts"
import type { AnyLayer } from "./RunResources.ts"
import type { StepOutcome } from "./StepOutcome.ts"

/** Sees what no event holds: values and errors as they are, for results in the same process. */
export interface StepObserver {
  readonly output: (stepKey: string, output: string, mappingKey: string | undefined, value: unknown) => void
  readonly failure: (stepKey: string, outcome: Extract<StepOutcome, { _tag: "Failure" }>) => void
  /** Another attempt begins: what earlier ones gave counts no more. */
  readonly restart: (stepKey: string) => void
  /** A resource did not start, so that no step will. */
  readonly resource?: (failed: ResourceFailed) => void
}

/** What the process in which bodies run gives to them, beside what the run's request says. */
export interface LocalServices {
  /** Services that are there already, such as those of a call's layer. */
  readonly context: Context.Context<never>
  /** Layers that take the place of resources of the job, by key. */
  readonly replaced: { readonly [key: string]: AnyLayer }
  /** Values of job inputs that are given as they are. */
  readonly inputValues: { readonly [input: string]: unknown }
  /** The IO manager of outputs that name none, where the services hold none. */
  readonly ioManager: IOManagerShape
  /** The run config of the run, where it was read in this process. */
  readonly config?: JobRunConfig
  readonly observer: StepObserver | undefined
  /** Name of this process, if the run has several. It is part of the ids of its events. */
  readonly worker?: string
}
