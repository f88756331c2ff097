import { files, installed } from "@heddle/example-flight-delays/DataFolder"
import { spawn } from "node:child_process"
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join, relative } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"

const root = fileURLToPath(new URL("../../..", import.meta.url))
const example = "examples/flight-assets"
const output = `${example}/output`
const module = ["-f", `${example}/src/definitions.ts`]
const main = join(root, "packages/cli/src/main.ts")

const { values: flags } = parseArgs({
  options: { executor: { type: "string" }, broken: { type: "boolean", default: false } }
})

/** Runs the command line in this terminal, as a user would, and returns its exit code. */
const heddle = (...args: ReadonlyArray<string>): Promise<number> => {
  console.log(`\n$ pnpm heddle ${args.join(" ")}`)
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...args], { cwd: root, stdio: "inherit" })
    child.once("error", reject)
    child.once("exit", (code) => resolve(code ?? 1))
  })
}

/** Copies the raw files into a folder, and empties the latitude of every tenth airport. */
const breakAirports = (folder: string): void => {
  mkdirSync(folder, { recursive: true })
  for (const file of Object.values(files)) cpSync(join(installed, file), join(folder, file))
  const path = join(folder, files.airports)
  const lines = readFileSync(path, "utf8").split("\n")
  writeFileSync(path, lines.map((line, i) => (i % 10 === 9 ? line.replace(/,[^,]*(,[^,]*)$/, ",$1") : line)).join("\n"))
}

/** All months, in one run. */
const months = ["--partition-range", "2001-01...2001-07", "--single-run"]

// Ctrl-C also reaches the child, which cancels its run. This process waits for it.
process.on("SIGINT", () => {})

if (flags.broken) {
  const place = `${output}/broken`
  breakAirports(join(root, place, "data"))
  const home = ["--home", `${place}/home`]
  const code = await heddle("asset", "materialize", ...module, ...months, "-c", `${example}/broken.yaml`, ...home)
  await heddle("asset", "list", ...module, ...home)
  console.log(`
Every tenth airport of this run has no latitude: the blocking check failed, and nothing downstream of it was made.`)
  process.exit(code === 1 ? 0 : 1)
}

const executor = flags.executor === undefined ? [] : ["--executor", flags.executor]
const made = await heddle("job", "execute", ...module, "-j", "flight_report", ...months, ...executor)
if (made !== 0) process.exit(made)
const listed = await heddle("asset", "list", ...module)
const parted = await heddle("asset", "partitions", "flights", ...module)
const drawn = await heddle("asset", "graph", ...module, "--svg", `${output}/graph.svg`)
const here = (path: string) => relative(process.cwd(), join(root, path)) || "."

console.log(`
Open the report in a browser:

  ${here(`${output}/report.html`)}

  ${here(`${output}/tables`)}      the tables, as Parquet files, of the flights one for each month
  ${here(`${output}/graph.svg`)}   the assets, and how they stand

Try next:

  pnpm heddle asset show flights ${module.join(" ")}
  pnpm heddle asset materialize ${module.join(" ")} --select 'worst_routes+'
  pnpm heddle asset materialize ${module.join(" ")} --select 'flights*' --partition 2001-07
  pnpm demo:assets --broken                     with airports that have no place
  pnpm demo:assets --executor multiprocess      in worker processes
`)
process.exit(listed + parted + drawn === 0 ? 0 : 1)
