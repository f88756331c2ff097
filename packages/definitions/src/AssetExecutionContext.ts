import type { Provenance } from "@heddle/events/AssetEvent"
import type { MetadataInput } from "@heddle/events/MetadataValue"
import type { Partitions } from "@heddle/partitions/Partitions"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InputNotLoaded } from "./InputNotLoaded.ts"
import type { Given, OpContext, Tags } from "./OpExecutionContext.ts"

/** Names an asset, by its text key or as the value that defines it, with the type of its value. */
export type AssetHandle<A> = string | { readonly key: string; readonly _T: () => readonly [A, ...ReadonlyArray<any>] }

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
   * and the later value of a name wins. Throws `ContextError` for an asset that the step does not make, or where it is not
   * clear which asset is meant.
   */
  readonly addAssetMetadata: (metadata: { readonly [name: string]: MetadataInput }, asset?: string) => void
  /** Sets the data version of the materialization that is to come. Throws `ContextError` as `addAssetMetadata` does. */
  readonly setDataVersion: (dataVersion: string, asset?: string) => void
  /**
   * What the latest materialization of an asset was made from, as of the start of the step; nothing if there is none.
   * Throws `ContextError` for an asset that the step neither makes nor depends on.
   */
  readonly provenanceOf: (asset: string) => Provenance | undefined
  /**
   * Loads the value of any asset of the job through its IO manager. Fails with `InputNotLoaded`; dies with `ContextError`
   * for an asset that the job does not know.
   */
  readonly loadAssetValue: <A>(asset: AssetHandle<A>) => Effect.Effect<A, InputNotLoaded>
}

/**
 * Second argument of the body of an asset.
 *
 * @since 0.1.0
 * @source Dagster AssetExecutionContext
 */
export type AssetContext<C, P, T extends Tags> = OpContext<C, T> &
  AssetMembers &
  (P extends Partitions<infer K> ? { readonly partitionKey: K } : {})

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
