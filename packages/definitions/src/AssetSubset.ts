/**
 * Some of the assets and checks of an asset graph.
 *
 * @since 0.1.0
 */
export interface AssetSubset {
  /** Text keys of the assets. */
  readonly assets: ReadonlySet<string>
  /** The checks, each as `asset:check`. */
  readonly checks: ReadonlySet<string>
}

/** A subset as data, sorted. */
export interface AssetSubsetData {
  readonly assets: ReadonlyArray<string>
  readonly checks: ReadonlyArray<string>
}

/**
 * Sets of assets and checks.
 *
 * @since 0.1.0
 */
export const AssetSubset = {
  /** Neither assets nor checks. */
  empty: { assets: new Set<string>(), checks: new Set<string>() } satisfies AssetSubset as AssetSubset,

  /** The subset as data, sorted by code point. */
  toData: ({ assets, checks }: AssetSubset): AssetSubsetData => ({
    assets: [...assets].toSorted(),
    checks: [...checks].toSorted()
  }),

  /** The subset of its data. */
  fromData: ({ assets, checks }: AssetSubsetData): AssetSubset => ({
    assets: new Set(assets),
    checks: new Set(checks)
  })
}
