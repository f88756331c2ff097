/**
 * Which partitions of an upstream asset one partition of a downstream asset needs. `Many` tells whether they arrive as
 * a map from key to value, or one as its value.
 *
 * @since 0.1.0
 * @source Dagster PartitionMapping
 */
export interface PartitionMapping<Many extends boolean> {
  readonly many: Many
  /**
   * Chooses upstream keys.
   *
   * @param key - key of the downstream partition; `undefined` when downstream is not partitioned
   * @param upstream - all keys of upstream, in order
   */
  readonly upstreamKeys: (key: string | undefined, upstream: ReadonlyArray<string>) => ReadonlyArray<string>
}

/**
 * Constructors of mappings between partitions.
 *
 * @since 0.1.0
 */
export const PartitionMapping = {
  /** The upstream partition of the same key. */
  identity: {
    many: false,
    upstreamKeys: (key, upstream) => (key !== undefined && upstream.includes(key) ? [key] : [])
  } satisfies PartitionMapping<false> as PartitionMapping<false>,

  /** The last upstream partition. */
  last: {
    many: false,
    upstreamKeys: (_, upstream) => upstream.slice(-1)
  } satisfies PartitionMapping<false> as PartitionMapping<false>,

  /** All upstream partitions. */
  all: {
    many: true,
    upstreamKeys: (_, upstream) => upstream
  } satisfies PartitionMapping<true> as PartitionMapping<true>,

  /**
   * The upstream partitions around the same key, those that do not exist left out.
   *
   * @param options - `start` and `end`: how many keys before (negative) or after the same key the window begins and
   *   ends, both inclusive; 0 without them
   * @returns the mapping; throws `TypeError` for what is not a whole number
   * @source Dagster TimeWindowPartitionMapping, by position in the list of keys
   */
  window: ({ end = 0, start = 0 }: { readonly start?: number; readonly end?: number }): PartitionMapping<true> => {
    const problems = Object.entries({ start, end }).flatMap(([option, value]) =>
      Number.isInteger(value) || Math.abs(value) === Infinity
        ? []
        : [`PartitionMapping.window: option "${option}" must be a whole number, got ${value}`]
    )
    if (problems.length > 0) throw new TypeError(problems.join("\n"))
    return {
      many: true,
      upstreamKeys: (key, upstream) => {
        const at = key === undefined ? -1 : upstream.indexOf(key)
        return at === -1 ? [] : upstream.slice(Math.max(0, at + start), Math.max(0, at + end + 1))
      }
    }
  }
}
