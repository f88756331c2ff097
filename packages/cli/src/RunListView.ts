import { PARTITION_TAG, RANGE_TAG } from "@heddle/engine/plan/partitionTag"
import type { Run } from "@heddle/storage/RunRecord"
import { Paint, type PaintFormat } from "./Paint.ts"
import { PlainText } from "./PlainText.ts"
import type { LivingStatus } from "@heddle/engine/run/RunLiveness"
import { RunReference } from "./RunReference.ts"
import { Table, type TableColumn } from "./Table.ts"
import { TimeText } from "./TimeText.ts"

/** A run with its status as seen from this machine. */
export interface ListedRun {
  readonly run: Omit<Run, "status">
  readonly status: LivingStatus
}

const FORMATS: { readonly [status in LivingStatus]: PaintFormat } = {
  NOT_STARTED: "gray",
  QUEUED: "gray",
  STARTING: "cyan",
  STARTED: "cyan",
  CANCELING: "yellow",
  SUCCESS: "green",
  FAILURE: "red",
  CANCELED: "yellow",
  LOST: ["red", "bold"]
}

const tookOf = ({ run, status }: ListedRun, now: number): string => {
  if (run.startedAt === undefined || status === "LOST") return ""
  return TimeText.duration((run.endedAt ?? now) - run.startedAt)
}

const tagsOf = ({ run }: ListedRun): string =>
  Object.entries(run.tags)
    .filter(([key]) => !key.startsWith("heddle/"))
    .map(([key, value]) => `${key}=${value}`)
    .join(" ")

/** The partition of a run, or the range of its partitions. */
const partitionOf = ({ run: { tags } }: ListedRun): string => tags[PARTITION_TAG] ?? tags[RANGE_TAG] ?? ""

/**
 * Prints runs as a table.
 *
 * @since 0.1.0
 */
export const RunListView = {
  /** Prints a status in its colour. */
  status: (status: LivingStatus, paint: Paint): string => paint(FORMATS[status], status),

  /**
   * Prints one line for each run, in the given order. On a narrow terminal it shortens columns, then leaves some out, so that
   * no line wraps.
   *
   * @param runs - the runs with their status
   * @param options - `now` in milliseconds since the epoch; `width` in cells
   */
  lines: (
    runs: ReadonlyArray<ListedRun>,
    options: { readonly paint?: Paint | undefined; readonly now: number; readonly width: number }
  ): ReadonlyArray<string> => {
    const paint = options.paint ?? Paint.plain
    return Table.lines(fitted(columnsOf(runs, options.now), options.width), paint)
  }
}

type Column = TableColumn

const columnsOf = (runs: ReadonlyArray<ListedRun>, now: number): ReadonlyArray<Column> => {
  const column = (
    heading: string,
    text: (listed: ListedRun) => string,
    style: Pick<Column, "alignsRight" | "format"> = {}
  ): Column => ({ heading, rows: runs.map((listed) => PlainText.oneLine(text(listed))), ...style })
  const optional = (listed: Column): ReadonlyArray<Column> => (listed.rows.some((text) => text !== "") ? [listed] : [])
  return [
    column("RUN", ({ run }) => run.runId),
    fitColumn(
      column("JOB", ({ run }) => run.jobName),
      32
    ),
    column("STATUS", ({ status }) => status, { format: (row) => FORMATS[runs[row]!.status] }),
    column("STARTED", ({ run }) => TimeText.stamp(run.startedAt ?? run.createdAt)),
    column("TOOK", (listed) => tookOf(listed, now), { alignsRight: true }),
    ...optional(
      fitColumn(
        column("PARENT", ({ run }) => RunReference.short(run.parentRunId ?? "")),
        24
      )
    ),
    ...optional(fitColumn(column("PARTITION", partitionOf), 32)),
    ...optional(column("TAGS", tagsOf, { format: () => "dim" }))
  ]
}

const fitColumn = (column: Column, cells: number): Column => ({
  ...column,
  rows: column.rows.map((text) => PlainText.fit(text, cells))
})

const widthOf = ({ heading, rows }: Column): number => Math.max(heading.length, ...rows.map(PlainText.width))

const total = (columns: ReadonlyArray<Column>): number => columns.reduce((sum, column) => sum + widthOf(column) + 2, -2)

type Columns = ReadonlyArray<Column>

const without =
  (heading: string) =>
  (columns: Columns): Columns =>
    columns.filter((column) => column.heading !== heading)

/** Shortens a column by as many cells as the table is too wide, to no less than `least` cells. */
const squeeze =
  (heading: string, least: number) =>
  (columns: Columns, width: number): Columns =>
    columns.map((column) => {
      if (column.heading !== heading) return column
      const cells = widthOf(column)
      return fitColumn(column, Math.min(cells, Math.max(least, cells - (total(columns) - width))))
    })

/** Ids of the same length as other commands print, if each still names one run of the list. */
const shortIds = (columns: Columns): Columns =>
  columns.map((column) => {
    if (column.heading !== "RUN") return column
    const rows = column.rows.map(RunReference.short)
    return new Set(rows).size === rows.length ? { ...column, rows } : column
  })

/** What makes the table narrower, in the order in which it is done until the table fits. */
const NARROWER: ReadonlyArray<(columns: Columns, width: number) => Columns> = [
  squeeze("TAGS", 8),
  without("TAGS"),
  squeeze("PARTITION", 10),
  without("PARENT"),
  shortIds,
  squeeze("JOB", 12),
  without("PARTITION"),
  without("TOOK"),
  without("STARTED"),
  squeeze("JOB", 6),
  squeeze("RUN", 8)
]

const fitted = (columns: Columns, width: number): Columns =>
  NARROWER.reduce((kept, narrower) => (total(kept) <= width ? kept : narrower(kept, width)), columns)
