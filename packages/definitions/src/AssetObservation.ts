import type { AssetFacts } from "./AssetMaterialization.ts"

/**
 * Says what a body has seen of an asset that it did not make; emitted by a streaming body, or given to
 * `context.logEvent`.
 *
 * @since 0.1.0
 * @source Dagster AssetObservation
 */
export interface AssetObservation extends AssetFacts {
  readonly _tag: "AssetObservation"
}

/** Constructor of observations. */
export const AssetObservation = {
  /** @param facts - the asset, and the details */
  make: (facts: AssetFacts): AssetObservation => ({ ...facts, _tag: "AssetObservation" })
}
