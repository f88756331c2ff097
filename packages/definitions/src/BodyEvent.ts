import type { AssetMaterialization } from "./AssetMaterialization.ts"
import type { AssetObservation } from "./AssetObservation.ts"
import type { ExpectationResult } from "./ExpectationResult.ts"

/**
 * An event that a body adds to the log of the run, in addition to its outputs.
 *
 * @since 0.1.0
 */
export type BodyEvent = AssetMaterialization | AssetObservation | ExpectationResult

/**
 * Recognizes events of bodies.
 *
 * @since 0.1.0
 */
export const BodyEvent = {
  /** Tells whether something that a body emitted is an event. */
  is: (emission: unknown): emission is BodyEvent => {
    if (typeof emission !== "object" || emission === null || !("_tag" in emission)) return false
    switch (emission._tag) {
      case "AssetMaterialization":
      case "AssetObservation":
        return "asset" in emission && typeof emission.asset === "string"
      case "ExpectationResult":
        return "success" in emission && typeof emission.success === "boolean"
      default:
        return false
    }
  }
}
