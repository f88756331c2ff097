/** The position after the closing quote of a string; -1 if the string is not closed. */
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
 * A JSON text in which the keys with escapes or marks are rewritten; `undefined` if there are none. A regular expression over
 * whole strings would fail for strings of some millions of characters.
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
        // A string that is the whole text is not a key.
        const key = String(JSON.parse(string)).replaceAll(TO_MARK, mark)
        rewritten = `${rewritten ?? ""}${text.slice(copied, from)}"${key}"`
        copied = end
      }
    }
    from = text.indexOf('"', end)
  }
  return rewritten === undefined ? undefined : rewritten + text.slice(copied)
}

/** In a key, starts the replacement of a character that JSON escapes, or of this mark. */
const MARK = "\u{e000}"
const MARKED = /\u{e000}([0-9a-f]{4})/gu
/** Characters that a key cannot contain as they are, including lone surrogates, and the mark. */
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
 * Parses JSON texts from stores, files and processes.
 *
 * @since 0.1.0
 */
export const Json = {
  /**
   * Parses a text, with its keys as they are written.
   *
   * `JSON.parse` of V8 confuses a key with an escape, `"\t"`, with an earlier key that has a backslash there
   * (nodejs/node#63785). Such texts are parsed with rewritten keys. Other texts only cost a search for a backslash.
   *
   * @param text - the JSON text
   * @returns the value; throws `SyntaxError` if the text is not JSON
   */
  parse: (text: string): unknown => {
    if (!text.includes("\\")) return JSON.parse(text)
    const rewritten = withMarkedKeys(text)
    return rewritten === undefined ? JSON.parse(text) : unmarked(JSON.parse(rewritten))
  }
}
