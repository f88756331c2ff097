/** Where the string that begins at a place ends, after its quote; -1 when it does not. */
const endOfString = (text: string, from: number): number => {
  for (let quote = text.indexOf('"', from + 1); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0
    while (text[quote - 1 - backslashes] === "\\") backslashes++
    if (backslashes % 2 === 0) return quote + 1
  }
  return -1
}

const COLON = /\s*:/y

const isKey = (text: string, end: number): boolean => {
  COLON.lastIndex = end
  return COLON.test(text)
}

/**
 * A JSON text with the keys that hold an escape or a mark rewritten; `undefined` when it has none. Not by one regular
 * expression over whole strings, which fails for strings of some millions of characters.
 */
const withMarkedKeys = (text: string): string | undefined => {
  let rewritten: string | undefined
  let copied = 0
  for (let from = text.indexOf('"'); from !== -1;) {
    const end = endOfString(text, from)
    if (end === -1) break
    if (isKey(text, end)) {
      const string = text.slice(from, end)
      if (string.includes("\\") || string.includes(MARK)) {
        // A text on its own is no key: it is read as it is.
        const key = String(JSON.parse(string)).replaceAll(TO_MARK, mark)
        rewritten = `${rewritten ?? ""}${text.slice(copied, from)}"${key}"`
        copied = end
      }
    }
    from = text.indexOf('"', end)
  }
  return rewritten === undefined ? undefined : rewritten + text.slice(copied)
}

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
    const rewritten = withMarkedKeys(text)
    return rewritten === undefined ? JSON.parse(text) : unmarked(JSON.parse(rewritten))
  }
}
