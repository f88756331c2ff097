import type { Provenance } from "@heddle/events/AssetEvent"
import type { MetadataInput } from "@heddle/events/MetadataValue"
import type { PartitionKeyRange } from "@heddle/partitions/PartitionKeyRange"
import type { Partitions } from "@heddle/partitions/Partitions"
import type { TimeWindow } from "@heddle/partitions/TimeWindow"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InputNotLoaded } from "./InputNotLoaded.ts"
import type { Given, OpContext, Tags } from "./OpExecutionContext.ts"

/** Names an asset, by its text key or as the value that defines it, with the type of its value. */
export type AssetHandle<A> = string | { readonly key: string; readonly _T: () => readonly [A, ...ReadonlyArray<any>] }

/** Options of `loadAssetValue`. */
export interface LoadAssetOptions {
  /**
   * The key of the partition.
   *
   * @default the partition of the run
   */
  readonly partition?: string
}

/** What a body that makes or checks assets is told beside the context of an op. */
export interface AssetMembers {
  /** Text key of the asset. Reading it throws `ContextError` if the step makes several assets, or none. */
  readonly assetKey: string
  /** Text keys of the assets that this execution must make. */
  readonly selectedAssets: ReadonlySet<string>
  /** The checks that this execution must evaluate, each as `asset:check`. */
  readonly selectedChecks: ReadonlySet<string>
  /** Whether the run asks for some of the assets and checks of the body only. */
  readonly isSubset: boolean
  /** The text key of the asset that an output is. Throws `ContextError` if it is none. */
  readonly assetKeyForOutput: (output?: string) => string
  /** The output that an asset is. Throws `ContextError` if none is. */
  readonly outputForAssetKey: (asset: string) => string
  /** The text key of the asset whose value an input is. Throws `ContextError` if it is none. */
  readonly assetKeyForInput: (input: string) => string
  /**
   * Adds metadata to the materialization that is to come, and not to the event of the output. Added twice, it is merged,
   * and the later value of a name wins. With the key of a `partition` of the run, it is added to the materialization of that
   * partition only. Throws `ContextError` for an asset or partition that the step does not make, or where it is not clear which
   * asset is meant.
   */
  readonly addAssetMetadata: (
    metadata: { readonly [name: string]: MetadataInput },
    asset?: string,
    partition?: string
  ) => void
  /** Sets the data version of the materialization that is to come. Throws `ContextError` as `addAssetMetadata` does. */
  readonly setDataVersion: (dataVersion: string, asset?: string) => void
  /**
   * What the latest materialization of an asset was made from, as of the start of the step; nothing if there is none.
   * Throws `ContextError` for an asset that the step neither makes nor depends on.
   */
  readonly provenanceOf: (asset: string) => Provenance | undefined
  /**
   * Loads the value of any asset of the job through its IO manager: of the partition of the run, or of another. Fails with
   * `InputNotLoaded`; dies with `ContextError` for an asset that the job does not know, for a key that is not a partition, and in
   * a run for several partitions if none is named.
   */
  readonly loadAssetValue: <A>(asset: AssetHandle<A>, options?: LoadAssetOptions) => Effect.Effect<A, InputNotLoaded>
  /**
   * The keys of the partitions of an upstream asset whose values an input is. Throws `ContextError` for an input that is not the
   * value of an asset with partitions.
   */
  readonly assetPartitionKeysForInput: (input: string) => ReadonlyArray<string>
  /** The same of an input that is of one partition. Throws `ContextError` if there are several, or none. */
  readonly assetPartitionKeyForInput: (input: string) => string
  /** The same as a range. Throws `ContextError` if the partitions do not follow one another. */
  readonly assetPartitionKeyRangeForInput: (input: string) => PartitionKeyRange
  /** From the start of the first to the end of the last. Throws `ContextError` unless exactly one dimension is of time. */
  readonly assetPartitionTimeWindowForInput: (input: string) => TimeWindow
}

/** The keys of the run's partitions, as the type of the partitions knows them. */
type KnownKeys<P> =
  P extends Partitions<infer K>
    ? {
        readonly partitionKey: K
        readonly partitionKeys: ReadonlyArray<K>
        readonly partitionKeyRange: PartitionKeyRange<K>
      }
    : {}

/**
 * Second argument of the body of an asset.
 *
 * @since 0.1.0
 * @source Dagster AssetExecutionContext
 */
export type AssetContext<C, P, T extends Tags> = KnownKeys<P> & OpContext<C, T> & AssetMembers

/**
 * The same context as a service, for helpers deep inside an Effect body; the engine provides it to bodies that make or
 * check assets.
 *
 * @since 0.1.0
 */
export class AssetExecutionContext extends Context.Service<
  AssetExecutionContext,
  OpContext<unknown, {}> & AssetMembers
>()("@heddle/definitions/AssetExecutionContext") {}

/** The services that the engine provides to bodies that make or check assets. */
export type AssetGiven = Given | AssetExecutionContext
