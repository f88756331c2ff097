import type { PartitionMapping } from "@heddle/partitions/PartitionMapping"
import type { Partitions } from "@heddle/partitions/Partitions"
import type * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import type { AssetDefinition, AssetInputDefinition } from "./AssetDefinition.ts"
import type { BodyError, BodyGives, BodyNeeds } from "./BodyGives.ts"
import type { IOManagerShape } from "./IOManager.ts"
import { subjectOf } from "./internal/definitionArguments.ts"
import { OptionNames } from "./OptionNames.ts"
import { retrySnapshot } from "./internal/retrySnapshot.ts"
import type { Given, Ids, OpContext, Tags } from "./OpExecutionContext.ts"
import type { OptionalOut, Returned, SchemaOf } from "./Out.ts"
import type { Retry } from "./RetryPolicy.ts"

/**
 * A thing that is made and kept: a table, a file, a model. `Deps` are the keys of upstream assets whose values it takes.
 *
 * @since 0.1.0
 * @source Dagster AssetsDefinition
 */
export interface Asset<Key extends string, A, E, R, C, P, Deps extends string> {
  readonly key: Key
  /** Only a type: value, errors, needs and upstream keys. */
  readonly _T: () => [A, E, R, Deps]
  /** Only a type: run config. */
  readonly _C: (_: C) => C
  /** Only a type: partitions. */
  readonly _P: P
  readonly definition: AssetDefinition
}

/** Any asset. */
export type AnyAsset = Asset<any, any, any, any, any, any, any>
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
/** Many upstream partitions arrive as a map from key to value, one as the value. */
export type AssetInputValue<X, P> =
  X extends AssetIn<infer D, infer Many>
    ? Many extends true
      ? ReadonlyMap<string, AssetValue<D>>
      : AssetValue<D>
    : X extends Asset<any, infer A, any, any, any, infer UP, any>
      ? [UP] extends [undefined]
        ? A
        : [P] extends [undefined]
          ? ReadonlyMap<string, A>
          : A
      : never
/** Second argument of an asset's body. */
export type AssetContext<C, P, T extends Tags> = OpContext<C, T> &
  (P extends Partitions<infer K> ? { readonly partitionKey: K } : {})

/** What a check found. */
export interface CheckResult {
  readonly passed: boolean
  readonly severity?: "ERROR" | "WARN"
  readonly description?: string
  readonly metadata?: Record<string, unknown>
}
/** A check of an asset, as a step of its own. */
export interface Check<E, R> {
  readonly _E: () => E
  readonly _R: () => R
  readonly name: string
  readonly asset: AnyAsset
  readonly blocking: boolean
  readonly run: (value: unknown) => unknown
}
/** What the body of several assets emits: values of assets, and results of their checks. */
export type AssetEmission<O, Ck> =
  | { [K in keyof O]: { readonly asset: K; readonly value: SchemaOf<O[K]>["Type"] } }[keyof O]
  | {
      [K in keyof Ck]: {
        readonly asset: K
        readonly check: Ck[K] extends ReadonlyArray<infer N> ? N : never
        readonly passed: boolean
      }
    }[keyof Ck]

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
  T extends Tags,
  IO,
  X
> {
  /**
   * The upstream assets whose values the body receives, by name.
   *
   * @default {}
   * @example
   * Asset.make("mean", { inputs: { prices }, output: Schema.Number, run: ({ prices }) => prices[0] ?? 0 })
   */
  readonly inputs?: D
  /**
   * Upstream assets that must be materialized first, and whose values the body does not receive.
   *
   * @default []
   */
  readonly deps?: ReadonlyArray<AnyAsset>
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
   * The service of the IO manager that stores the value.
   *
   * @default the default IO manager
   */
  readonly io?: Context.Key<IO, IOManagerShape>
  /** The schema of the value. */
  readonly output: O
  /**
   * One retry policy for every failure, or an answer for each error tag of the body.
   *
   * @default no retries
   */
  readonly retry?: Retry<BodyError<NoInfer<X>>>
  /** The body: returns the value, a promise of it, or an Effect. */
  readonly run: (
    inputs: { readonly [K in keyof D]: AssetInputValue<D[K], P> },
    context: AssetContext<C["Type"], P, T>
  ) => X
}

/**
 * Options of several assets that one body makes.
 *
 * @since 0.1.0
 */
export interface MultiAssetOptions<
  O extends Record<string, Schema.Top | OptionalOut<any>>,
  Ck,
  D extends AssetInputs,
  E,
  R
> {
  /**
   * The upstream assets whose values the body receives, by name.
   *
   * @default {}
   */
  readonly inputs?: D
  /**
   * The schema of each asset, by key. The body may leave out an asset that is declared with `Out.optional`.
   *
   * @example
   * { outputs: { orders: Schema.Number, refunds: Out.optional(Schema.Number) } }
   */
  readonly outputs: O
  /**
   * Names of the checks that the body performs, by asset.
   *
   * @default {}
   * @example
   * { checks: { orders: ["is_positive"] } }
   */
  readonly checks?: Ck
  /** The body: returns a record of the values, or a stream of values and check results. */
  readonly run: (
    inputs: { readonly [K in keyof D]: AssetInputValue<D[K], undefined> },
    context: { readonly selected: ReadonlySet<keyof O & string> }
  ) => Effect.Effect<Returned<O>, E, R> | Stream.Stream<AssetEmission<O, Ck>, E, R>
}

/**
 * Options of a check of an asset.
 *
 * @since 0.1.0
 */
export interface AssetCheckOptions<A extends AnyAsset, E, R> {
  /**
   * Whether downstream assets are skipped when the check fails.
   *
   * @default false
   */
  readonly blocking?: boolean
  /** The body: receives the value of the asset, and returns whether the check passed. */
  readonly run: (value: AssetValue<A>) => Effect.Effect<CheckResult, E, R> | Promise<CheckResult> | CheckResult
}

interface ErasedOptions extends Omit<
  AssetOptions<Schema.Top, AssetInputs, Schema.Top, unknown, Tags, unknown, unknown>,
  "retry"
> {
  readonly retry?: Parameters<typeof retrySnapshot>[0]
}

const optionNames: OptionNames<ErasedOptions> = {
  inputs: "optional",
  deps: "optional",
  config: "optional",
  resources: "optional",
  partitions: "optional",
  io: "optional",
  output: "required",
  retry: "optional",
  run: "required"
}

const multiOptionNames: OptionNames<MultiAssetOptions<{}, {}, {}, unknown, unknown>> = {
  inputs: "optional",
  outputs: "required",
  checks: "optional",
  run: "required"
}

const checkOptionNames: OptionNames<AssetCheckOptions<AnyAsset, unknown, unknown>> = {
  blocking: "optional",
  run: "required"
}

/** Holds the types of an asset. They exist only for the compiler. */
const typed = <A>(key: string, definition: AssetDefinition): A => ({ key, definition }) as unknown as A

const inputsOf = (inputs: AssetInputs | undefined): ReadonlyArray<AssetInputDefinition> =>
  Object.entries(inputs ?? {}).map(([name, input]) =>
    "_tag" in input
      ? { name, asset: input.asset.definition, mapping: input.mapping }
      : { name, asset: input.definition, mapping: undefined }
  )

const assetIn = <D extends AnyAsset, Many extends boolean>(
  asset: D,
  mapping: PartitionMapping<Many>
): AssetIn<D, Many> => ({
  _tag: "AssetIn",
  asset,
  mapping,
  many: mapping.many
})

const external = <const Key extends string, S extends Schema.Top>(
  key: Key,
  schema: S
): Asset<Key, S["Type"], never, never, void, undefined, never> =>
  typed(key, {
    _tag: "AssetDefinition",
    key,
    schema,
    external: true,
    inputs: [],
    deps: [],
    config: undefined,
    resources: undefined,
    partitions: undefined,
    io: undefined,
    group: undefined,
    run: undefined
  })

const make = <
  const Key extends string,
  O extends Schema.Top,
  D extends AssetInputs = {},
  C extends Schema.Top = Schema.Void,
  P extends Partitions<any> | undefined = undefined,
  T extends Tags = {},
  IO = never,
  const X extends BodyGives<O["Type"]> = BodyGives<O["Type"]>
>(
  key: Key,
  options: AssetOptions<O, D, C, P, T, IO, X>
): Asset<Key, O["Type"], BodyError<X>, Exclude<BodyNeeds<X>, Given> | Ids<T> | IO, C["Encoded"], P, DepKeys<D>> => {
  const given: unknown = options
  OptionNames.check<ErasedOptions>(subjectOf("asset", key), given, optionNames)
  return typed(key, {
    _tag: "AssetDefinition",
    key,
    schema: options.output,
    external: false,
    inputs: inputsOf(options.inputs),
    deps: (options.deps ?? []).map(({ definition }) => definition),
    config: options.config === undefined || options.config === (Schema.Void as Schema.Top) ? undefined : options.config,
    resources: options.resources,
    partitions: options.partitions,
    io: options.io as Context.Key<unknown, IOManagerShape> | undefined,
    ...retrySnapshot(given.retry),
    group: undefined,
    run: options.run as unknown as AssetDefinition["run"]
  })
}

const multi = <
  const Name extends string,
  const O extends Record<string, Schema.Top | OptionalOut<any>>,
  const Ck extends { readonly [K in keyof O]?: ReadonlyArray<string> } = {},
  D extends AssetInputs = {},
  E = never,
  R = never
>(
  name: Name,
  options: MultiAssetOptions<O, Ck, D, E, R>
): {
  readonly assets: {
    readonly [K in keyof O & string]: Asset<
      K,
      SchemaOf<O[K]>["Type"],
      E,
      Exclude<R, Given>,
      void,
      undefined,
      DepKeys<D>
    >
  }
} => {
  const given: unknown = options
  OptionNames.check<MultiAssetOptions<{}, {}, {}, unknown, unknown>>(subjectOf("asset", name), given, multiOptionNames)
  const inputs = inputsOf(options.inputs)
  const assets = Object.fromEntries(
    Object.entries(options.outputs).map(([key, output]) => [
      key,
      typed(key, {
        _tag: "AssetDefinition",
        key,
        schema: Schema.isSchema(output) ? output : output.schema,
        external: false,
        inputs,
        deps: [],
        config: undefined,
        resources: undefined,
        partitions: undefined,
        io: undefined,
        group: {
          name,
          optional: !Schema.isSchema(output),
          checks: (options.checks as { readonly [asset: string]: ReadonlyArray<string> } | undefined)?.[key] ?? []
        },
        run: options.run as unknown as AssetDefinition["run"]
      })
    ])
  )
  return { assets } as unknown as ReturnType<typeof multi<Name, O, Ck, D, E, R>>
}

const check = <A extends AnyAsset, E = never, R = never>(
  asset: A,
  name: string,
  options: AssetCheckOptions<A, E, R>
): Check<E, R> => {
  const given: unknown = options
  OptionNames.check<AssetCheckOptions<AnyAsset, unknown, unknown>>(
    subjectOf("asset check", name),
    given,
    checkOptionNames
  )
  return {
    name,
    asset,
    blocking: options.blocking ?? false,
    run: options.run as (value: unknown) => unknown
  } as unknown as Check<E, R>
}

/**
 * Constructors of assets and their checks.
 *
 * @since 0.1.0
 */
export const Asset = {
  /** An upstream asset whose partitions are chosen by a mapping. */
  in: assetIn,
  /** An external asset, which is materialized elsewhere: its value is loaded through its IO manager. */
  external,
  /**
   * Makes an asset whose body gives its value.
   *
   * @param key - text key; `a/b` has two parts
   * @param options - `inputs`: upstream assets whose values the body takes, by name; `deps`: upstream assets that only
   *   order; `output`: schema of the value; `config`, `resources`, `partitions`, `io`, `retry`, `run`: the body
   */
  make,
  /** Makes several assets by one body, which returns or streams their values and the results of their checks. */
  multi,
  /** Makes a check of an asset; a blocking one holds back what is downstream when it fails. */
  check
}
