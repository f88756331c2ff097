import type { LineCounter } from "yaml"
import { PlainText } from "./PlainText.ts"

/** Cells of a source line that an excerpt shows at most. */
const WIDTH = 100

/** Cells before the caret that are shown of a line that is too long. */
const BEFORE = 60

const fitEnd = (text: string, cells: number): string =>
  PlainText.width(text) <= cells
    ? text
    : [...PlainText.fit([...text].toReversed().join(""), cells)].toReversed().join("")

/** The part of a line around a column, and the cells before that column. */
const around = (line: string, column: number): { readonly shown: string; readonly caret: number } => {
  const shift = line.slice(0, column - 1)
  // A character that is cut in two is no character.
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
 * Shows where in a config file a problem is.
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
   * @param offset - where in the text the problem is
   * @param said - what the problem is
   */
  problem: (name: string, text: string, lines: LineCounter, offset: number, said: string): string => {
    const { col, line } = lines.linePos(Math.min(offset, text.length))
    const { caret, shown } = around((text.split("\n", line)[line - 1] ?? "").replace(/\r$/, ""), col)
    const gutter = String(line)
    return `${name}:${line}:${col}: ${said}\n    ${gutter} | ${shown}\n    ${" ".repeat(gutter.length)} | ${" ".repeat(caret)}^`
  }
}
