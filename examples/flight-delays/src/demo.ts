import { spawn } from "node:child_process"
import { readdirSync } from "node:fs"
import { join, relative } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../../..", import.meta.url))
const example = "examples/flight-delays"
const output = `${example}/output`
const job = ["-f", `${example}/src/definitions.ts`, "-j", "flight_delays"]

// The demo names its run, so that the timeline is that of this run whatever else runs at the same time.
const runId = crypto.randomUUID()

const commands = {
  execute: ["job", "execute", ...job, "-c", `${example}/run.yaml`],
  timeline: ["run", "show", runId, "--svg", `${output}/timeline.svg`],
  graph: ["job", "graph", ...job, "--svg", `${output}/graph.svg`]
}

/** Runs the command line as a user would, in this terminal; gives its exit code. */
const heddle = (args: ReadonlyArray<string>, stdout: "inherit" | "ignore"): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, "packages/cli/src/main.ts"), ...args], {
      cwd: root,
      stdio: ["inherit", stdout, "inherit"]
    })
    child.once("error", reject)
    child.once("exit", (code) => resolve(code ?? 1))
  })

// Ctrl-C reaches the child too, which ends its run in order; this process waits for it.
process.on("SIGINT", () => {})

const started = performance.now()
const code = await heddle([...commands.execute, "--run-id", runId], "inherit")
if (code !== 0) process.exit(code)
const seconds = ((performance.now() - started) / 1000).toFixed(1)

const pictures = (await heddle(commands.timeline, "ignore")) + (await heddle(commands.graph, "ignore"))
const pages = readdirSync(join(root, output, "airports")).filter((name) => name.endsWith(".html")).length
const here = (path: string) => relative(process.cwd(), join(root, path)) || "."

console.log(`
Done in ${seconds} s. Open the report in a browser:

  ${here(`${output}/report.html`)}

  ${here(`${output}/map.png`)}        the map as a picture
  ${here(`${output}/airports`)}       ${pages} pages, one for each airport
  ${here(`${output}/timeline.svg`)}   which step ran when
  ${here(`${output}/graph.svg`)}      the job

Try next:

  pnpm heddle run list
  pnpm heddle run show last
  pnpm heddle ${commands.execute.join(" ")}
      after a change in ${here(`${example}/run.yaml`)}: "airports: 20", or a folder that is not there
`)
process.exit(pictures === 0 ? 0 : 1)
