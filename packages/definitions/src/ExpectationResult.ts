import type { MetadataInput } from "@heddle/events/MetadataValue"

/** What an expectation found. */
export interface ExpectationFacts {
  readonly success: boolean
  readonly label?: string
  readonly description?: string
  readonly metadata?: { readonly [name: string]: MetadataInput }
}

/**
 * Says whether something that a body expected of its data is so; it never fails the step. Emitted by a streaming body,
 * or given to `context.logEvent`.
 *
 * @since 0.1.0
 * @source Dagster ExpectationResult
 */
export interface ExpectationResult extends ExpectationFacts {
  readonly _tag: "ExpectationResult"
}

/** Constructor of expectation results. */
export const ExpectationResult = {
  /** @param facts - whether it is so, and the details */
  make: (facts: ExpectationFacts): ExpectationResult => ({ ...facts, _tag: "ExpectationResult" })
}
