import type { Paint, PaintFormat } from "./Paint.ts"
import { PlainText } from "./PlainText.ts"

/** A column of a table. */
export interface TableColumn {
  readonly heading: string
  /** The text of each row, without styles. */
  readonly rows: ReadonlyArray<string>
  readonly alignsRight?: boolean | undefined
  /** The style of a row. */
  readonly format?: ((row: number) => PaintFormat | undefined) | undefined
}

/**
 * Prints tables.
 *
 * @since 0.1.0
 */
export const Table = {
  /**
   * Prints a line with the headings, and one for each row.
   *
   * @param columns - the columns, of equally many rows
   */
  lines: (columns: ReadonlyArray<TableColumn>, paint: Paint): ReadonlyArray<string> => {
    const widths = columns.map(({ heading, rows }) =>
      rows.reduce((most, text) => Math.max(most, PlainText.width(text)), heading.length)
    )
    const cell = ({ alignsRight }: TableColumn, text: string, column: number) =>
      alignsRight === true ? PlainText.padStart(text, widths[column]!) : PlainText.pad(text, widths[column]!)
    const rows = columns[0]?.rows.length ?? 0
    return [
      paint(
        "dim",
        columns
          .map((column, i) => cell(column, column.heading, i))
          .join("  ")
          .trimEnd()
      ),
      ...Array.from({ length: rows }, (_, row) =>
        columns
          .map((column, i) => {
            const text = column.rows[row]!
            const padded = cell(column, text, i)
            const format = column.format?.(row)
            return format === undefined ? padded : padded.replace(text, () => paint(format, text))
          })
          .join("  ")
          .trimEnd()
      )
    ]
  }
}
