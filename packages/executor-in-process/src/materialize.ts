import type { RunConfigError } from "@heddle/config/RunConfigError"
import type { AnyAsset, Asset, AssetValue, KeyOf } from "@heddle/definitions/Asset"
import type { Simplify, UnionToIntersection } from "@heddle/definitions/Invocation"
import type { Distinct, Provides, ResourceConfig, ResourceNeeds, Resources } from "@heddle/definitions/Resource"
import type { RunConfigOf } from "@heddle/definitions/RunConfigOf"
import type { Entry, NodeConfig } from "@heddle/definitions/Wiring"
import type { Partitions } from "@heddle/partitions/Partitions"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type { Args } from "./ExecuteInProcessOptions.ts"
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
/** Shown by the compiler when an upstream asset is neither listed nor external. */
export interface MissingUpstream<Keys> {
  readonly "add these upstream assets, or declare them external": Keys
}
type Upstream<As extends Many> = Exclude<
  As[number] extends infer X ? (X extends Asset<any, any, any, any, any, any, infer D> ? D : never) : never,
  KeyOf<As[number]>
>
type MaterializeOptions<As extends Many, Rs extends Resources, P> = {
  readonly resources?: Rs & Distinct<Rs>
  readonly layer?: Layer.Layer<P, any, never>
  readonly selection?: string
} & ([PartitionKeyOf<As>] extends [never] ? {} : { readonly partitionKey: PartitionKeyOf<As> }) &
  ({} extends RunConfigOf<AssetsConfig<As>, ResourceConfig<Rs>, {}>
    ? { readonly runConfig?: RunConfigOf<AssetsConfig<As>, ResourceConfig<Rs>, {}> }
    : { readonly runConfig: RunConfigOf<AssetsConfig<As>, ResourceConfig<Rs>, {}> })
export type MaterializeResult<As extends Many> = ExecuteInProcessResult<void, AssetsErrors<As>> & {
  readonly assetValue: <K extends KeyOf<As[number]>>(key: K) => AssetValue<Extract<As[number], { readonly key: K }>>
}
export const materialize = <const As extends Many, Rs extends Resources = {}, P = never>(
  _assets: As & ([Upstream<As>] extends [never] ? unknown : MissingUpstream<Upstream<As>>),
  ..._options: Args<MaterializeOptions<As, Rs, P>>
): Effect.Effect<
  MaterializeResult<As>,
  RunConfigError,
  Exclude<AssetsNeeds<As> | ResourceNeeds<Rs>, Provides<Rs> | P>
> => Effect.die("being written")
