/**
 * Shows where the time of a step goes. Takes CPU samples during one run and groups them by part of Heddle. A sample counts
 * towards the innermost part on its stack. Other samples belong to Effect, Node or the garbage collector.
 *
 *     node bench/profile.ts chain 10000 [warm-ups]     # also fan, dynamic, chain-sqlite
 */
import { type Profiler, Session } from "node:inspector/promises"
import { loadavg } from "node:os"
import * as Effect from "effect/Effect"
import { Instance } from "@heddle/storage/Instance"
import { runOf } from "./systems/runs.ts"
import { inInstance } from "./systems/sqlite.ts"

const SQLITE = "store in SQLite"
/** The first pattern that matches the URL of a module decides its part. */
const PARTS: ReadonlyArray<readonly [part: string, address: RegExp]> = [
  [
    "setup: snapshot, plan, run config, tables",
    /\/(engine\/src\/(plan\/makePlan|run\/createRun)|definitions\/src\/StepTable)/
  ],
  ["setup: snapshot, plan, run config, tables", /\/definitions\/src\/(describe|Job|JobRunConfig|Graph|Wiring)\.ts/],
  ["setup: snapshot, plan, run config, tables", /\/(config|partitions)\/src\//],
  ["run machine", /\/engine\/src\/(plan|machine)\//],
  ["run loop", /\/engine\/src\/run\//],
  ["creating and sending events", /\/engine\/src\/step\/Step(Events|Log)|\/events\/src\//],
  ["inputs and outputs: IO manager, checks, capture", /\/engine\/src\/step\/Step(Inputs|Outputs)|\/RunCapture/],
  ["inputs and outputs: IO manager, checks, capture", /\/definitions\/src\/(IOManager|ValueCheck)/],
  ["step runner and executor", /\/engine\/src\/(step|wire)\/|\/executor-in-process\/src\//],
  ["definitions", /\/definitions\/src\//],
  [SQLITE, /\/storage-sqlite\/src\//],
  ["store in memory", /\/storage\/src\//],
  ["bodies", /\/bench\/jobs\//]
]

const [workload = "chain", size = "10000", warmUps = "0"] = process.argv.slice(2)
const n = Number(size)

const timed = (of: number) => {
  const run = runOf(workload, of)
  return Effect.gen(function* () {
    yield* Effect.promise(() => session.post("Profiler.start"))
    const from = performance.now()
    const { success } = yield* run
    const millis = performance.now() - from
    const { profile } = yield* Effect.promise(() => session.post("Profiler.stop"))
    if (!success) throw new Error("the run did not succeed")
    return { millis, profile }
  })
}

const execute = (of: number) =>
  workload.endsWith("-sqlite")
    ? inInstance(timed(of))
    : Effect.runPromise(Effect.provide(timed(of), Instance.layerMemory))

const partOf = (url: string): string | undefined => {
  if (!/\/packages\/|\/bench\/jobs\//.test(url)) return undefined
  return PARTS.find(([, address]) => address.test(url))?.[0] ?? "other"
}

/** Microseconds by part, and by the function that was at the top of the stack. */
const sharesOf = ({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile) => {
  const parents = new Map(nodes.flatMap(({ children = [], id }) => children.map((child) => [child, id] as const)))
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const parts = new Map<string, number>()
  const tops = new Map<string, number>()
  const add = (to: Map<string, number>, key: string, micros: number) => to.set(key, (to.get(key) ?? 0) + micros)
  for (const [i, sample] of samples.entries()) {
    const micros = timeDeltas[i] ?? 0
    const top = byId.get(sample)?.callFrame
    if (top === undefined || top.functionName === "(idle)") continue
    let part: string | undefined
    let profiler = false
    let effect = top.url.includes("/node_modules/effect/")
    for (let id: number | undefined = sample; id !== undefined; id = parents.get(id)) {
      const url = byId.get(id)?.callFrame.url ?? ""
      part ??= partOf(url)
      profiler ||= url === "node:inspector"
      effect ||= url.includes("/node_modules/effect/")
    }
    if (profiler) continue
    add(tops, `${top.functionName || "anonymous"} ${top.url.split("/").slice(-3).join("/")}`, micros)
    if (top.functionName === "(garbage collector)") part = "garbage collector"
    // The driver's own functions are no JavaScript.
    else if (part === SQLITE && top.url === "") part = "SQLite, and waiting for the disk"
    else part ??= effect ? "Effect: fibers, generators, queues, without Heddle on the stack" : "Node"
    add(parts, part, micros)
  }
  return { parts, tops }
}

const print = (shares: Map<string, number>, micros: number, rows: number) => {
  const all = [...shares.values()].reduce((sum, it) => sum + it, 0)
  for (const [name, of] of [...shares].toSorted(([, a], [, b]) => b - a).slice(0, rows)) {
    const share = of / all
    console.log(`${(share * 100).toFixed(1).padStart(5)} %  ${(share * micros).toFixed(2).padStart(7)} µs  ${name}`)
  }
}

const session = new Session()
session.connect()
await session.post("Profiler.enable")
await session.post("Profiler.setSamplingInterval", { interval: 200 })
for (let i = 0; i < Number(warmUps); i++) await execute(n)
const { millis, profile } = await execute(n)
const micros = (millis * 1000) / n
const { parts, tops } = sharesOf(profile)
console.log(`${workload} ${n}: ${micros.toFixed(1)} µs per step, load average ${loadavg()[0]?.toFixed(2)}\n`)
print(parts, micros, 20)
console.log("\nfunctions at the top of the stack")
print(tops, micros, 25)
