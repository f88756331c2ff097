/**
 * The start of a worker process. It imports neither Effect nor Heddle, because it does not know which copies of them the user's
 * module uses. It finds the program of the worker from that module, and runs it.
 *
 *     node bootstrap.ts <URL of the user's module>
 */
import { enableCompileCache } from "node:module"
import type { FromWorker, ToWorker } from "../WorkerMessage.ts"
import { findProgram } from "./findProgram.ts"
import { holdLifeline } from "./lifeline.ts"
import { MessagePipe } from "./MessagePipe.ts"
import { PROTOCOL } from "./protocol.ts"
import type { WorkerProgram } from "./worker.ts"

holdLifeline()
// Workers share compiled code, which Node stores in the temporary folder.
if (process.env["NODE_V8_COVERAGE"] === undefined) enableCompileCache()
// Ctrl-C reaches every process of the terminal. The executor tells the workers what to do.
process.on("SIGINT", () => {})
const channel = MessagePipe.ofWorker<ToWorker, FromWorker>()

const refuse = (name: string, message: string): void => {
  channel.send({ _tag: "NotOpened", error: { name, message } })
  channel.flush(() => process.exit(1))
}

const [moduleUrl = ""] = process.argv.splice(2, 1)
// A module of the package, one folder above this one in source and when built.
const found = findProgram(
  moduleUrl,
  new URL(import.meta.url.endsWith(".ts") ? "../index.ts" : "../index.js", import.meta.url).href
)
if ("problem" in found) refuse("TwoCopies", found.problem)
else {
  try {
    const program = (await import(found.url)) as WorkerProgram
    if (program.protocol === PROTOCOL) program.work(channel)
    else {
      refuse(
        "OtherVersion",
        `The worker's program "${found.url}" has a different version than the executor that started it, "${import.meta.url}": install the same version of @heddle/executor-multiprocess for both`
      )
    }
  } catch (error) {
    refuse(
      "NoWorkerProgram",
      `The worker's program "${found.url}" does not load: ${error instanceof Error ? error.message : String(error)}`
    )
  }
}
