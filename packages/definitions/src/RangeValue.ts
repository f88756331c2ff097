const LISTED = 3

const listed = (keys: ReadonlyArray<string>): string => {
  const names = keys.slice(0, LISTED).map((key) => `"${key}"`)
  return keys.length > LISTED ? `${names.join(", ")} and ${keys.length - LISTED} more` : names.join(", ")
}

/**
 * The values that a body gave for a range of partitions.
 *
 * @since 0.1.0
 */
export const RangeValue = {
  /**
   * Reads the values that a body gave for partitions.
   *
   * @param value - what the body gave: a map from partition key to value
   * @param keys - the partitions that it was asked for
   * @param isOptional - whether it may leave some of them as they are
   * @returns the values in the order of the partitions, or what is wrong with them
   */
  read: (
    value: unknown,
    keys: ReadonlyArray<string>,
    isOptional: boolean
  ): ReadonlyMap<string, unknown> | { readonly problem: string } => {
    if (!(value instanceof Map)) {
      const given = value === null ? "null" : Array.isArray(value) ? "an array" : `a value of type ${typeof value}`
      return {
        problem: `it is made by ranges of partitions: return a Map from partition key to value, also for one partition, and not ${given}`
      }
    }
    const asked = new Set(keys)
    const unknown = [...value.keys()].filter((key) => !asked.has(key)).map(String)
    const missing = isOptional ? [] : keys.filter((key) => !value.has(key))
    const problems = [
      ...(missing.length === 0 ? [] : [`the map has no value for ${listed(missing)}`]),
      ...(unknown.length === 0 ? [] : [`the run does not ask for ${listed(unknown)}`])
    ]
    if (problems.length > 0) return { problem: problems.join("; ") }
    return new Map(keys.flatMap((key) => (value.has(key) ? [[key, value.get(key)] as const] : [])))
  }
}
