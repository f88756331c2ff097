/**
 * The key of one check of one asset. Its text form is `asset:check`, such as `sales/daily:not_empty`.
 *
 * @since 0.1.0
 */
export interface AssetCheckKey {
  /** Text key of the asset. */
  readonly asset: string
  /** Name of the check. */
  readonly check: string
}

/**
 * Conversions between keys of checks and their text form.
 *
 * @since 0.1.0
 */
export const AssetCheckKey = {
  /** The text form of a key. */
  text: (asset: string, check: string): string => `${asset}:${check}`,

  /** The key for a text form. Names of checks contain no colon, so the last colon ends the key of the asset. */
  parse: (text: string): AssetCheckKey => {
    const at = text.lastIndexOf(":")
    return { asset: text.slice(0, at), check: text.slice(at + 1) }
  }
}
