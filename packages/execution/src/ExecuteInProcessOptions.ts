import type { InvalidOptions } from "@heddle/events/InvalidOptions"
import type { RunConfigError } from "@heddle/config/RunConfigError"
import type { AssetSelectionInput } from "@heddle/definitions/AssetSelection"
import type { AssetSelectionError } from "@heddle/definitions/AssetSelectionError"
import type { Job } from "@heddle/definitions/Job"
import type { Named, OptionsGiven, Seen } from "@heddle/definitions/Missing"
import type { Provides, Replace, ResourceConfig, ResourceNeeds, Resources } from "@heddle/definitions/Resource"
import type { DefinitionError } from "@heddle/definitions/DefinitionError"
import type { LoggersConfig, RunConfigOf } from "@heddle/definitions/RunConfigOf"
import type { Fields, InputConfig, Values } from "@heddle/definitions/Wiring"
import type { DefaultKeys } from "@heddle/definitions/InputDefault"
import type { SelectionError } from "@heddle/engine/plan/SelectionError"
import type { Instance } from "@heddle/storage/Instance"
import type { RunAlreadyExists, RunTakenOver, StorageError } from "@heddle/storage/StorageError"
import type * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type { ExecuteInProcessResult, RunSucceeded } from "./ExecuteInProcessResult.ts"
import type { InvalidRunId } from "./InvalidRunId.ts"
import type { JobNotPartitioned } from "./JobNotPartitioned.ts"
import type { PartitionRequired } from "./PartitionRequired.ts"
import type { RangeNotInOneRun } from "./RangeNotInOneRun.ts"
import type { InvalidPartitionKeyRange } from "@heddle/partitions/InvalidPartitionKeyRange"
import type { PartitionKeyRange } from "@heddle/partitions/PartitionKeyRange"
import type { UnknownPartitionKey } from "@heddle/partitions/UnknownPartitionKey"
import type { RaisedError } from "./raiseFailure.ts"
import type { RunOptions } from "./RunOptions.ts"

/** The job inputs that neither the job nor the call gives, as run config; those with a default need not be given. */
export type Unfilled<JI extends Fields, Filled> = {
  [K in keyof JI as K extends Filled | DefaultKeys<JI> ? never : K]: InputConfig<JI[K]>
} & { [K in keyof JI as K extends Filled ? never : K extends DefaultKeys<JI> ? K : never]?: InputConfig<JI[K]> }

/** Run config of a call: what the job accepts, without the inputs and resources that the call gives. */
export type CallRunConfig<
  JI extends Fields,
  Preset,
  InputNames,
  Cfg,
  Rs extends Resources,
  Replaced extends PropertyKey,
  Execution
> = RunConfigOf<Cfg, ResourceConfig<Omit<Rs, Replaced>>, Unfilled<JI, Preset | InputNames>, Execution>

/** Run config of a call that selects ops: which ops and inputs it takes is known only when the selection is read. */
export type SelectedRunConfig<RunConfig> = unknown extends RunConfig
  ? unknown
  : SelectedSections & Pick<RunConfig, "execution" & keyof RunConfig>

interface SelectedSections {
  readonly ops?: { readonly [name: string]: unknown }
  readonly resources?: { readonly [key: string]: unknown }
  readonly inputs?: { readonly [input: string]: unknown }
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
> extends RunOptions {
  /**
   * The run config: config of ops, resources and loggers, and values of inputs that nothing is wired to. It is required if
   * the job needs any of them.
   *
   * @default {}
   * @example
   * { ops: { load: { config: { table: "orders" } } }, resources: { warehouse: { config: { url: "…" } } } }
   */
  readonly runConfig?: [Selection] extends [never] ? RunConfig : SelectedRunConfig<RunConfig>
  /**
   * Layers that replace resources of the job, by key. A replaced resource is not acquired, and needs no config.
   *
   * @default {}
   * @example
   * { resources: { warehouse: Layer.succeed(Warehouse, fakeWarehouse) } }
   */
  readonly resources?: Replacements
  /**
   * A layer of services for bodies and resources.
   *
   * @default bodies get the resources of the job, and the services of the effect
   */
  readonly layer?: Layer.Layer<P, any, never>
  /**
   * A layer of the instance that stores the run.
   *
   * @default the instance that is provided to the effect, or else one in memory that lives for the call
   */
  readonly instance?: Layer.Layer<Instance, any, never>
  /**
   * Values of job inputs, by name. Run config does not need to give these inputs.
   *
   * @default {}
   */
  readonly inputValues?: InputValues
  /**
   * The ops to execute: `a`, `+a` with one level upstream, `a++` with two levels downstream, `*a` and `a*` with all levels,
   * or a path into a graph, `graph.op`. Run config gives the inputs whose source is not selected. An empty list selects
   * all ops.
   *
   * @default all ops
   * @example
   * { opSelection: ["*report", "clean.total"] }
   */
  readonly opSelection?: Selection
  /**
   * The assets and checks to make and evaluate, of all that a job of assets knows: a selection of `AssetSelection`, text,
   * an asset, or a list of these. Assets that are not selected are loaded by their IO manager.
   *
   * @default the assets and checks of the job
   * @example
   * { assetSelection: "sales/daily+" }
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
   * Whether the first failure of a step ends the run, and becomes the failure of the call.
   *
   * @default false
   */
  readonly raiseOnError?: Raise
}

/** The errors that prevent a run: a mistake in the call, a run id that is in use, or a storage error. */
export type ExecuteError =
  | RunConfigError
  | SelectionError
  | AssetSelectionError
  | DefinitionError
  | InvalidOptions
  | RunAlreadyExists
  | StorageError
  | InvalidRunId
  | JobNotPartitioned
  | UnknownPartitionKey
  | InvalidPartitionKeyRange
  | RangeNotInOneRun
  | PartitionRequired

/** The errors of a call. */
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
    Execution,
    const InputNames extends PropertyKey = never,
    const Replaced extends PropertyKey = never,
    P = never,
    const K extends PropertyKey = never,
    O = {},
    const Selection extends ReadonlyArray<string> = never,
    const Raise extends boolean = false
  >(
    job: Job<string, JI, Preset, A, E, R, Cfg, Rs, Execution>,
    options?: ExecuteInProcessOptions<
      CallRunConfig<JI, Preset, InputNames, Cfg, Rs, Replaced, Execution>,
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
        ? {} extends CallRunConfig<JI, Preset, InputNames, Cfg, Rs, Replaced, Execution>
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
