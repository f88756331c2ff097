/** Text between the two keys of a range, which no key may hold. */
const BETWEEN = "..."

// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f]/

/**
 * Tells why a text cannot be the key of a partition.
 *
 * @param key - the text
 * @returns the reason, to follow `partition key "…"`; `undefined` when it can
 */
const problem = (key: unknown): string | undefined => {
  if (typeof key !== "string") return `must be a string, got ${key === null ? "null" : typeof key}`
  if (key === "") return "must not be empty"
  if (key.includes(BETWEEN)) return `must not hold "${BETWEEN}", which stands between the two keys of a range`
  if (CONTROL.test(key)) return "must not hold control characters such as line breaks"
  if (!key.isWellFormed()) return "must be valid Unicode"
  return undefined
}

/**
 * What the key of a partition may be.
 *
 * @since 0.1.0
 * @source Dagster (INVALID_PARTITION_SUBSTRINGS)
 */
export const PartitionKey: {
  readonly problem: typeof problem
} = { problem }
