/** Comparison of values: deeply, numbers within 1e-9, objects without regard to the order of their keys. */

type Object_ = { readonly [key: string]: unknown }
export const isObject = (value: unknown): value is Object_ =>
  typeof value === "object" && value !== null && !Array.isArray(value)

export const equal = (a: unknown, b: unknown): boolean => {
  if (typeof a === "number" && typeof b === "number") return a === b || Math.abs(a - b) < 1e-9
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((one, i) => equal(one, b[i]))
  if (isObject(a) && isObject(b)) {
    const keys = Object.keys(a)
    return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && equal(a[key], b[key]))
  }
  return a === b
}

/** Text order is by code point. */
export const byCodePoint = (a: string, b: string): number => {
  const left = [...a]
  const right = [...b]
  for (let i = 0; i < left.length && i < right.length; i++) {
    const difference = left[i]!.codePointAt(0)! - right[i]!.codePointAt(0)!
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

/** JSON text with sorted keys. */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    isObject(inner)
      ? Object.fromEntries(
          Object.keys(inner)
            .toSorted(byCodePoint)
            .map((key) => [key, inner[key]])
        )
      : inner
  ) ?? "undefined"

/** A value as a record holds it: maps become objects, what is absent becomes null. */
export const plain = (value: unknown): unknown => {
  if (value === undefined) return null
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, one]) => [String(key), plain(one)]))
  if (Array.isArray(value)) return value.map(plain)
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]))
  return value
}
