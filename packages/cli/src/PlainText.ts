import { stripVTControlCharacters } from "node:util"
import stringWidth from "string-width"

// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const CONTROL = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069]/g

const ASCII = /^[\u0020-\u007E]*$/

/**
 * Sanitizes and measures text for display: a message must not move the cursor or break out of its line or file.
 *
 * @since 0.1.0
 */
export const PlainText = {
  /** Keeps line breaks and tabs, removes terminal escape sequences, and shows other control characters as `\x07`. */
  lines: (text: string): string =>
    ASCII.test(text)
      ? text
      : stripVTControlCharacters(text)
          .replaceAll("\r\n", "\n")
          .replace(CONTROL, (char) => {
            const code = char.charCodeAt(0)
            return code < 256 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`
          }),

  /** Like `lines`, on a single line: line breaks become `⏎` and tabs become spaces. */
  oneLine: (text: string): string =>
    ASCII.test(text) ? text : PlainText.lines(text).trimEnd().replaceAll("\n", " ⏎ ").replaceAll("\t", " "),

  /** Width in terminal cells of a text without line breaks. */
  width: (text: string): number => (ASCII.test(text) ? text.length : stringWidth(text)),

  /**
   * Truncates text to a number of cells and marks the cut with an ellipsis.
   *
   * @param text - one line without styles
   * @param cells - maximum width in cells, ≥ 1
   */
  fit: (text: string, cells: number): string => {
    if (PlainText.width(text) <= cells) return text
    let kept = ""
    let used = 0
    for (const { segment } of new Intl.Segmenter().segment(text)) {
      const width = PlainText.width(segment)
      if (used + width > cells - 1) break
      kept += segment
      used += width
    }
    return `${kept}…`
  },

  /**
   * Truncates text in the middle, where step keys differ least.
   *
   * @param text - one line without styles, of single-width characters
   * @param cells - maximum width in cells, ≥ 3
   */
  fitMiddle: (text: string, cells: number): string => {
    if (text.length <= cells) return text
    const tail = Math.min(Math.floor((cells - 1) * 0.6), cells - 2)
    return `${text.slice(0, cells - 1 - tail)}…${text.slice(text.length - tail)}`
  },

  /** Pads text with spaces on the right. */
  pad: (text: string, cells: number): string => text + " ".repeat(Math.max(0, cells - PlainText.width(text))),

  /** Pads text with spaces on the left. */
  padStart: (text: string, cells: number): string => " ".repeat(Math.max(0, cells - PlainText.width(text))) + text,

  /** Wraps text at spaces; a word longer than `cells` keeps its own line. */
  wrap: (text: string, cells: number): ReadonlyArray<string> => {
    const lines: Array<string> = []
    let line = ""
    for (const word of text.split(" ")) {
      if (line === "") line = word
      else if (PlainText.width(line) + 1 + PlainText.width(word) <= cells) line += ` ${word}`
      else {
        lines.push(line)
        line = word
      }
    }
    lines.push(line)
    return lines
  },

  /** Escapes text for XML elements and attributes. */
  xml: (text: string): string =>
    text
      // oxlint-disable-next-line no-control-regex -- XML 1.0 cannot represent these characters, even escaped
      .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, "\uFFFD")
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll('"', "&quot;"),

  /** A number and its noun: `1 step`, `14 steps`. */
  count: (n: number, noun: string, plural = `${noun}s`): string =>
    `${n.toLocaleString("en-US")} ${n === 1 ? noun : plural}`
}
