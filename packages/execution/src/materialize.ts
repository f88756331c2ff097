import type { RunConfigError } from "@heddle/config/RunConfigError"
import type { AnyAsset, Asset, AssetValue, KeyOf } from "@heddle/definitions/Asset"
import type { Simplify, UnionToIntersection } from "@heddle/definitions/Invocation"
import type { MissingUpstream, Named, OptionsGiven, Seen } from "@heddle/definitions/Missing"
import { NotBuilt } from "@heddle/definitions/NotBuilt"
import type { Distinct, Provides, ResourceConfig, ResourceNeeds, Resources } from "@heddle/definitions/Resource"
import type { RunConfigOf } from "@heddle/definitions/RunConfigOf"
import type { Entry, NodeConfig } from "@heddle/definitions/Wiring"
import type { Partitions } from "@heddle/partitions/Partitions"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type { ExecuteInProcessResult } from "./ExecuteInProcessResult.ts"

type Many = ReadonlyArray<AnyAsset>
type AssetsNeeds<As extends Many> = As[number] extends infer X
  ? X extends Asset<any, any, any, infer R, any, any, any>
    ? R
    : never
  : never
type AssetsErrors<As extends Many> = As[number] extends infer X
  ? X extends Asset<any, any, infer E, any, any, any, any>
    ? E
    : never
  : never
/** `ops` names an asset by the parts of its key joined by `__`. */
type OpName<Key extends string> = Key extends `${infer Head}/${infer Rest}` ? `${Head}__${OpName<Rest>}` : Key
type AssetsConfig<As extends Many> = Simplify<
  UnionToIntersection<
    As[number] extends infer X
      ? X extends Asset<infer K, any, any, any, infer C, any, any>
        ? Entry<OpName<K>, NodeConfig<C, {}>>
        : never
      : never
  >
>
type PartitionKeyOf<As extends Many> = As[number] extends infer X
  ? X extends Asset<any, any, any, any, any, Partitions<infer K>, any>
    ? K
    : never
  : never
type Upstream<As extends Many> = Exclude<
  As[number] extends infer X ? (X extends Asset<any, any, any, any, any, any, infer D> ? D : never) : never,
  KeyOf<As[number]>
>
/** Options of `materialize`. */
export type MaterializeOptions<RunConfig, Rs extends Resources, P, PartitionKey> = {
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
   * Clauses that select some of the assets.
   *
   * @default all assets
   */
  readonly selection?: string
} & ([PartitionKey] extends [never]
  ? {}
  : {
      /**
       * The key of the partition to make. It is required if an asset has partitions.
       *
       * @default none: without partitions there is no key
       */
      readonly partitionKey?: PartitionKey
    })
type Needed<RunConfig, PartitionKey> =
  | ({} extends RunConfig ? never : "runConfig")
  | ([PartitionKey] extends [never] ? never : "partitionKey")
/** How a materialization ended; `Values` holds the type of each asset's value by its key. */
export type MaterializeResult<Values, E> = ExecuteInProcessResult<void, E> & {
  readonly assetValue: <K extends keyof Values>(key: K) => Values[K]
}
/**
 * Runs assets in this process, in the order in which they need each other.
 *
 * @param assets - the assets; what one of them needs must be among them, or be external
 * @param options - as for `executeInProcess`, with `partitionKey` where an asset is partitioned
 * @returns the result; dies with `NotBuilt`, for this version type-checks materializations and does not run them yet
 * @since 0.1.0
 * @source Dagster materialize
 */
export const materialize = <
  const As extends Many,
  Rs extends Resources = {},
  P = never,
  const K extends PropertyKey = never,
  O = {}
>(
  _assets: As,
  _options?: MaterializeOptions<RunConfigOf<AssetsConfig<As>, ResourceConfig<Rs>, {}>, Rs, P, PartitionKeyOf<As>> &
    Named<K, "runConfig" | ([PartitionKeyOf<As>] extends [never] ? never : "partitionKey")> &
    Seen<O>,
  ..._missing: [Upstream<As>] extends [never]
    ? OptionsGiven<K, O, Needed<RunConfigOf<AssetsConfig<As>, ResourceConfig<Rs>, {}>, PartitionKeyOf<As>>>
    : MissingUpstream<Upstream<As>>
): Effect.Effect<
  MaterializeResult<{ readonly [X in As[number] as KeyOf<X>]: AssetValue<X> }, AssetsErrors<As>>,
  RunConfigError,
  Exclude<AssetsNeeds<As> | ResourceNeeds<Rs>, Provides<Rs> | P>
> => Effect.die(new NotBuilt({ feature: "materialize", place: "This call" }))
