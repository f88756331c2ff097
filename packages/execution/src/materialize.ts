import type {
  AssetEntries,
  EntriesConfig,
  EntriesErrors,
  EntriesNeeds,
  EntriesUpstream,
  EntriesValues
} from "@heddle/definitions/AssetEntries"
import type { AssetsOf } from "@heddle/definitions/AssetEntries"
import type { Asset } from "@heddle/definitions/Asset"
import { AssetJob } from "@heddle/definitions/AssetJob"
import type { AssetSelectionInput } from "@heddle/definitions/AssetSelection"
import { AssetSelectionError } from "@heddle/definitions/AssetSelectionError"
import { ASSET_JOB } from "@heddle/definitions/Definitions"
import { DefinitionError } from "@heddle/definitions/DefinitionError"
import { IOManager, type IOManagerShape } from "@heddle/definitions/IOManager"
import type { AnyJob } from "@heddle/definitions/Job"
import { DEFAULT_IO, JobNeeds } from "@heddle/definitions/JobNeeds"
import type { MissingUpstream, Named, OptionsGiven, Seen } from "@heddle/definitions/Missing"
import { OptionNames } from "@heddle/definitions/OptionNames"
import type { Distinct, Provides, ResourceConfig, ResourceNeeds, Resources } from "@heddle/definitions/Resource"
import type { RunConfigOf } from "@heddle/definitions/RunConfigOf"
import type { PartitionKeyRange } from "@heddle/partitions/PartitionKeyRange"
import type { Partitions } from "@heddle/partitions/Partitions"
import type { Instance } from "@heddle/storage/Instance"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Struct from "effect/Struct"
import type { CallError } from "./ExecuteInProcessOptions.ts"
import type { ExecuteInProcessResult, RunSucceeded } from "./ExecuteInProcessResult.ts"
import { launchJobInProcess } from "./executeInProcess.ts"
import type { RunOptions } from "./RunOptions.ts"

/** The keys of the partitions of assets. */
export type PartitionKeyOf<As extends AssetEntries> =
  AssetsOf<As> extends infer X
    ? X extends Asset<any, any, any, any, any, Partitions<infer K>, any>
      ? K
      : never
    : never

/** Options of `materialize`. */
export type MaterializeOptions<RunConfig, Rs extends Resources, P, PartitionKey, Raise extends boolean> = RunOptions & {
  /**
   * The run config: config of assets and resources. It is required if an asset or a resource needs config.
   *
   * @default {}
   * @example
   * { ops: { prices: { config: { day: "2026-01-31" } } } }
   */
  readonly runConfig?: RunConfig
  /**
   * The resources that the assets use, by key.
   *
   * @default {}
   */
  readonly resources?: Rs & Distinct<Rs>
  /**
   * A layer of services for the assets.
   *
   * @default assets get the resources, and the services of the effect
   */
  readonly layer?: Layer.Layer<P, any, never>
  /**
   * A layer of the instance that stores the run.
   *
   * @default the instance that is provided to the effect, or else one in memory that lives for the call
   */
  readonly instance?: Layer.Layer<Instance, any, never>
  /**
   * The assets and checks to make and evaluate: a selection of `AssetSelection`, text, an asset, or a list of these. Assets
   * that are not selected are loaded by their IO manager.
   *
   * @default all assets of the list and their checks
   * @example
   * { selection: "group:finance and not sales/daily" }
   * { selection: [prices, mean] }
   */
  readonly selection?: AssetSelectionInput
  /**
   * Whether the first failure of a step ends the run, and becomes the failure of the call.
   *
   * @default false
   */
  readonly raiseOnError?: Raise
} & ([PartitionKey] extends [never]
    ? {}
    : {
        /**
         * The key of the partition to make. This or `partitionRange` is required if an asset has partitions, unless there is a
         * selection.
         *
         * @default none: without partitions there is no key
         */
        readonly partitionKey?: PartitionKey
        /**
         * The first and the last of the partitions to make in one run. The policy `backfill` of the assets must allow that many.
         *
         * @default none: the run is for one partition
         * @example
         * { partitionRange: { from: "2026-01-01", to: "2026-01-31" } }
         */
        readonly partitionRange?: PartitionKeyRange<PartitionKey & string>
      })

/** The options that a call must give. What a selection leaves of partitioned assets is not known to types. */
export type MaterializeNeeds<RunConfig, PartitionKey, Given> =
  | ({} extends RunConfig ? never : "runConfig")
  | ([PartitionKey] extends [never]
      ? never
      : [Extract<Given, "selection" | "partitionRange">] extends [never]
        ? "partitionKey"
        : never)

/** How a materialization ended; `Values` holds the type of each asset's value by its key. */
export type MaterializeResult<Values, E, Raise extends boolean = false> = false extends Raise
  ? ExecuteInProcessResult<void, E, Values>
  : RunSucceeded<void, Values>

/** The services of IO managers, which `materializeToMemory` provides itself. */
export type AnyIOManager = { readonly Service: IOManagerShape }

/** The type of `materialize`. `Given` are the services that the call provides itself. */
export interface Materialize<Given = never> {
  <
    const As extends AssetEntries,
    Rs extends Resources = {},
    P = never,
    const K extends PropertyKey = never,
    O = {},
    const Raise extends boolean = false
  >(
    assets: As,
    options?: MaterializeOptions<
      RunConfigOf<EntriesConfig<As>, ResourceConfig<Rs>, {}>,
      Rs,
      P,
      PartitionKeyOf<As>,
      Raise
    > &
      Named<
        K,
        "runConfig" | ([PartitionKeyOf<As>] extends [never] ? never : "partitionKey" | "partitionRange" | "selection")
      > &
      Seen<O>,
    ...missing: [EntriesUpstream<As>] extends [never]
      ? OptionsGiven<
          K,
          O,
          MaterializeNeeds<RunConfigOf<EntriesConfig<As>, ResourceConfig<Rs>, {}>, PartitionKeyOf<As>, K>
        >
      : MissingUpstream<EntriesUpstream<As>>
  ): Effect.Effect<
    MaterializeResult<EntriesValues<As>, EntriesErrors<As>, Raise>,
    CallError<EntriesErrors<As>, Raise>,
    Exclude<EntriesNeeds<As> | ResourceNeeds<Rs>, Provides<Rs> | P | Given>
  >
}

/** The options of a call with their types erased. */
type ErasedCall = MaterializeOptions<unknown, Resources, unknown, string, boolean>

const optionNames: OptionNames<ErasedCall> = {
  runConfig: "optional",
  resources: "optional",
  layer: "optional",
  instance: "optional",
  selection: "optional",
  partitionKey: "optional",
  partitionRange: "optional",
  maxConcurrent: "optional",
  tags: "optional",
  runId: "optional",
  raiseOnError: "optional"
}

/** The job of a call. Fails with the mistakes in its assets. */
export const jobOfAssets = (
  assets: AssetEntries,
  { resources, selection }: Pick<ErasedCall, "resources" | "selection">
): Effect.Effect<AnyJob, DefinitionError | AssetSelectionError> =>
  Effect.suspend(() => {
    const make = AssetJob.make as unknown as (name: string, options: object) => AnyJob
    try {
      return Effect.succeed(
        make(ASSET_JOB, {
          assets,
          ...(selection === undefined ? {} : { selection }),
          ...(resources === undefined ? {} : { resources })
        })
      )
    } catch (error) {
      return error instanceof DefinitionError || error instanceof AssetSelectionError
        ? Effect.fail(error)
        : Effect.die(error)
    }
  })

const run = Effect.fnUntraced(function* (job: AnyJob, call: ErasedCall) {
  const options = Struct.omit(call, ["resources", "selection"])
  const { result } = yield* launchJobInProcess(job, options as Parameters<typeof launchJobInProcess>[1])
  return yield* result
}, Effect.scoped)

/**
 * Makes assets in this process, each after what it depends on, and evaluates their checks. The values are stored by the IO
 * managers of the assets: by default in the folder of the instance, or in memory for as long as an instance in memory is there.
 *
 * @param assets - assets and checks; what one of them needs must be among them, or be external
 * @param options - `MaterializeOptions`
 * @returns the result. Before anything runs, it fails with `DefinitionError`, `AssetSelectionError` or `RunConfigError`,
 *   which list every problem. Services that are not provided stay in the requirements of the effect
 * @since 0.1.0
 * @source Dagster materialize, whose `raise_on_error` is true without it
 */
export const materialize: Materialize = ((assets: AssetEntries, options: ErasedCall = {}) =>
  Effect.gen(function* () {
    const unknown = OptionNames.error("materialize", options, optionNames)
    if (unknown !== undefined) return yield* unknown
    return yield* run(yield* jobOfAssets(assets, options), options)
  })) as unknown as Materialize

/** The error of a call that keeps values in memory and gives a resource that would keep them elsewhere. */
const notToMemory = (keys: ReadonlyArray<string>): DefinitionError =>
  new DefinitionError({
    subject: "materializeToMemory",
    problems: keys.map((key) => ({
      place: `resources › "${key}"`,
      message: "it is an IO manager, and all values are kept in memory: leave it out, or call materialize"
    }))
  })

/**
 * Makes assets in this process as `materialize` does, and keeps every value in memory, whichever IO manager its asset names.
 * Nothing is left after the call.
 *
 * @param assets - assets and checks; what one of them needs must be among them, or be external
 * @param options - `MaterializeOptions`, without resources that are IO managers of the assets
 * @returns as `materialize`; fails with `DefinitionError` also for a resource that is an IO manager of the assets
 * @since 0.1.0
 * @source Dagster materialize_to_memory
 */
export const materializeToMemory: Materialize<AnyIOManager> = ((assets: AssetEntries, options: ErasedCall = {}) =>
  Effect.gen(function* () {
    const unknown = OptionNames.error("materializeToMemory", options, optionNames)
    if (unknown !== undefined) return yield* unknown
    const job = yield* jobOfAssets(assets, options)
    const needs = JobNeeds.of(job.definition)
    const managers = new Map(
      needs.named.flatMap(({ kind, tag }) => (kind === "IO manager" ? [[tag.key, tag] as const] : []))
    )
    const isManager = (key: string) => managers.has(key) || (needs.defaultIO && key === DEFAULT_IO)
    const given = Object.keys(options.resources ?? {}).filter(isManager)
    if (given.length > 0) return yield* notToMemory(given)
    const memory = IOManager.makeMemory()
    const services = [...managers.values()].reduce(
      (context, tag: Context.Key<unknown, IOManagerShape>) => Context.add(context, tag, memory),
      Context.make(IOManager, memory) as Context.Context<unknown>
    )
    const layer = Layer.merge(options.layer ?? Layer.empty, Layer.succeedContext(services))
    return yield* run(job, { ...options, layer })
  })) as unknown as Materialize<AnyIOManager>
