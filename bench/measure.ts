/**
 * Runs one measurement and prints it as a line of JSON.
 *
 *     node bench/measure.ts SYSTEM WORKLOAD N
 */
import type { Measurement } from "./Measurement.ts"
import { workloads } from "./workloads.ts"

const [system = "", workload = "", size] = process.argv.slice(2)
const n = Number(size)
const run = workloads.find(({ name }) => name === workload)?.systems?.[system]
if (run === undefined || !Number.isInteger(n) || n < 1) {
  console.error("usage: node bench/measure.ts SYSTEM WORKLOAD N")
  process.exit(2)
}
const { seconds, steps } = await run(n)
const measurement: Measurement = {
  system,
  workload,
  n,
  steps,
  seconds: Number(seconds.toFixed(6)),
  peak_rss_mb: Math.round(process.resourceUsage().maxRSS / 1024)
}
console.log(JSON.stringify(measurement))
