import type { LineCounter } from "yaml"
import { PlainText } from "./PlainText.ts"

/** The maximum width of an excerpt of a line, in cells. */
const WIDTH = 100

/** How many cells before the caret are shown of a line that is too long. */
const BEFORE = 60

const fitEnd = (text: string, cells: number): string =>
  PlainText.width(text) <= cells
    ? text
    : [...PlainText.fit([...text].toReversed().join(""), cells)].toReversed().join("")

/** The part of a line around a column, and the cells before that column. */
const around = (line: string, column: number): { readonly shown: string; readonly caret: number } => {
  const shift = line.slice(0, column - 1)
  // Do not cut a character in two.
  const before = PlainText.oneLine(`${shift}|`).slice(0, -1)
  const after = PlainText.oneLine(line.slice(shift.length))
  if (PlainText.width(before) + PlainText.width(after) <= WIDTH) {
    return { shown: before + after, caret: PlainText.width(before) }
  }
  const head = fitEnd(before, BEFORE)
  const caret = PlainText.width(head)
  return { shown: head + PlainText.fit(after, WIDTH - caret), caret }
}

/**
 * Shows the place of a problem in a config file.
 *
 * @since 0.1.0
 */
export const ConfigExcerpt = {
  /**
   * A problem with its file, line and column, and the source line with a caret under the column.
   *
   * @param name - name of the file
   * @param text - text of the file
   * @param lines - its lines
   * @param offset - the place of the problem in the text
   * @param said - the problem
   */
  problem: (name: string, text: string, lines: LineCounter, offset: number, said: string): string => {
    const { col, line } = lines.linePos(Math.min(offset, text.length))
    const { caret, shown } = around((text.split("\n", line)[line - 1] ?? "").replace(/\r$/, ""), col)
    const gutter = String(line)
    return `${name}:${line}:${col}: ${said}\n    ${gutter} | ${shown}\n    ${" ".repeat(gutter.length)} | ${" ".repeat(caret)}^`
  }
}
