/**
 * What one process tells of one workload, as a line of JSON; the form that the peers' programs print too.
 */
export interface Measurement {
  readonly system: string
  readonly workload: string
  readonly n: number
  /** Steps that ran, or events or calls, where the workload is made of those. */
  readonly steps: number
  /** Of the execution alone: loading, definitions and the opening of files are outside. */
  readonly seconds: number
  readonly peak_rss_mb: number
}

/** The last line of an output that is a measurement. Throws when there is none. */
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
