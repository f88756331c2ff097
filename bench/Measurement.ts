/**
 * The result of measuring one workload in one process, as a line of JSON. The programs of the peers print the same format.
 */
export interface Measurement {
  readonly system: string
  readonly workload: string
  readonly n: number
  /** Number of steps, or of events or calls, depending on the workload. */
  readonly steps: number
  /** Duration of the execution, without loading code, building definitions and opening files. */
  readonly seconds: number
  readonly peak_rss_mb: number
}

/** Reads the last measurement in an output. Throws if there is none. */
export const lastMeasurement = (output: string): Measurement => {
  const line = output.split("\n").findLast((text) => text.startsWith("{"))
  if (line === undefined) throw new Error(`no measurement in ${JSON.stringify(output.slice(0, 200))}`)
  const { n, peak_rss_mb, seconds, steps, system, workload } = JSON.parse(line) as Measurement
  return { system, workload, n, steps, seconds, peak_rss_mb }
}

export const median = (values: ReadonlyArray<number>): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
