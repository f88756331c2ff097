import type { InvalidOptions } from "@heddle/events/InvalidOptions"
import type { RunConfigError } from "@heddle/config/RunConfigError"
import type { Job } from "@heddle/definitions/Job"
import type { Named, OptionsGiven, Seen } from "@heddle/definitions/Missing"
import type { Provides, Replace, ResourceConfig, ResourceNeeds, Resources } from "@heddle/definitions/Resource"
import type { DefinitionError } from "@heddle/definitions/DefinitionError"
import type { ExecutionConfig, LoggersConfig, RunConfigOf } from "@heddle/definitions/RunConfigOf"
import type { Fields, InputConfig, Values } from "@heddle/definitions/Wiring"
import type { DefaultKeys } from "@heddle/definitions/InputDefault"
import type { SelectionError } from "@heddle/engine/plan/SelectionError"
import type { Instance } from "@heddle/storage/Instance"
import type { RunAlreadyExists, RunTakenOver, StorageError } from "@heddle/storage/StorageError"
import type * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type { ExecuteInProcessResult, RunSucceeded } from "./ExecuteInProcessResult.ts"
import type { InvalidRunId } from "./InvalidRunId.ts"
import type { RaisedError } from "./raiseFailure.ts"

/** The job inputs that neither the job nor the call gives, as run config; those with a default need not be given. */
export type Unfilled<JI extends Fields, Filled> = {
  [K in keyof JI as K extends Filled | DefaultKeys<JI> ? never : K]: InputConfig<JI[K]>
} & { [K in keyof JI as K extends Filled ? never : K extends DefaultKeys<JI> ? K : never]?: InputConfig<JI[K]> }

/** Run config of a call: what the job takes, less the inputs and resources whose names the call gives. */
export type CallRunConfig<
  JI extends Fields,
  Preset,
  InputNames,
  Cfg,
  Rs extends Resources,
  Replaced extends PropertyKey
> = RunConfigOf<Cfg, ResourceConfig<Omit<Rs, Replaced>>, Unfilled<JI, Preset | InputNames>>

/** Run config of a call that selects ops: which ops and inputs it takes is known only when the selection is read. */
export interface SelectedRunConfig {
  readonly ops?: { readonly [name: string]: unknown }
  readonly resources?: { readonly [key: string]: unknown }
  readonly inputs?: { readonly [input: string]: unknown }
  readonly execution?: ExecutionConfig
  readonly loggers?: LoggersConfig
}

/** Options of a run in this process. */
export interface ExecuteInProcessOptions<
  RunConfig,
  InputValues,
  Replacements,
  P,
  Selection extends ReadonlyArray<string> = never,
  Raise extends boolean = false
> {
  readonly runConfig?: [Selection] extends [never] ? RunConfig : SelectedRunConfig
  /** Replacements of the job's resources, by key. */
  readonly resources?: Replacements
  /** Services for the bodies. */
  readonly layer?: Layer.Layer<P, any, never>
  /** The instance that stores the run; by default the one that is provided. */
  readonly instance?: Layer.Layer<Instance, any, never>
  /** Values of job inputs. */
  readonly inputValues?: InputValues
  /**
   * Only these ops are executed: `a`, `+a` with one level above it, `a++` with two below, `*a` and `a*` with all levels, or
   * paths, `graph.op`. What the selected ones need of the others comes from run config. An empty list selects all.
   */
  readonly opSelection?: Selection
  /** How many steps may run at once: at least 1, by default 16. */
  readonly maxConcurrent?: number
  readonly tags?: Record<string, string>
  /** The partition that the run is for. */
  readonly partitionKey?: string
  /** Id of the run; by default a random UUID. */
  readonly runId?: string
  /** Whether the first failure of a step ends the run and becomes the failure of the call; false without it. */
  readonly raiseOnError?: Raise
}

/** What keeps a run from taking place: a mistake in what the call gives, its id in use, its storage. */
export type ExecuteError =
  | RunConfigError
  | SelectionError
  | DefinitionError
  | InvalidOptions
  | RunAlreadyExists
  | StorageError
  | InvalidRunId

/** What a call fails with. */
export type CallError<E, Raise extends boolean> =
  | ExecuteError
  | RunTakenOver
  | (true extends Raise ? E | RaisedError<E> : never)

/** What a call returns: with `raiseOnError`, only a run that succeeded; with a selection, an output of unknown type. */
export type CallResult<A, E, Selection extends ReadonlyArray<string>, Raise extends boolean> = false extends Raise
  ? ExecuteInProcessResult<[Selection] extends [never] ? A : unknown, E>
  : RunSucceeded<[Selection] extends [never] ? A : unknown>

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
    O = {},
    const Selection extends ReadonlyArray<string> = never,
    const Raise extends boolean = false
  >(
    job: Job<string, JI, Preset, A, E, R, Cfg, Rs>,
    options?: ExecuteInProcessOptions<
      CallRunConfig<JI, Preset, InputNames, Cfg, Rs, Replaced>,
      Partial<Values<JI>> & Named<InputNames, keyof JI>,
      Replace<Rs> & Named<Replaced, keyof Rs>,
      P,
      Selection,
      Raise
    > &
      Named<K, "runConfig"> &
      Seen<O>,
    ...missing: OptionsGiven<
      K,
      O,
      [Selection] extends [never]
        ? {} extends CallRunConfig<JI, Preset, InputNames, Cfg, Rs, Replaced>
          ? never
          : "runConfig"
        : never
    >
  ): Effect.Effect<
    CallResult<A, E, Selection, Raise>,
    CallError<E, Raise>,
    Exclude<R | ResourceNeeds<Omit<Rs, Replaced>>, Provides<Rs> | P>
  >
}
