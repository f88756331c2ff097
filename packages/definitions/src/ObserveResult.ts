import type { MetadataInput } from "@heddle/events/MetadataValue"

/**
 * What an observation of an asset found.
 *
 * @since 0.1.0
 * @source Dagster ObserveResult
 */
export interface ObserveResult {
  /**
   * The version of the data. Downstream assets are stale once it changes.
   *
   * @default no version
   */
  readonly dataVersion?: string
  /**
   * Metadata of the observation, by name.
   *
   * @default {}
   */
  readonly metadata?: { readonly [name: string]: MetadataInput }
  /**
   * Tags of the observation.
   *
   * @default {}
   */
  readonly tags?: { readonly [key: string]: string }
}
