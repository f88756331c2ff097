import type { RunConfigError } from "@heddle/config/RunConfigError"
import type { Job } from "@heddle/definitions/Job"
import type { Named, OptionsGiven, Seen } from "@heddle/definitions/Missing"
import type { Provides, Replace, ResourceConfig, ResourceNeeds, Resources } from "@heddle/definitions/Resource"
import type { RunConfigOf } from "@heddle/definitions/RunConfigOf"
import type { Fields, Values } from "@heddle/definitions/Wiring"
import type { RunAlreadyExists, StorageError } from "@heddle/storage/StorageError"
import type * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type { ExecuteInProcessResult } from "./ExecuteInProcessResult.ts"

/** The job inputs that neither the job nor the call gives, as run config. */
export type Unfilled<JI extends Fields, Filled> = {
  [K in keyof JI as K extends Filled ? never : K]: JI[K]["Encoded"] | { value: JI[K]["Encoded"] }
}

/** Run config of a call: what the job takes, less the inputs and resources whose names the call gives. */
export type CallRunConfig<
  JI extends Fields,
  Preset,
  InputNames,
  Cfg,
  Rs extends Resources,
  Replaced extends PropertyKey
> = RunConfigOf<Cfg, ResourceConfig<Omit<Rs, Replaced>>, Unfilled<JI, Preset | InputNames>>

/** Options of a run in this process. */
export interface ExecuteInProcessOptions<RunConfig, InputValues, Replacements, P> {
  readonly runConfig?: RunConfig
  /** Replacements of the job's resources, by key. */
  readonly resources?: Replacements
  /** Services for the bodies. */
  readonly layer?: Layer.Layer<P, any, never>
  /** Values of job inputs. */
  readonly inputValues?: InputValues
  /** How many steps may run at once, ≥ 1; 16 without it. */
  readonly maxConcurrent?: number
  readonly tags?: Record<string, string>
  /** Id of the run; a random UUID without it. */
  readonly runId?: string
}

/** What keeps a run from taking place: a mistake in its config, its id in use, its storage. */
export type ExecuteError = RunConfigError | RunAlreadyExists | StorageError

/** The type of `executeInProcess`. */
export interface ExecuteInProcess {
  <
    JI extends Fields,
    Preset,
    A,
    E,
    R,
    Cfg,
    Rs extends Resources,
    const InputNames extends PropertyKey = never,
    const Replaced extends PropertyKey = never,
    P = never,
    const K extends PropertyKey = never,
    O = {}
  >(
    job: Job<string, JI, Preset, A, E, R, Cfg, Rs>,
    options?: ExecuteInProcessOptions<
      CallRunConfig<JI, Preset, InputNames, Cfg, Rs, Replaced>,
      Partial<Values<JI>> & Named<InputNames, keyof JI>,
      Replace<Rs> & Named<Replaced, keyof Rs>,
      P
    > &
      Named<K, "runConfig"> &
      Seen<O>,
    ...missing: OptionsGiven<
      K,
      O,
      {} extends CallRunConfig<JI, Preset, InputNames, Cfg, Rs, Replaced> ? never : "runConfig"
    >
  ): Effect.Effect<
    ExecuteInProcessResult<A, E>,
    ExecuteError,
    Exclude<R | ResourceNeeds<Omit<Rs, Replaced>>, Provides<Rs> | P>
  >
}
