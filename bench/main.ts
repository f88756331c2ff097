/**
 * Measures the cost of a step, next to lower bounds and, with `--peers`, other systems.
 *
 *     pnpm bench [workload...] [--json] [--peers] [--rounds n] [--size n,n]
 *
 * Each measurement runs in its own process. Systems take turns within each round, so that the load of the machine affects
 * all of them equally. Prints a line of JSON for each measurement, then a table of medians. With `--json`, prints only the
 * medians, one line per system, workload and size. Exits with 1 if a measurement failed. See `README.md` beside this file.
 */
import { spawnSync } from "node:child_process"
import { availableParallelism, loadavg } from "node:os"
import { parseArgs } from "node:util"
import { lastMeasurement, median, type Measurement } from "./Measurement.ts"
import { table } from "./table.ts"
import { installed, peers } from "./systems/peers.ts"
import type { Workload } from "./Workload.ts"
import { workloads } from "./workloads.ts"

const usage = (problem: string): never => {
  console.error(`${problem}
usage: pnpm bench [workload...] [--json] [--peers] [--rounds n] [--size n,n]
workloads: ${workloads.map(({ name }) => name).join(" ")}`)
  process.exit(2)
}

const readOptions = () => {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        json: { type: "boolean", default: false },
        peers: { type: "boolean", default: false },
        rounds: { type: "string", default: "3" },
        size: { type: "string" }
      }
    })
  } catch (error) {
    return usage(error instanceof Error ? error.message : String(error))
  }
}

const count = (option: string, text: string): number => {
  const number = Number(text)
  return Number.isInteger(number) && number > 0 ? number : usage(`${option} takes whole numbers from 1, not "${text}"`)
}

const { positionals, values: options } = readOptions()
const rounds = count("--rounds", options.rounds)
const sizes = options.size?.split(",").map((text) => count("--size", text))
const chosen =
  positionals.length === 0
    ? workloads
    : positionals.map(
        (name) => workloads.find((workload) => workload.name === name) ?? usage(`there is no workload "${name}"`)
      )

/** Measures one system with one workload and size, in a new process. */
interface Contestant {
  readonly system: string
  readonly measure: () => Measurement
}

const run = (command: string, args: ReadonlyArray<string>, cwd: string) => {
  const from = performance.now()
  const { error, status, stderr, stdout } = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    // Some peers log to standard error what they do.
    maxBuffer: Infinity,
    env: { ...process.env, DAGSTER_DISABLE_TELEMETRY: "1" }
  })
  const seconds = (performance.now() - from) / 1000
  if (status !== 0) throw new Error(error?.message ?? stderr.trim().split("\n").slice(-5).join("\n"))
  return { seconds: Number(seconds.toFixed(4)), stdout }
}

const contestants = (workload: Workload, n: number): ReadonlyArray<Contestant> => [
  ...Object.keys(workload.systems ?? {}).map((system) => ({
    system,
    measure: () =>
      lastMeasurement(
        run(process.execPath, ["measure.ts", system, workload.name, String(n)], import.meta.dirname).stdout
      )
  })),
  ...Object.entries(workload.programs ?? {}).map(([system, program]) => ({
    system,
    measure: () => {
      const { seconds, stdout } = run(process.execPath, [program], import.meta.dirname)
      return { system, workload: workload.name, n, steps: 1, seconds, peak_rss_mb: Math.round(Number(stdout) / 1024) }
    }
  })),
  ...(peersInstalled === undefined ? [] : peers)
    .filter(({ largest }) => {
      const most = largest[workload.name]
      return most !== undefined && (sizes !== undefined || n <= most)
    })
    .map(({ args, system }) => ({
      system,
      measure: () => {
        const { folder, python } = peersInstalled!
        const { seconds, stdout } = run(python, args(workload.name, n), folder)
        const measurement = lastMeasurement(stdout)
        return workload.programs === undefined ? measurement : { ...measurement, seconds }
      }
    }))
]

const findPeers = () => {
  try {
    return installed()
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    process.exit(1)
  }
}
const peersInstalled = options.peers ? findPeers() : undefined

const load = () =>
  loadavg()
    .map((average) => average.toFixed(2))
    .join(" ")
const before = load()
const results: Array<ReadonlyArray<Measurement>> = []
for (const workload of chosen) {
  for (const n of workload.programs === undefined ? (sizes ?? workload.sizes) : workload.sizes) {
    const systems = contestants(workload, n).map((contestant) => ({ ...contestant, measured: Array<Measurement>() }))
    for (let round = 0; round < rounds; round++) {
      for (const { measure, measured, system } of systems) {
        try {
          const measurement = measure()
          measured.push(measurement)
          if (!options.json) console.log(JSON.stringify(measurement))
        } catch (error) {
          console.error(`${system} ${workload.name} ${n} failed: ${error instanceof Error ? error.message : error}`)
          process.exitCode = 1
        }
      }
    }
    for (const { measured } of systems) if (measured.length > 0) results.push(measured)
  }
}

if (options.json) {
  for (const measured of results) {
    const seconds = median(measured.map(({ seconds }) => seconds))
    const peak_rss_mb = Math.round(median(measured.map(({ peak_rss_mb }) => peak_rss_mb)))
    console.log(JSON.stringify({ ...measured[0], seconds, peak_rss_mb }))
  }
} else {
  console.log(`\n${table(results)}\n
${rounds} rounds on ${availableParallelism()} cores, load average before ${before}, after ${load()}`)
}
