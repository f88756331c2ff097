/** Reads something from a value whose code may throw, such as a getter or a proxy; `undefined` if it does. */
export const guarded = <A>(read: () => A): A | undefined => {
  try {
    return read()
  } catch {
    return undefined
  }
}

/** Tells whether a value is an error, even of another realm. It never throws. */
export const isError = (value: unknown): value is Error =>
  guarded(() => value instanceof Error || Object.prototype.toString.call(value) === "[object Error]") === true

/**
 * Cuts a string that is longer than a limit, and appends how much is missing.
 *
 * @param limit - the maximum length, in characters
 */
export const clip = (text: string, limit: number): string => {
  if (text.length <= limit) return text
  // Do not keep half of a surrogate pair.
  const end = /[\uD800-\uDBFF]/.test(text[limit - 1]!) ? limit - 1 : limit
  return `${text.slice(0, end)}… (${text.length - end} more characters)`
}
