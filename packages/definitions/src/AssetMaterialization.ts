import type { MetadataInput } from "@heddle/events/MetadataValue"

/** The facts of a materialization or an observation of an asset. */
export interface AssetFacts {
  /** Text key of the asset, such as `sales/daily`. */
  readonly asset: string
  readonly partition?: string
  readonly description?: string
  readonly metadata?: { readonly [name: string]: MetadataInput }
  readonly tags?: { readonly [key: string]: string }
}

/**
 * Says that a body has made an asset, or a partition of it; emitted by a streaming body, or given to `context.logEvent`.
 *
 * @since 0.1.0
 * @source Dagster AssetMaterialization
 */
export interface AssetMaterialization extends AssetFacts {
  readonly _tag: "AssetMaterialization"
}

/** Constructor of materializations. */
export const AssetMaterialization = {
  /** @param facts - the asset, and the details */
  make: (facts: AssetFacts): AssetMaterialization => ({ ...facts, _tag: "AssetMaterialization" })
}
