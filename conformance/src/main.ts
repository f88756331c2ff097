/**
 * Runs the conformance cases of a folder: `main.ts [folder] [--summary] [--width n] [--delays seed] [--only text] [--done]`.
 *
 * The folder is the first argument. The default is the environment variable CONFORMANCE_CASES, then `cases/`.
 */
import { stayedLines } from "./staysHere.ts"
import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { ONE_IN, readDifferences } from "./differences.ts"
import { isDone } from "./done.ts"
import { linesOf, summaryLines } from "./printing.ts"
import { runCase } from "./runCase.ts"

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    summary: { type: "boolean", default: false },
    width: { type: "string" },
    delays: { type: "string" },
    only: { type: "string" },
    done: { type: "boolean", default: false },
    "over-processes": { type: "boolean", default: false }
  }
})
const folder = positionals[0] ?? process.env["CONFORMANCE_CASES"] ?? fileURLToPath(new URL("../cases", import.meta.url))
const overProcesses = values["over-processes"]
const mode = {
  width: Number(values.width ?? (overProcesses ? 2 : 1)),
  delays: values.delays === undefined ? undefined : Number(values.delays),
  overProcesses
}
const reasons = readDifferences()

if (!existsSync(folder)) {
  console.error(`Folder ${folder} does not exist: pass the folder of the cases, or set CONFORMANCE_CASES`)
  process.exit(1)
}
const files = readdirSync(folder)
  .filter((name) => name.endsWith(".json") && name.includes(values.only ?? ""))
  .filter((name) => !values.done || isDone(join(folder, name)))
  .toSorted()
const ran: Array<{ readonly category: string; readonly passed: boolean }> = []
let differs = 0
for (const file of files) {
  await runCase(join(folder, file), mode, ({ category, id, verdict }) => {
    const reason = verdict._tag === "Differs" ? reasons[id] : undefined
    for (const line of linesOf(id, verdict, reason)) console.log(line)
    if (reason !== undefined) differs += 1
    else ran.push({ category, passed: verdict._tag === "Passed" })
  })
}
if (overProcesses) for (const line of stayedLines()) console.log(line)
if (values.summary) for (const line of summaryLines(ran)) console.log(line)
const passed = ran.filter((one) => one.passed).length
const failed = ran.length - passed
const tooMany = differs * ONE_IN > ran.length + differs
if (differs > 0) console.log(`${differs} differ on purpose${tooMany ? `, more than one in ${ONE_IN}` : ""}`)
console.log(`${passed} passed, ${failed} failed`)
process.exit(passed > 0 && failed === 0 && !tooMany ? 0 : 1)
