/** Reads something of a value whose own code may throw, such as a getter or a proxy; `undefined` when it does. */
export const guarded = <A>(read: () => A): A | undefined => {
  try {
    return read()
  } catch {
    return undefined
  }
}

/** Tells whether a value is an error, also one of another realm; never throws. */
export const isError = (value: unknown): value is Error =>
  guarded(() => value instanceof Error || Object.prototype.toString.call(value) === "[object Error]") === true

/**
 * Cuts a text that is longer than a limit, and says how much is missing.
 *
 * @param limit - characters that are kept
 */
export const clip = (text: string, limit: number): string => {
  if (text.length <= limit) return text
  // Half of a character is no text.
  const end = /[\uD800-\uDBFF]/.test(text[limit - 1]!) ? limit - 1 : limit
  return `${text.slice(0, end)}… (${text.length - end} more characters)`
}
