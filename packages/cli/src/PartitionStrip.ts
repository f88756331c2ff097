import type { AssetPartitions, PartitionStatus } from "@heddle/execution/AssetPartitions"
import type { Paint, PaintFormat } from "./Paint.ts"
import { PlainText } from "./PlainText.ts"

/** How a cell of a strip looks. Cells also differ in shape, for terminals without colours. */
interface Look {
  readonly mark: string
  readonly format: PaintFormat
  readonly word: string
}

const LOOKS: { readonly [S in PartitionStatus]: Look } = {
  materialized: { mark: "█", format: "green", word: "materialized" },
  failed: { mark: "✗", format: "red", word: "failed" },
  inProgress: { mark: "▒", format: "cyan", word: "in progress" },
  missing: { mark: "·", format: "gray", word: "missing" }
}

/** A cell of several partitions of which some are missing. */
const PARTLY: Look = { mark: "▄", format: "yellow", word: "partly materialized" }

/** Strips of one asset; more would not be looked at. */
const MOST_STRIPS = 40

/** Counts of the partitions in a cell. */
interface Cell {
  total: number
  materialized: number
  failed: number
  inProgress: number
}

const lookOf = ({ failed, inProgress, materialized, total }: Cell): Look => {
  if (failed > 0) return LOOKS.failed
  if (inProgress > 0) return LOOKS.inProgress
  if (materialized === 0) return LOOKS.missing
  return materialized < total ? PARTLY : LOOKS.materialized
}

/** Strips of cells, one for each value of all dimensions but the longest, which runs along the strips. */
interface Grid {
  readonly rows: ReadonlyArray<{ readonly label: string; readonly cells: ReadonlyArray<Cell> }>
  /** Strips that are left out. */
  readonly left: number
}

const gridOf = ({ known, set }: AssetPartitions, room: (labels: ReadonlyArray<string>) => number): Grid => {
  const { axes, count } = set
  const along = axes.reduce((longest, axis, i) => (axis.count > axes[longest]!.count ? i : longest), 0)
  const length = axes[along]!.count
  const height = length === 0 ? 0 : count / length
  /** How many partitions lie between two neighbours along the strips. */
  const stride = axes.slice(along + 1).reduce((product, axis) => product * axis.count, 1)
  const rowOf = (index: number) => Math.floor(index / (stride * length)) * stride + (index % stride)
  const columnOf = (index: number) => Math.floor(index / stride) % length
  const shown = Math.min(height, MOST_STRIPS)
  const labels = Array.from({ length: shown }, (_, row) => {
    const key = set.keyAt(Math.floor(row / stride) * stride * length + (row % stride))!
    return axes.length === 1
      ? ""
      : key
          .split("|")
          .filter((_, i) => i !== along)
          .join("|")
  })
  const width = Math.min(length, room(labels))
  const rows = labels.map((label) => ({
    label,
    cells: Array.from({ length: width }, (_, i): Cell => {
      const total = Math.floor(((i + 1) * length) / width) - Math.floor((i * length) / width)
      return { total, materialized: 0, failed: 0, inProgress: 0 }
    })
  }))
  for (const [index, { status }] of known) {
    const row = rows[rowOf(index)]
    // The cell whose share of the strip holds the column.
    if (row !== undefined) row.cells[Math.ceil(((columnOf(index) + 1) * width) / length) - 1]![status]++
  }
  return { rows, left: height - shown }
}

/** Styles runs of equal cells together. */
const painted = (cells: ReadonlyArray<Cell>, paint: Paint): string => {
  let text = ""
  for (let i = 0; i < cells.length;) {
    const { format, mark } = lookOf(cells[i]!)
    let run = ""
    for (; i < cells.length && lookOf(cells[i]!).mark === mark; i++) run += mark
    text += paint(format, run)
  }
  return text
}

/**
 * Prints how the partitions of an asset stand, as strips of cells.
 *
 * @since 0.1.0
 */
export const PartitionStrip = {
  /**
   * How many of the partitions are materialized, in a few words: `37/48, 1 failed`.
   *
   * @param between - the words between the two numbers
   */
  text: ({ counts, set }: AssetPartitions, between = "/"): string =>
    [
      `${counts.materialized}${between}${set.count}`,
      ...(counts.failed > 0 ? [`${counts.failed} failed`] : []),
      ...(counts.inProgress > 0 ? [`${counts.inProgress} in progress`] : [])
    ].join(", "),

  /**
   * Prints a strip, or one for each value of the shorter dimensions, and what the cells mean, with counts. Where there are more
   * partitions than cells, a cell stands for several: it shows a failure before all else, then what is in progress.
   *
   * @param partitions - how the partitions stand
   * @param options - `width` in cells
   */
  lines: (
    partitions: AssetPartitions,
    { paint, width }: { readonly paint: Paint; readonly width: number }
  ): ReadonlyArray<string> => {
    const { counts, set } = partitions
    if (set.count === 0) return [paint("dim", "no partitions yet")]
    let label = 0
    const grid = gridOf(partitions, (labels) => {
      label = Math.min(
        Math.floor(width / 3),
        labels.reduce((most, text) => Math.max(most, PlainText.width(PlainText.oneLine(text))), 0)
      )
      return Math.max(1, width - (label === 0 ? 0 : label + 1))
    })
    const axis = set.axes.reduce((longest, each) => (each.count > longest.count ? each : longest))
    const cells = grid.rows[0]!.cells.length
    const indent = " ".repeat(label === 0 ? 0 : label + 1)
    const [first, last] = [axis.keyAt(0)!, axis.keyAt(axis.count - 1)!].map(PlainText.oneLine) as [string, string]
    const gap = cells - PlainText.width(first) - PlainText.width(last)
    const ends = axis.count === 1 ? first : gap > 0 ? `${first}${" ".repeat(gap)}${last}` : `${first} … ${last}`
    const looks = new Set(grid.rows.flatMap((row) => row.cells.map(lookOf)))
    const legend = [
      ...(Object.keys(LOOKS) as Array<PartitionStatus>).flatMap((status) =>
        counts[status] === 0
          ? []
          : [`${paint(LOOKS[status].format, LOOKS[status].mark)} ${counts[status]} ${LOOKS[status].word}`]
      ),
      ...(looks.has(PARTLY) ? [`${paint(PARTLY.format, PARTLY.mark)} ${PARTLY.word}`] : [])
    ]
    return [
      `${indent}${paint("dim", PlainText.fit(ends, Math.max(1, width - indent.length)))}`,
      ...grid.rows.map((row) => {
        const name = label === 0 ? "" : `${PlainText.pad(PlainText.fit(PlainText.oneLine(row.label), label), label)} `
        return `${name}${painted(row.cells, paint)}`
      }),
      ...(grid.left === 0 ? [] : [paint("dim", `and ${grid.left} more`)]),
      "",
      legend.join("   ")
    ]
  },

  /** How the partitions stand as JSON, for machines. */
  toJson: (asset: string, { counts, former, known, set }: AssetPartitions): object => ({
    asset,
    definition: set.description,
    count: set.count,
    counts,
    partitions: Array.from(set.keys(), (key, i) => ({ key, ...(known.get(i) ?? { status: "missing" }) })),
    ...(former.length === 0 ? {} : { former })
  })
}
