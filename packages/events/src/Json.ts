/** A string of a JSON text; the group is there when it is the key of an object. */
const STRING = /"(?:[^"\\]|\\.)*"(?=\s*(:)?)/gs

/** Begins, in a key, what stands for a character that JSON escapes, or for this mark itself. */
const MARK = "\u{e000}"
const MARKED = /\u{e000}([0-9a-f]{4})/gu
/** What cannot stand in a key as it is, half characters among it, or must not be taken for a mark. */
const TO_MARK = /["\\\p{Cc}\p{Cs}\u{e000}\u2028\u2029]/gu

const mark = (unit: string): string => MARK + unit.charCodeAt(0).toString(16).padStart(4, "0")

const unmarked = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(unmarked)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.replaceAll(MARKED, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
      unmarked(inner)
    ])
  )
}

/**
 * Reads JSON texts that come from a store, a file or a process.
 *
 * @since 0.1.0
 */
export const Json = {
  /**
   * The value of a text, with the keys that it names.
   *
   * `JSON.parse` of V8 takes a key that is written with an escape, `"\t"`, for an earlier key that has a backslash there
   * (nodejs/node#63785). Such texts are read with their keys rewritten; others cost no more than a look for a backslash.
   *
   * @param text - the JSON text
   * @returns its value; throws `SyntaxError` when the text is no JSON
   */
  parse: (text: string): unknown => {
    if (!text.includes("\\")) return JSON.parse(text)
    let found = false
    const rewritten = text.replaceAll(STRING, (string, colon: string | undefined) => {
      if (colon === undefined || !(string.includes("\\") || string.includes(MARK))) return string
      found = true
      // A text on its own is no key: it is read as it is.
      const key: unknown = JSON.parse(string)
      return `"${String(key).replaceAll(TO_MARK, mark)}"`
    })
    return found ? unmarked(JSON.parse(rewritten)) : JSON.parse(text)
  }
}
