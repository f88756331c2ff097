import { Schema } from "effect"

/** Rows, as a query that DuckDB gives them for. A stored table is a query that reads its file. */
export const Table = Schema.Struct({ sql: Schema.String })
export type Table = typeof Table.Type

/** A table of the rows of a query. */
export const table = (sql: string): Table => ({ sql })

/** The tables of several partitions as one, as SQL that may follow FROM. */
export const fromAll = (tables: ReadonlyMap<string, Table>): string =>
  `(${Array.from(tables.values(), ({ sql }) => sql).join(" UNION ALL ")})`

/** The table as SQL that may follow FROM. */
export const from = ({ sql }: Table): string => `(${sql})`
