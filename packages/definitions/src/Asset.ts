import type { PartitionKeyRange } from "@heddle/partitions/PartitionKeyRange"
import type { PartitionMapping } from "@heddle/partitions/PartitionMapping"
import type { Partitions } from "@heddle/partitions/Partitions"
import type * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import type { AssetContext, AssetGiven } from "./AssetExecutionContext.ts"
import type { AssetNode, AssetSpec } from "./AssetNode.ts"
import type {
  AssetDep,
  AssetInfo,
  AssetStepOptions,
  CheckInfo,
  CheckNames,
  ChecksSpec,
  MadeAssetInfo
} from "./AssetOptions.ts"
import { AssetResult } from "./AssetResult.ts"
import type { BackfillPolicy, ByRange, MadeBy, RangedValue } from "./BackfillPolicy.ts"
import type { BodyError, BodyGives, BodyNeeds, OutputsBodyError, OutputsBodyNeeds } from "./BodyGives.ts"
import type { BodyEvent } from "./BodyEvent.ts"
import { CheckResult } from "./CheckResult.ts"
import type { DirectContext } from "./DirectContext.ts"
import type { Graph } from "./Graph.ts"
import type { Handle } from "./Handle.ts"
import type { Hook } from "./Hook.ts"
import type { IOManagerShape } from "./IOManager.ts"
import { assetNode } from "./internal/assetNode.ts"
import { checkNode } from "./internal/checkNode.ts"
import { externalNode } from "./internal/externalNode.ts"
import { graphAssetNode } from "./internal/graphAssetNode.ts"
import { invokeDirectly } from "./internal/invokeDirectly.ts"
import { multiAssetNode } from "./internal/multiAssetNode.ts"
import { observableNode } from "./internal/observableNode.ts"
import { isAsset } from "./internal/readAssetOptions.ts"
import { subjectOf } from "./internal/definitionArguments.ts"
import { DefinitionError } from "./DefinitionError.ts"
import type { Named, NotCheckResults, OptionsGiven, Seen, SeveralAssets, UnknownChecks } from "./Missing.ts"
import type { ObserveResult } from "./ObserveResult.ts"
import type { Ids, Tags } from "./OpExecutionContext.ts"
import type { IOOf, OptionalOut, OutSpec, SchemaOf } from "./Out.ts"
import type { MetadataInput } from "@heddle/events/MetadataValue"
import type { OpsNode } from "./RunConfigOf.ts"
import type { Retry } from "./RetryPolicy.ts"
import type { Entry, Fields, NodeConfig } from "./Wiring.ts"

/**
 * Something that is kept outside of runs, such as a table, with the body that makes it. `Cfg` is its entry in the `ops`
 * section of run config, and `Deps` are the keys of the upstream assets whose values it takes.
 *
 * @since 0.1.0
 * @source Dagster AssetsDefinition
 */
export interface Asset<Key extends string, A, E, R, Cfg, P, Deps extends string> {
  /** Text key; `a/b` has two parts. */
  readonly key: Key
  /** Only a type: value, errors, needs and upstream keys. */
  readonly _T: () => [A, E, R, Deps]
  /** Only a type: run config. */
  readonly _Cfg: (_: Cfg) => Cfg
  /** Only a type: partitions. */
  readonly _P: P
  readonly definition: { readonly node: AssetNode; readonly spec: AssetSpec }
}

/** An asset with a body that can be invoked directly, in tests. */
export interface InvocableAsset<Key extends string, I, A, E, R, C, P, Deps extends string> extends Asset<
  Key,
  A,
  E,
  R,
  Entry<OpName<Key>, NodeConfig<C, {}>>,
  P,
  Deps
> {
  /**
   * Runs the body alone, for tests: config and value are checked; there is no run, no event log and no IO manager.
   *
   * @param inputs - the values of the upstream assets, by the names under which the body takes them
   * @param options - `config`, `partitionKey` or `partitionRange`, and a `context` that `buildAssetContext` made
   * @returns what the body gives
   */
  invoke<const K extends PropertyKey = never, O = {}>(
    inputs: I,
    options?: AssetInvokeOptions &
      ([C] extends [void] ? {} : { readonly config?: C }) &
      Named<K, "config" | "context"> &
      Seen<O>,
    ...missing: OptionsGiven<
      K,
      O,
      [C] extends [void] ? never : {} extends C ? never : "context" extends K ? never : "config"
    >
  ): Effect.Effect<RangedValue<A, P>, E, R>
}

/** Stands in for the run that a direct invocation of an asset does not have. */
export interface AssetInvokeOptions {
  /**
   * The key of the partition that the run is for.
   *
   * @default the run is for no partition
   */
  readonly partitionKey?: string
  /**
   * The range of partitions that the run is for.
   *
   * @default the run is for no range
   */
  readonly partitionRange?: PartitionKeyRange
  /**
   * A context of `buildAssetContext`. After the call, its lines, events and metadata can be read.
   *
   * @default a new context
   */
  readonly context?: DirectContext
}

/** Any asset. */
export type AnyAsset = Asset<any, any, any, any, any, any, any>

/** Several assets of one body that can be invoked directly, in tests. */
export interface InvocableMultiAsset<
  M extends { readonly [output: string]: AnyAsset },
  I,
  V,
  E,
  R,
  C
> extends MultiAsset<M> {
  /**
   * Runs the body alone, for tests: config and values are checked; there is no run, no event log and no IO manager.
   *
   * @param inputs - the values of the upstream assets, by the names under which the body takes them
   * @param options - `config`, `partitionKey` or `partitionRange`, and a `context` that `buildAssetContext` made; it holds the results of checks
   * @returns the values by output
   */
  invoke<const K extends PropertyKey = never, O = {}>(
    inputs: I,
    options?: AssetInvokeOptions &
      ([C] extends [void] ? {} : { readonly config?: C }) &
      Named<K, "config" | "context"> &
      Seen<O>,
    ...missing: OptionsGiven<
      K,
      O,
      [C] extends [void] ? never : {} extends C ? never : "context" extends K ? never : "config"
    >
  ): Effect.Effect<V, E, R>
}

/** Several assets that one body or graph makes: in a list it stands for all of them. `assets` has them by output. */
export interface MultiAsset<M extends { readonly [output: string]: AnyAsset }> {
  readonly assets: M
  readonly definition: { readonly node: AssetNode }
}
/** Several assets of any kind. */
export type AnyMultiAsset = MultiAsset<any>

/**
 * A check of an asset, as a step of its own. `V` is the value that its body receives, and `Keys` are the keys of the asset and
 * of the other assets whose values it takes.
 */
export interface Check<Keys extends string, V, E, R, Cfg> {
  readonly name: string
  /**
   * Runs the body alone, for tests.
   *
   * @param value - the value of the asset
   * @param options - `config`, a `context` that `buildAssetContext` made, and `inputs`: the values of the other assets
   * @returns what the check found
   */
  readonly invoke: (
    value: V,
    options?: AssetInvokeOptions & {
      readonly config?: unknown
      readonly inputs?: { readonly [input: string]: unknown }
    }
  ) => Effect.Effect<CheckResult, E, R>
  /** Only a type: the keys of the assets, errors and needs. */
  readonly _T: () => [Keys, E, R]
  /** Only a type: run config. */
  readonly _Cfg: (_: Cfg) => Cfg
  readonly definition: { readonly node: AssetNode }
}
/** Any check. */
export type AnyCheck = Check<any, any, any, any, any>

/** An upstream asset through a mapping between partitions. */
export interface AssetIn<D extends AnyAsset, Many extends boolean> {
  readonly _tag: "AssetIn"
  readonly asset: D
  readonly mapping: PartitionMapping<Many>
  readonly many: Many
}
/** Upstream assets by the name under which the body takes their values. */
export type AssetInputs = { readonly [name: string]: AnyAsset | AssetIn<any, any> }
type AssetOf<X> = X extends AssetIn<infer D, any> ? D : X
/** The value of an asset. */
export type AssetValue<X> = X extends Asset<any, infer A, any, any, any, any, any> ? A : never
/** The key of an asset. */
export type KeyOf<X> = X extends Asset<infer K, any, any, any, any, any, any> ? K : never
type DepKeys<D extends AssetInputs> = [keyof D] extends [never] ? never : KeyOf<AssetOf<D[keyof D]>>
/** The partitions of an asset. */
type PartitionsIn<X> = X extends Asset<any, any, any, any, any, infer P, any> ? P : undefined
/** The name of the step of an asset, and of its entry under `ops`: the parts of its key joined by `__`. */
export type OpName<Key extends string> = Key extends `${infer Head}/${infer Rest}` ? `${Head}__${OpName<Rest>}` : Key
/** What checks of an asset receive, and results give: its value, or a map from partition key to value if it is made by ranges. */
export type MadeValue<X> = X extends Asset<any, infer A, any, any, any, infer P, any> ? RangedValue<A, P> : never
/**
 * Many upstream partitions arrive as a map from key to value, one as the value. What is made by ranges always receives a map of
 * an upstream asset with partitions.
 */
export type AssetInputValue<X, P> =
  X extends AssetIn<infer D, infer Many>
    ? true extends Many | ([P] extends [ByRange] ? true : false)
      ? ReadonlyMap<string, AssetValue<D>>
      : AssetValue<D>
    : X extends Asset<any, infer A, any, any, any, infer UP, any>
      ? [UP] extends [undefined]
        ? A
        : [P] extends [undefined] | [ByRange]
          ? ReadonlyMap<string, A>
          : A
      : never
/** Its members and not its name stand in messages of the compiler. */
type InputValues<D extends AssetInputs, P> = { readonly [K in keyof D]: AssetInputValue<D[K], P> } extends infer V
  ? V
  : never

/** What an asset with one value gives: the value, or a result with more. One that declares checks gives their results. */
type Given1<A, Ck> = [CheckNames<Ck>] extends [never]
  ? A | AssetResult<A>
  : AssetResult<A, CheckNames<Ck>> | AssetResult<never>

/**
 * Options of an asset.
 *
 * @since 0.1.0
 */
export interface AssetOptions<
  O extends Schema.Top,
  D extends AssetInputs,
  C extends Schema.Top,
  P,
  B extends BackfillPolicy,
  T extends Tags,
  IO,
  HR,
  Ck extends ChecksSpec,
  X
>
  extends MadeAssetInfo<IO>, Omit<AssetStepOptions, "hooks"> {
  /**
   * The upstream assets whose values the body receives, by name.
   *
   * @default {}
   * @example
   * Asset.make("mean", { inputs: { prices }, output: Schema.Number, run: ({ prices }) => prices[0] ?? 0 })
   */
  readonly inputs?: D
  /**
   * The schema of the value.
   *
   * @default the asset has no value: its body stores the data itself, and downstream assets depend on it by `deps`
   */
  readonly output?: O
  /**
   * Whether the body may leave the asset as it is. It does so with `Asset.skip`: its checks are then not evaluated, and what
   * is downstream is skipped.
   *
   * @default false
   */
  readonly optional?: boolean
  /**
   * The checks whose results the body gives with the value, in an `Asset.result`.
   *
   * @default []
   * @example
   * { checks: { not_empty: { blocking: true } } }
   */
  readonly checks?: Ck
  /**
   * The schema of the run config of the asset.
   *
   * @default the asset takes no config
   */
  readonly config?: C
  /**
   * The services that the body reads from `context.resources`, by name.
   *
   * @default the body may use every resource that is provided
   */
  readonly resources?: T
  /**
   * The partitions of the asset. The body receives the key of the partition that it makes.
   *
   * @default the asset is not partitioned
   */
  readonly partitions?: P
  /**
   * How many partitions one run makes. Unless it is one, the body is called once for a range of partitions: it receives each
   * upstream asset with partitions as a map from key to value, and returns such a map, also for a range of one.
   *
   * @default "multiRun": one
   * @example
   * { backfill: "singleRun" }
   * { backfill: { maxPartitionsPerRun: 31 } }
   */
  readonly backfill?: B
  /**
   * Hooks that run after the step of the asset.
   *
   * @default []
   */
  readonly hooks?: ReadonlyArray<Hook<HR>>
  /**
   * How long an attempt may take: a number of milliseconds, or a duration such as `"5 minutes"`.
   *
   * @default no limit
   */
  readonly timeout?: Duration.Input
  /**
   * How long an attempt may go without an event: a number of milliseconds, or a duration such as `"30 seconds"`.
   *
   * @default no limit
   */
  readonly idleTimeout?: Duration.Input
  /**
   * One retry policy for every failure, or an answer for each error tag of the body.
   *
   * @default no retries
   */
  readonly retry?: Retry<BodyError<NoInfer<X>>>
  /** The body: returns the value or an `Asset.result`, a promise of it, or an Effect. */
  readonly run: (inputs: InputValues<D, MadeBy<P, B>>, context: AssetContext<C["Type"], P, T>) => X
}

/** One of several assets: its schema with what can be said of it. */
export interface AssetOut<S extends OutSpec, Key extends string | undefined, IO> {
  readonly _tag: "AssetOut"
  readonly spec: S
  readonly key: Key
  readonly options: AssetOutOptions<string | undefined, IO>
}

/**
 * Options of one of several assets.
 *
 * @since 0.1.0
 */
export interface AssetOutOptions<Key extends string | undefined, IO> extends MadeAssetInfo<IO> {
  /**
   * The text key of the asset.
   *
   * @default the name of the output
   */
  readonly key?: Key
  /**
   * The version of the part of the body that makes it.
   *
   * @default the `codeVersion` of all assets of the body
   */
  readonly codeVersion?: string
}

/** What can be said of one of several assets that a graph makes. */
interface GraphOutOptions extends AssetOutOptions<string, any> {
  readonly key: string
}

/** The outputs of several assets by name. */
export type AssetOuts = { readonly [output: string]: OutSpec | AssetOut<any, any, any> }
type PlainOut<O> = O extends AssetOut<infer S, any, any> ? S : O
type OutIO<O> = O extends AssetOut<infer S, any, infer IO> ? IO | IOOf<S> : IOOf<O>
/** The key of one of several assets. */
type OutKey<Name, O> =
  O extends AssetOut<any, infer Key, any> ? (Key extends string ? Key : Name & string) : Name & string
type OutValue<O> = SchemaOf<PlainOut<O>>["Type"]
/** The value of one of several assets as the body gives it. */
type OutGiven<O, P> = RangedValue<OutValue<O>, P>
type OptionalNames<O extends AssetOuts> = {
  [K in keyof O]: PlainOut<O[K]> extends OptionalOut<any, any> ? K : never
}[keyof O]
/** The checks of several assets, by output. */
export type MultiChecks<O> = { readonly [K in keyof O]?: ChecksSpec }
type ChecksAt<Ck, K> = K extends keyof Ck ? CheckNames<Exclude<Ck[K], undefined>> : never
type ReturnedAsset<O, Ck, K, P> = [ChecksAt<Ck, K>] extends [never]
  ? OutGiven<O, P> | AssetResult<OutGiven<O, P>>
  : AssetResult<OutGiven<O, P>, ChecksAt<Ck, K>> | AssetResult<never>
/** What the body of several assets returns: a record of values and results by output. */
export type ReturnedAssets<O extends AssetOuts, Ck, P = undefined> = {
  readonly [K in Exclude<keyof O, OptionalNames<O>>]: ReturnedAsset<O[K], Ck, K, P>
} & { readonly [K in OptionalNames<O>]?: ReturnedAsset<O[K], Ck, K, P> }
/** What a body of several assets emits: values of assets with what is to be said of them, results of checks, and events. */
export type AssetEmission<O extends AssetOuts, Ck, P = undefined> =
  | {
      [K in keyof O]: {
        readonly asset: OutKey<K, O[K]>
        readonly metadata?: { readonly [name: string]: MetadataInput }
        readonly tags?: { readonly [key: string]: string }
        readonly dataVersion?: string
      } & ([void] extends [OutValue<O[K]>] ? { readonly value?: undefined } : { readonly value: OutGiven<O[K], P> })
    }[keyof O]
  | {
      [K in keyof O]: [ChecksAt<Ck, K>] extends [never]
        ? never
        : { readonly asset: OutKey<K, O[K]>; readonly check: ChecksAt<Ck, K> } & CheckResult
    }[keyof O]
  | BodyEvent
type MultiGives<O extends AssetOuts, Ck, P> =
  | ReturnedAssets<O, Ck, P>
  | PromiseLike<ReturnedAssets<O, Ck, P>>
  | Effect.Effect<ReturnedAssets<O, Ck, P>, any, any>
  | Stream.Stream<AssetEmission<O, Ck, P>, any, any>
  | AsyncIterable<AssetEmission<O, Ck, P>>

/**
 * Options of several assets that one body makes.
 *
 * @since 0.1.0
 */
export interface MultiAssetOptions<
  O extends AssetOuts,
  Ck,
  D extends AssetInputs,
  C extends Schema.Top,
  P,
  B extends BackfillPolicy,
  T extends Tags,
  HR,
  X
> extends Omit<AssetStepOptions, "hooks"> {
  /**
   * The upstream assets whose values the body receives, by name.
   *
   * @default {}
   */
  readonly inputs?: D
  /**
   * Upstream assets that must be materialized first, and whose values the body does not receive.
   *
   * @default []
   */
  readonly deps?: ReadonlyArray<AssetDep>
  /**
   * The schema of each asset, by output. The body may leave out an asset that is declared with `Out.optional`. `Asset.out`
   * gives an asset another key than its output, and says more of it.
   *
   * @example
   * { outputs: { orders: Schema.Number, refunds: Out.optional(Schema.Number) } }
   */
  readonly outputs: O
  /**
   * The checks that the body performs, by output.
   *
   * @default {}
   * @example
   * { checks: { orders: ["is_positive"] } }
   */
  readonly checks?: Ck
  /**
   * Whether a run may ask for some of the assets and checks only. The body reads which from `context.selected`.
   *
   * @default false
   */
  readonly canSubset?: boolean
  /**
   * What the body does, for readers of the job.
   *
   * @default no description
   */
  readonly description?: string
  /**
   * The group of the assets that name none.
   *
   * @default "default"
   */
  readonly group?: string
  /**
   * The schema of the run config of the body.
   *
   * @default the body takes no config
   */
  readonly config?: C
  /**
   * The services that the body reads from `context.resources`, by name.
   *
   * @default the body may use every resource that is provided
   */
  readonly resources?: T
  /**
   * The partitions of all of the assets.
   *
   * @default the assets are not partitioned
   */
  readonly partitions?: P
  /**
   * How many partitions one run makes. Unless it is one, the body receives and gives maps from partition key to value.
   *
   * @default "multiRun": one
   * @example
   * { backfill: "singleRun" }
   */
  readonly backfill?: B
  /**
   * Hooks that run after the step.
   *
   * @default []
   */
  readonly hooks?: ReadonlyArray<Hook<HR>>
  /**
   * One retry policy for every failure, or an answer for each error tag of the body.
   *
   * @default no retries
   */
  readonly retry?: Retry<OutputsBodyError<NoInfer<X>>>
  /** The body: returns a record of the values, a promise or an Effect of it, or a stream of values and check results. */
  readonly run: (
    inputs: InputValues<D, MadeBy<P, B>>,
    context: AssetContext<C["Type"], P, T> & { readonly selected: ReadonlySet<keyof O & string> }
  ) => X
}

/**
 * Options of an asset that a graph makes.
 *
 * @since 0.1.0
 */
export interface GraphAssetOptions<I extends Fields, G, H, D, P, IO, HR, Ck> extends MadeAssetInfo<IO> {
  /** The graph. Its one output is the asset, beside the outputs that `checks` names. */
  readonly graph: G & OneAssetFits<H, CheckNames<Ck>>
  /**
   * The upstream assets that are the inputs of the graph, by input.
   *
   * @default {}
   */
  readonly inputs?: D & { readonly [K in keyof I]: AnyAsset | AssetIn<any, any> }
  /**
   * The checks that ops of the graph evaluate. The result of each is the output of the graph that has its name: `true`,
   * `false`, or what `Asset.checkResult` describes.
   *
   * @default []
   * @example
   * { checks: { not_empty: { blocking: true } } }
   */
  readonly checks?: Ck
  /**
   * The partitions of the asset.
   *
   * @default the asset is not partitioned
   */
  readonly partitions?: P
  /**
   * The version of the graph.
   *
   * @default no version
   */
  readonly codeVersion?: string
  /**
   * Hooks that run after every step of the graph.
   *
   * @default []
   */
  readonly hooks?: ReadonlyArray<Hook<HR>>
}

/**
 * Options of several assets that a graph makes.
 *
 * @since 0.1.0
 */
export interface GraphMultiAssetOptions<I extends Fields, G, H, D, P, K, HR, Ck> {
  /** The graph. */
  readonly graph: G & CheckOutputsFit<H, CheckOutputs<Ck>>
  /**
   * The assets by output of the graph: the text key, or the key with what can be said of the asset.
   *
   * @example
   * { outputs: { rows: "sales/rows", total: { key: "sales/total", group: "reports" } } }
   */
  readonly outputs: K
  /**
   * The upstream assets that are the inputs of the graph, by input.
   *
   * @default {}
   */
  readonly inputs?: D & { readonly [K in keyof I]: AnyAsset | AssetIn<any, any> }
  /**
   * The checks that ops of the graph evaluate, by the output that is the asset. The result of each is the output of the
   * graph whose name is that of the asset's output and that of the check, joined by an underscore.
   *
   * @default {}
   * @example
   * { outputs: { rows: "sales/rows" }, checks: { rows: ["not_empty"] } } // the output `rows_not_empty`
   */
  readonly checks?: Ck
  /**
   * Upstream assets that must be materialized first.
   *
   * @default []
   */
  readonly deps?: ReadonlyArray<AssetDep>
  /**
   * The partitions of all of the assets.
   *
   * @default the assets are not partitioned
   */
  readonly partitions?: P
  /**
   * Whether a run may ask for some of the assets only; the steps that only the others need are then left out.
   *
   * @default false
   */
  readonly canSubset?: boolean
  /**
   * Hooks that run after every step of the graph.
   *
   * @default []
   */
  readonly hooks?: ReadonlyArray<Hook<HR>>
}

/**
 * Options of a check of an asset.
 *
 * @since 0.1.0
 */
export interface AssetCheckOptions<
  A extends AnyAsset,
  D extends AssetInputs,
  C extends Schema.Top,
  T extends Tags,
  Loads extends boolean,
  X
>
  extends CheckInfo, Pick<AssetStepOptions, "opTags" | "pool"> {
  /**
   * Whether the body receives the value of the asset, which is loaded for it.
   *
   * @default true
   */
  readonly loadsValue?: Loads
  /**
   * The name under which events tell of the loaded value.
   *
   * @default the last part of the key of the asset
   */
  readonly input?: string
  /**
   * Other assets whose values the body receives as its third argument, by name.
   *
   * @default {}
   */
  readonly inputs?: D
  /**
   * Other assets after which the check runs.
   *
   * @default []
   */
  readonly additionalDeps?: ReadonlyArray<AssetDep>
  /**
   * The schema of the run config of the check.
   *
   * @default the check takes no config
   */
  readonly config?: C
  /**
   * The services that the body reads from `context.resources`, by name.
   *
   * @default the body may use every resource that is provided
   */
  readonly resources?: T
  /**
   * One retry policy for every failure, or an answer for each error tag of the body.
   *
   * @default no retries
   */
  readonly retry?: Retry<BodyError<NoInfer<X>>>
  /** The body: receives the value of the asset, and returns what it found, or whether the check passed. */
  readonly run: (
    value: Loads extends false ? undefined : MadeValue<A>,
    context: AssetContext<C["Type"], undefined, T>,
    others: InputValues<D, PartitionsIn<A>>
  ) => X
}

/**
 * Options of an external asset.
 *
 * @since 0.1.0
 */
export interface ExternalAssetOptions<P, IO> extends AssetInfo {
  /**
   * The service of the IO manager that loads the value.
   *
   * @default the default IO manager
   */
  readonly io?: Context.Key<IO, IOManagerShape>
  /**
   * The partitions of the asset.
   *
   * @default the asset is not partitioned
   */
  readonly partitions?: P
  /**
   * The assets that it depends on, for readers and selections.
   *
   * @default []
   */
  readonly deps?: ReadonlyArray<AssetDep>
}

/**
 * Options of an asset that is made elsewhere and observed by runs.
 *
 * @since 0.1.0
 */
export interface ObservableAssetOptions<S extends Schema.Top, P, T extends Tags, IO, X> extends ExternalAssetOptions<
  P,
  IO
> {
  /**
   * The schema of the value, for assets that load it.
   *
   * @default the asset has no value
   */
  readonly schema?: S
  /**
   * The services that the body reads from `context.resources`, by name.
   *
   * @default the body may use every resource that is provided
   */
  readonly resources?: T
  /** The body: returns the data version that it found, with metadata and tags. */
  readonly observe: (context: AssetContext<void, P, T>) => X
}

/**
 * A type that follows from the options of an asset and from nothing else: a list or a record that the asset is defined in does
 * not change it.
 */
type Settled<T> = [T] extends [infer Same extends T] ? Same : never

/** The type of a body that is typed elsewhere. */
type CheckGives = BodyGives<CheckResult | boolean>

/** Holds the types of assets and checks. They exist only for the compiler. */
const typed = <A>(value: object): A => value as unknown as A

const oneOf = (node: AssetNode, key: string): object => {
  const spec = node.assets.find((asset) => asset.key === key)!
  const { body } = node
  return {
    key,
    definition: { node, spec },
    ...(body?._tag === "OpDefinition"
      ? {
          invoke: (inputs: { readonly [input: string]: unknown }, options?: AssetInvokeOptions) =>
            invokeDirectly(body, inputs, options ?? {})
        }
      : {})
  }
}

const manyOf = (node: AssetNode): object => {
  const { body } = node
  return {
    assets: Object.fromEntries(node.assets.map(({ key, output }) => [output, oneOf(node, key)])),
    definition: { node },
    ...(body?._tag === "OpDefinition"
      ? {
          invoke: (inputs: { readonly [input: string]: unknown }, options?: AssetInvokeOptions) =>
            invokeDirectly(body, inputs, options ?? {})
        }
      : {})
  }
}

interface MakeAsset {
  <
    const Key extends string,
    O extends Schema.Top = Schema.Void,
    D extends AssetInputs = {},
    C extends Schema.Top = Schema.Void,
    P extends Partitions<any> | undefined = undefined,
    const B extends BackfillPolicy = "multiRun",
    T extends Tags = {},
    IO = never,
    HR = never,
    const Ck extends ChecksSpec = readonly [],
    const X extends BodyGives<Given1<RangedValue<O["Type"], MadeBy<P, B>>, Ck>> = BodyGives<
      Given1<RangedValue<O["Type"], MadeBy<P, B>>, Ck>
    >
  >(
    key: Key,
    options: AssetOptions<O, D, C, P, B, T, IO, HR, Ck, X>
  ): InvocableAsset<
    Key,
    InputValues<D, MadeBy<P, B>>,
    O["Type"],
    BodyError<X>,
    Exclude<BodyNeeds<X>, AssetGiven> | Ids<T> | Settled<IO | HR>,
    C["Encoded"],
    Settled<MadeBy<P, B>>,
    DepKeys<D>
  >
}

interface MakeMulti {
  <
    const Name extends string,
    const O extends AssetOuts,
    const Ck extends MultiChecks<O> = {},
    D extends AssetInputs = {},
    C extends Schema.Top = Schema.Void,
    P extends Partitions<any> | undefined = undefined,
    const B extends BackfillPolicy = "multiRun",
    T extends Tags = {},
    HR = never,
    const X extends MultiGives<O, Ck, MadeBy<P, B>> = MultiGives<O, Ck, MadeBy<P, B>>
  >(
    name: Name,
    options: MultiAssetOptions<O, Ck, D, C, P, B, T, HR, X>
  ): InvocableMultiAsset<
    {
      readonly [K in keyof O & string]: Asset<
        OutKey<K, O[K]>,
        OutValue<O[K]>,
        OutputsBodyError<X>,
        Exclude<OutputsBodyNeeds<X>, AssetGiven> | Ids<T> | OutIO<O[keyof O]> | Settled<HR>,
        Entry<Name, NodeConfig<C["Encoded"], {}>>,
        Settled<MadeBy<P, B>>,
        DepKeys<D>
      >
    },
    InputValues<D, MadeBy<P, B>>,
    { readonly [K in keyof O]?: OutGiven<O[K], MadeBy<P, B>> },
    OutputsBodyError<X>,
    Exclude<OutputsBodyNeeds<X>, AssetGiven> | Ids<T>,
    C["Encoded"]
  >
}

type GraphEntry<Name extends string, Cfg> = Entry<Name, [keyof Cfg] extends [never] ? {} : OpsNode<Cfg>>

/** The outputs of a graph by name; one without a name is `result`. */
type OutputsOf<H> = [H] extends [Handle<any>] ? { readonly result: H } : H
type WrongResults<Os, Names extends keyof Os> = {
  [K in Names]: Os[K] extends Handle<boolean | CheckResult> ? never : K
}[Names]
/** Anything where each name is an output of a graph that is the result of a check, else what the compiler shows. */
type CheckOutputsFit<Os, Names> = 0 extends 1 & Os
  ? unknown
  : [Exclude<Names, keyof Os>] extends [never]
    ? [WrongResults<Os, Names & keyof Os>] extends [never]
      ? unknown
      : NotCheckResults<WrongResults<Os, Names & keyof Os>>
    : UnknownChecks<Exclude<Names, keyof Os>>
/** The names of outputs that are results of checks. */
type ResultNames<Os> = 0 extends 1 & Os
  ? string
  : { [K in keyof Os]: Os[K] extends Handle<boolean | CheckResult> ? K & string : never }[keyof Os]
/** The checks that the outputs of a graph can be the results of. */
type GraphChecks<H> =
  | ReadonlyArray<ResultNames<OutputsOf<H>>>
  | { readonly [K in ResultNames<OutputsOf<H>>]?: CheckInfo }
type IsOne<A, B = A> = [A] extends [never] ? false : A extends unknown ? ([B] extends [A] ? true : false) : never
/** Anything where a graph has one output beside the results of checks, else what the compiler shows. */
type OneAssetFits<H, Names> = 0 extends 1 & H
  ? unknown
  : CheckOutputsFit<OutputsOf<H>, Names> &
      (IsOne<Exclude<keyof OutputsOf<H>, Names>> extends true
        ? unknown
        : SeveralAssets<Exclude<keyof OutputsOf<H>, Names>>)
type HandleValue<H> = H extends Handle<infer A> ? A : never
/** The value of the asset of a graph: that of its output which is not the result of a check. */
type GraphValue<H, Names> = 0 extends 1 & H ? any : HandleValue<OutputsOf<H>[Exclude<keyof OutputsOf<H>, Names>]>

interface MakeGraphAsset {
  <
    const Key extends string,
    const Name extends string,
    I extends Fields,
    H,
    E,
    R,
    Cfg,
    D extends AssetInputs = {},
    P extends Partitions<any> | undefined = undefined,
    IO = never,
    HR = never,
    const Ck extends GraphChecks<H> = readonly []
  >(
    key: Key,
    options: GraphAssetOptions<I, Graph<Name, I, H, E, R, Cfg>, H, D, P, IO, HR, Ck>
  ): Asset<Key, GraphValue<H, CheckNames<Ck>>, E, R | Settled<IO | HR>, GraphEntry<Name, Cfg>, Settled<P>, DepKeys<D>>
}

/** The outputs of a graph that are results of checks. */
type CheckOutputs<Ck> = {
  [O in keyof Ck & string]: `${O}_${CheckNames<Exclude<Ck[O], undefined>>}`
}[keyof Ck & string]

interface MakeGraphMulti {
  <
    const Name extends string,
    I extends Fields,
    H extends { readonly [output: string]: Handle<any> },
    E,
    R,
    Cfg,
    const K extends { readonly [O in Exclude<keyof H, CheckOutputs<Ck>>]: string | GraphOutOptions },
    D extends AssetInputs = {},
    P extends Partitions<any> | undefined = undefined,
    HR = never,
    const Ck extends { readonly [output: string]: ChecksSpec | undefined } = {}
  >(
    options: GraphMultiAssetOptions<I, Graph<Name, I, H, E, R, Cfg>, H, D, P, K, HR, Ck>
  ): MultiAsset<{
    readonly [O in keyof K & keyof H & string]: Asset<
      K[O] extends { readonly key: infer Key extends string } ? Key : K[O] & string,
      HandleValue<H[O]>,
      E,
      R | Settled<HR> | (K[O] extends { readonly io: Context.Key<infer IO, IOManagerShape> } ? IO : never),
      GraphEntry<Name, Cfg>,
      Settled<P>,
      DepKeys<D>
    >
  }>
}

interface MakeCheck {
  <
    A extends AnyAsset,
    const Name extends string,
    D extends AssetInputs = {},
    C extends Schema.Top = Schema.Void,
    T extends Tags = {},
    const Loads extends boolean = true,
    const X extends CheckGives = CheckGives
  >(
    asset: A,
    name: Name,
    options: AssetCheckOptions<A, D, C, T, Loads, X>
  ): Check<
    KeyOf<A> | DepKeys<D>,
    Loads extends false ? undefined : MadeValue<A>,
    BodyError<X>,
    Exclude<BodyNeeds<X>, AssetGiven> | Ids<T>,
    Entry<`${OpName<KeyOf<A>>}_${Name}`, NodeConfig<C["Encoded"], {}>>
  >
}

interface MakeExternal {
  <const Key extends string, S extends Schema.Top>(
    key: Key,
    schema: S
  ): Asset<Key, S["Type"], never, never, {}, undefined, never>
  <const Key extends string, S extends Schema.Top, P extends Partitions<any> | undefined = undefined, IO = never>(
    key: Key,
    schema: S,
    options: ExternalAssetOptions<P, IO>
  ): Asset<Key, S["Type"], never, Settled<IO>, {}, Settled<P>, never>
}

interface MakeObservable {
  <
    const Key extends string,
    S extends Schema.Top = Schema.Void,
    P extends Partitions<any> | undefined = undefined,
    T extends Tags = {},
    IO = never,
    const X extends BodyGives<ObserveResult> = BodyGives<ObserveResult>
  >(
    key: Key,
    options: ObservableAssetOptions<S, P, T, IO, X>
  ): Asset<
    Key,
    S["Type"],
    BodyError<X>,
    Exclude<BodyNeeds<X>, AssetGiven> | Ids<T> | Settled<IO>,
    {},
    Settled<P>,
    never
  >
}

interface MakeOut {
  <S extends OutSpec, const Key extends string | undefined = undefined, IO = never>(
    spec: S,
    options?: AssetOutOptions<Key, IO>
  ): AssetOut<S, Settled<Key>, Settled<IO>>
}

const make = ((key: string, options: unknown) => typed(oneOf(assetNode(key, options), key))) as unknown as MakeAsset
const multi = ((name: string, options: unknown) => typed(manyOf(multiAssetNode(name, options)))) as unknown as MakeMulti
const graph = ((key: string, options: unknown) =>
  typed(oneOf(graphAssetNode(key, options), key))) as unknown as MakeGraphAsset
const graphMulti = ((options: unknown) =>
  typed(manyOf(graphAssetNode(undefined, options)))) as unknown as MakeGraphMulti
const external = ((key: string, schema: Schema.Top, options: unknown = {}) =>
  typed(oneOf(externalNode(key, schema, options), key))) as unknown as MakeExternal
const observable = ((key: string, options: unknown) =>
  typed(oneOf(observableNode(key, options), key))) as unknown as MakeObservable
const check = ((asset: AnyAsset, name: string, options: unknown) => {
  if (!isAsset(asset)) {
    const message =
      "the first argument must be the asset that it checks, as Asset.make or another function of Asset gives it"
    throw new DefinitionError({ subject: subjectOf("asset check", name), problems: [{ place: "", message }] })
  }
  const { body, input, node } = checkNode(asset.definition.spec, name, options)
  const invoke = (value: unknown, given: AssetInvokeOptions & { readonly inputs?: object } = {}) => {
    const { inputs, ...others } = given
    return invokeDirectly(body, { ...inputs, ...(input === undefined ? {} : { [input]: value }) }, others)
  }
  return typed({ name, definition: { node }, invoke })
}) as unknown as MakeCheck
const out = ((spec: OutSpec, options: AssetOutOptions<string | undefined, unknown> = {}) => ({
  _tag: "AssetOut",
  spec,
  key: options.key,
  options
})) as unknown as MakeOut

const assetIn = <D extends AnyAsset, Many extends boolean>(
  asset: D,
  mapping: PartitionMapping<Many>
): AssetIn<D, Many> => ({ _tag: "AssetIn", asset, mapping, many: mapping.many })

/**
 * Constructors of assets and their checks.
 *
 * @since 0.1.0
 */
export const Asset = {
  /**
   * Makes an asset whose body gives its value.
   *
   * @param key - text key; `a/b` has two parts
   * @param options - `AssetOptions`
   * @throws DefinitionError with every mistake in the key and the options
   */
  make,
  /**
   * Makes several assets by one body, which returns or streams their values and the results of their checks.
   *
   * @param name - name of the step, of letters, digits and underscores
   * @param options - `MultiAssetOptions`
   * @returns the assets, in a record by output
   * @throws DefinitionError with every mistake in the name and the options
   */
  multi,
  /**
   * Makes an asset by a graph whose output is the asset, beside results of its checks. What is between its ops is kept for
   * the run only.
   *
   * @param key - text key; `a/b` has two parts
   * @param options - `GraphAssetOptions`
   * @throws DefinitionError with every mistake in the key and the options
   * @source Dagster graph_asset
   */
  graph,
  /**
   * Makes several assets by a graph with several outputs.
   *
   * @param options - `GraphMultiAssetOptions`
   * @throws DefinitionError with every mistake in the options
   * @source Dagster graph_multi_asset
   */
  graphMulti,
  /**
   * An external asset, which is materialized elsewhere: its value is loaded through its IO manager.
   *
   * @param key - text key; `a/b` has two parts
   * @param schema - schema of the value
   * @param options - `ExternalAssetOptions`
   * @source Dagster AssetSpec
   */
  external,
  /**
   * An asset that is made elsewhere, and whose data version a run can observe.
   *
   * @param key - text key; `a/b` has two parts
   * @param options - `ObservableAssetOptions`
   * @source Dagster observable_source_asset
   */
  observable,
  /** An upstream asset whose partitions are chosen by a mapping. */
  in: assetIn,
  /**
   * One of several assets, with what can be said of it.
   *
   * @param spec - the schema, or an `Out`
   * @param options - `AssetOutOptions`
   */
  out,
  /** The value of an asset with metadata, tags, a data version and results of checks, for bodies to return. */
  result: AssetResult.make,
  /** The schema of what a check found, for the outputs of ops that check an asset in a graph. */
  checkResult: CheckResult.schema,
  /** What the body of an optional asset returns to leave the asset as it is. What is downstream is then skipped. */
  skip: AssetResult.skip,
  /**
   * Makes a check of an asset, as a step of its own; a blocking one holds back what is downstream when it fails.
   *
   * @param asset - the asset
   * @param name - name of the check, of letters, digits and underscores
   * @param options - `AssetCheckOptions`
   * @throws DefinitionError with every mistake in the name and the options
   * @source Dagster asset_check
   */
  check
}
