/**
 * Checks that the work per step stays within its budget. It counts work instead of measuring time, so load does not matter.
 *
 *     node bench/guard.ts            # exits with 1 and a table if a count is over budget
 *     node bench/guard.ts --all      # prints all counts
 *     node bench/guard.ts --renew    # writes the current counts to guard/budgets.json
 *
 * It counts runs of 1,000 steps, and checks that a step of a run of 4,000 takes no more work than a step of a run of 500. See
 * `README.md` beside this file for each count.
 */
import { execFile } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { parseArgs, promisify } from "node:util"
import { type Counts, type CountsBySize, type Metric, METRICS } from "./guard/Counts.ts"

/** What is in the file of budgets. */
interface Budgets {
  /** The command that writes the file. */
  readonly renew: string
  /** The Node that ran what was counted. */
  readonly node: string
  /** By workload, for a step of a run of `SIZE`. */
  readonly budgets: { readonly [workload: string]: Counts }
}

const SIZE = "1000"
/** The two run sizes whose counts per step are compared. */
const [SMALL, LARGE] = ["500", "4000"]
const RENEW = "node bench/guard.ts --renew"
const WORKLOADS = ["chain", "fan", "dynamic", "chain-sqlite", "assets-memory"]
const BUDGETS = join(import.meta.dirname, "guard/budgets.json")

/** Tolerance of each count, against its budget and for growth with size. */
const tolerance = (metric: Metric): number => {
  switch (metric) {
    case "allocated":
    case "held":
      return 0.15
    case "own":
    case "effect":
      return 0.05
    default:
      return 0.02
  }
}
const isMetric = (name: string): name is Metric => Object.hasOwn(METRICS, name)
const metrics = Object.keys(METRICS).filter(isMetric)

const readOptions = () => {
  try {
    return parseArgs({
      options: { all: { type: "boolean", default: false }, renew: { type: "boolean", default: false } }
    }).values
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\nusage: node bench/guard.ts [--all] [--renew]`)
    return process.exit(2)
  }
}

/** A process for each workload; that they run at the same time changes no count. */
const count = async (workload: string): Promise<readonly [string, CountsBySize]> => {
  const program = join(import.meta.dirname, "guard/count.ts")
  const flags = ["--expose-gc", "--no-opt", "--no-maglev"]
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, program, workload, SMALL, SIZE, LARGE])
  return [workload, JSON.parse(stdout) as CountsBySize]
}

/** How often a workload that seems to keep too much is counted again. */
const RECOUNTS = 2

/** What a late collection leaves is counted as kept: the least of several counts is what a run keeps. */
const leastKept = (one: CountsBySize, other: CountsBySize): CountsBySize =>
  Object.fromEntries(
    Object.entries(one).map(([n, counts]) => [n, { ...counts, held: Math.min(counts.held, other[n]!.held) }])
  )

const text = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 3))

/** What was counted beside what it may be. */
interface Line {
  readonly workload: string
  readonly what: string
  readonly budget: number
  readonly counted: number
  readonly verdict: "over" | "under" | "within" | "nothing counted"
}

const line = (workload: string, metric: Metric, what: string, budget: number, counted: number): Line => {
  const off = tolerance(metric)
  const verdict =
    counted === 0 && budget > 0
      ? "nothing counted"
      : counted > budget * (1 + off)
        ? "over"
        : counted < budget * (1 - off)
          ? "under"
          : "within"
  return { workload, what, budget, counted, verdict }
}

const table = (lines: ReadonlyArray<Line>): string => {
  const head = ["workload", "for each step", "budget", "counted", "difference", ""]
  const rows = lines.map(({ budget, counted, verdict, what, workload }) => {
    const percent = ((counted / budget - 1) * 100).toFixed(1)
    const difference = budget === 0 ? "" : `${Number(percent) > 0 ? "+" : ""}${percent} %`
    return [workload, what, text(budget), text(counted), difference, verdict === "within" ? "" : verdict]
  })
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]!.length)))
  const isNumber = (column: number) => column >= 2 && column <= 4
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, i) => (isNumber(i) ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
        .join("  ")
        .trimEnd()
    )
    .join("\n")
}

const options = readOptions()
const counted = await Promise.all(WORKLOADS.map(count))

if (options.renew) {
  const rounded = (counts: Counts) =>
    Object.fromEntries(metrics.map((metric) => [metric, Number(counts[metric].toPrecision(4))]))
  const budgets = Object.fromEntries(counted.map(([workload, sizes]) => [workload, rounded(sizes[SIZE]!)]))
  const file = { renew: RENEW, node: process.version, budgets }
  writeFileSync(BUDGETS, `${JSON.stringify(file, undefined, 2)}\n`)
  console.log(`wrote ${BUDGETS}: if a budget grew, give the reason in the commit`)
} else {
  const { budgets, node } = JSON.parse(readFileSync(BUDGETS, "utf8")) as Budgets
  /** Whether a workload seems to keep more than it may. */
  const seemsToKeep = (workload: string, sizes: CountsBySize): boolean => {
    const most = 1 + tolerance("held")
    return (
      sizes[SIZE]!.held > (budgets[workload]?.held ?? Infinity) * most || sizes[LARGE]!.held > sizes[SMALL]!.held * most
    )
  }
  const settled = await Promise.all(
    counted.map(async ([workload, first]) => {
      let sizes = first
      for (let i = 0; i < RECOUNTS && seemsToKeep(workload, sizes); i++) {
        sizes = leastKept(sizes, (await count(workload))[1])
      }
      return [workload, sizes] as const
    })
  )
  const lines = settled.flatMap(([workload, sizes]) => {
    return metrics.flatMap((metric) => {
      const budget = budgets[workload]?.[metric]
      if (budget === undefined) throw new Error(`"${workload}" has no budget of ${METRICS[metric]}: ${RENEW}`)
      const growth = `${METRICS[metric]}: ${LARGE} steps over ${SMALL}`
      const [small, large] = [sizes[SMALL]![metric], sizes[LARGE]![metric]]
      return [
        line(workload, metric, METRICS[metric], budget, sizes[SIZE]![metric]),
        // Less is well: what a run takes once is spread over more steps.
        ...(small === 0 ? [] : [line(workload, metric, growth, 1, Math.max(1, large / small))])
      ]
    })
  })
  const over = lines.filter(({ verdict }) => verdict === "over" || verdict === "nothing counted")
  const under = lines.filter(({ verdict }) => verdict === "under")
  const shown = options.all ? lines : [...over, ...under]
  if (shown.length > 0) console.log(`${table(shown)}\n`)
  console.log(`${lines.length} counts, ${over.length} over budget, ${under.length} under`)
  if (over.length > 0) {
    console.log(`Reduce the extra work. If it is justified, renew the budgets: ${RENEW}`)
    if (node !== process.version)
      console.log(`The budgets were counted with Node ${node}, but this is Node ${process.version}`)
    process.exitCode = 1
  } else if (under.length > 0) {
    console.log(`A step does less work than its budget. Renew the budgets to keep the improvement: ${RENEW}`)
  }
}
