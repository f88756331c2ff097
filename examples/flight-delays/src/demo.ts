import { execFileSync, spawn } from "node:child_process"
import { readdirSync } from "node:fs"
import { join, relative } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"

const root = fileURLToPath(new URL("../../..", import.meta.url))
const example = "examples/flight-delays"
const output = `${example}/output`
const job = ["-f", `${example}/src/definitions.ts`, "-j", "flight_delays"]

const { values: flags } = parseArgs({
  options: { executor: { type: "string" }, crash: { type: "boolean", default: false } }
})
const executor = flags.executor === undefined ? [] : ["--executor", flags.executor]

// The demo names its run, so that the timeline is that of this run whatever else runs at the same time.
const runId = crypto.randomUUID()

const commands = {
  execute: ["job", "execute", ...job, "-c", `${example}/run.yaml`, ...executor],
  resume: ["run", "reexecute", runId, ...job, ...executor],
  timeline: ["run", "show", flags.crash ? "last" : runId, "--svg", `${output}/timeline.svg`],
  graph: ["job", "graph", ...job, "--svg", `${output}/graph.svg`]
}

const main = join(root, "packages/cli/src/main.ts")

/** The log of a run, or of the newest one. */
const eventsOf = (run: string): ReadonlyArray<{ readonly _tag: string; readonly stepKey?: string }> =>
  execFileSync(process.execPath, [main, "run", "events", run, "--json"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1 << 28
  })
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line))

const pagesOf = (run: string): ReadonlyArray<string> =>
  eventsOf(run).flatMap(({ _tag, stepKey = "" }) =>
    _tag === "STEP_SUCCESS" && stepKey.startsWith("airport_page[") ? [stepKey] : []
  )

/** Runs the job, and kills it once half of the pages are written. */
const crash = (): Promise<void> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [main, ...commands.execute, "--run-id", runId, "--json"], {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit"]
    })
    let pages = 0
    createInterface(child.stdout).on("line", (line) => {
      if (line.includes('"STEP_SUCCESS"') && line.includes("airport_page[") && ++pages === 115) child.kill("SIGKILL")
    })
    child.once("close", () => resolve())
  })

/** Runs the command line in this terminal, as a user would, and returns its exit code. */
const heddle = (args: ReadonlyArray<string>, stdout: "inherit" | "ignore"): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...args], {
      cwd: root,
      stdio: ["inherit", stdout, "inherit"]
    })
    child.once("error", reject)
    child.once("exit", (code) => resolve(code ?? 1))
  })

// Ctrl-C also reaches the child, which cancels its run. This process waits for it.
process.on("SIGINT", () => {})

const started = performance.now()
if (flags.crash) {
  console.log("Running the job, then killing it with SIGKILL while it draws its 229 pages …")
  await crash()
}
const code = flags.crash
  ? await heddle(commands.resume, "inherit")
  : await heddle([...commands.execute, "--run-id", runId], "inherit")
if (code !== 0) process.exit(code)
if (flags.crash) {
  const before = pagesOf(runId)
  const after = pagesOf("last")
  const twice = after.filter((page) => before.includes(page))
  console.log(`
The killed run drew ${before.length} of the 229 pages, and the resumed run drew ${after.length}.
${new Set([...before, ...after]).size} pages in total. ${twice.length === 0 ? "No page was drawn twice" : `Drawn twice: ${twice.join(", ")}`}.`)
  if (twice.length > 0) process.exit(1)
}
const seconds = ((performance.now() - started) / 1000).toFixed(1)

const pictures = (await heddle(commands.timeline, "ignore")) + (await heddle(commands.graph, "ignore"))
const pages = readdirSync(join(root, output, "airports")).filter((name) => name.endsWith(".html")).length
const here = (path: string) => relative(process.cwd(), join(root, path)) || "."

console.log(`
Done in ${seconds} s. Open the report in a browser:

  ${here(`${output}/report.html`)}

  ${here(`${output}/map.png`)}        the map
  ${here(`${output}/airports`)}       ${pages} pages, one for each airport
  ${here(`${output}/timeline.svg`)}   which step ran when
  ${here(`${output}/graph.svg`)}      the job

Try next:

  pnpm heddle run list
  pnpm heddle run show last
  pnpm demo --executor multiprocess     run the steps in worker processes
  pnpm demo --crash                     kill the run and resume it
  pnpm heddle job execute ${job.join(" ")} -c ${example}/run.yaml
      first change ${here(`${example}/run.yaml`)}: set "airports: 20", or a folder that does not exist
`)
process.exit(pictures === 0 ? 0 : 1)
