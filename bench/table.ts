import { median, type Measurement } from "./Measurement.ts"

const time = (seconds: number): string =>
  seconds >= 1
    ? `${seconds.toPrecision(3)} s`
    : seconds >= 1e-3
      ? `${(seconds * 1e3).toPrecision(3)} ms`
      : `${(seconds * 1e6).toPrecision(3)} µs`

const ratio = (value: number): string => (value >= 100 ? String(Math.round(value)) : value.toPrecision(2))

/** Formats medians as a Markdown table. Each item contains the rounds of one system, workload and size. */
export const table = (results: ReadonlyArray<ReadonlyArray<Measurement>>): string => {
  const secondsOf = (measured: ReadonlyArray<Measurement>) => measured.map(({ seconds }) => seconds)
  const rows = results.map((measured) => {
    const { n, steps, system, workload } = measured[0]!
    const seconds = secondsOf(measured)
    const ours = results.find(([of]) => of?.system === "heddle" && of.workload === workload && of.n === n)
    return [
      workload,
      String(n),
      system,
      time(median(seconds)),
      `${time(Math.min(...seconds))} .. ${time(Math.max(...seconds))}`,
      time(median(seconds) / steps),
      ours === undefined ? "" : ratio(median(seconds) / median(secondsOf(ours))),
      `${Math.round(median(measured.map(({ peak_rss_mb }) => peak_rss_mb)))} MB`
    ]
  })
  const head = ["workload", "n", "system", "median", "min .. max", "per step", "times heddle", "memory"]
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]!.length)))
  const line = (cells: ReadonlyArray<string>) => `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(" | ")} |`
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n")
}
