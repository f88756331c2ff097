import { AssetRow } from "./AssetRow.ts"
import type { Paint } from "./Paint.ts"
import { PartitionStrip } from "./PartitionStrip.ts"
import { PlainText } from "./PlainText.ts"
import { Table, type TableColumn } from "./Table.ts"
import { TimeText } from "./TimeText.ts"

/** Why an asset is not fresh, in a few words. */
const whyOf = ({ status }: AssetRow): string => {
  const [first, ...others] = status.causes
  return first === undefined ? "" : others.length === 0 ? first.message : `${first.message} (+${others.length})`
}

/**
 * Prints assets as a table.
 *
 * @since 0.1.0
 */
export const AssetListView = {
  /**
   * Prints one line for each asset, in the given order. On a narrow terminal the reasons are cut, then columns are left out.
   *
   * @param rows - the assets
   * @param options - `width` in cells
   */
  lines: (
    rows: ReadonlyArray<AssetRow>,
    { paint, width }: { readonly paint: Paint; readonly width: number }
  ): ReadonlyArray<string> => {
    const column = (
      heading: string,
      text: (row: AssetRow) => string,
      format?: (row: AssetRow) => ReturnType<NonNullable<TableColumn["format"]>>
    ): TableColumn => ({
      heading,
      rows: rows.map((row) => PlainText.oneLine(text(row))),
      format: format === undefined ? undefined : (i) => format(rows[i]!)
    })
    const optional = (made: TableColumn): ReadonlyArray<TableColumn> =>
      made.rows.some((text) => text !== "") ? [made] : []
    const columns = [
      column("ASSET", ({ key }) => key),
      ...(rows.some(({ spec }) => spec.group !== "default") ? [column("GROUP", ({ spec }) => spec.group)] : []),
      column(
        "STATE",
        ({ status }) => status.state,
        ({ status }) => AssetRow.format(status.state)
      ),
      ...optional(
        column("MATERIALIZED", ({ status }) => {
          const event = status.latest?.materialization
          return event === undefined ? "" : TimeText.stamp(event.timestamp)
        })
      ),
      ...optional(
        column(
          "PARTITIONS",
          ({ partitions }) => (partitions === undefined ? "" : PartitionStrip.text(partitions)),
          ({ partitions }) => (partitions !== undefined && partitions.counts.failed > 0 ? "red" : undefined)
        )
      ),
      ...optional(column("CHECKS", AssetRow.checksText, AssetRow.checksFormat)),
      ...optional(column("WHY", whyOf, () => "dim"))
    ]
    return Table.lines(fitted(columns, width), paint)
  }
}

const widthOf = ({ heading, rows }: TableColumn): number =>
  rows.reduce((most, text) => Math.max(most, PlainText.width(text)), heading.length)
const total = (columns: ReadonlyArray<TableColumn>): number =>
  columns.reduce((sum, column) => sum + widthOf(column) + 2, -2)

/** Cuts the last column to what is left of the line, and leaves out columns for which there is no room. */
const fitted = (columns: ReadonlyArray<TableColumn>, width: number): ReadonlyArray<TableColumn> => {
  const last = columns.at(-1)!
  const room = width - total(columns.slice(0, -1)) - 2
  if (columns.length <= 2 || total(columns) <= width) return columns
  if (last.heading === "WHY" && room >= 12) {
    return [...columns.slice(0, -1), { ...last, rows: last.rows.map((text) => PlainText.fit(text, room)) }]
  }
  return fitted(columns.slice(0, -1), width)
}
