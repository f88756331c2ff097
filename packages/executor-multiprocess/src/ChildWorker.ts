import type { ErrorInfo } from "@heddle/events/ErrorInfo"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import { type ChildProcess, fork } from "node:child_process"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { WorkerCrashed } from "./WorkerCrashed.ts"
import type { FromWorker, ToWorker } from "./WorkerMessage.ts"

/** The worker's program, beside this module: TypeScript from source, JavaScript once built. */
const PROGRAM = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "./internal/worker.ts" : "./internal/worker.js", import.meta.url)
)

/**
 * Node's own flags of this process, which a worker gets too, less those that name a program of their own: with them the
 * worker would run that program instead.
 */
const flagsOf = (flags: ReadonlyArray<string>): ReadonlyArray<string> =>
  flags.filter((flag, i) => {
    const isProgram = (text: string | undefined) => text !== undefined && /^(-e|--eval|-p|--print|-pe)$/.test(text)
    return !isProgram(flag) && !isProgram(flags[i - 1]) && !/^--(eval|print|input-type|inspect|watch)/.test(flag)
  })

/** What a worker process tells its executor. */
export interface WorkerListener {
  readonly opened: () => void
  readonly notOpened: (error: ErrorInfo) => void
  readonly events: (events: ReadonlyArray<HeddleEvent>) => void
  /** A line that a body wrote to standard output or error. */
  readonly line: (stream: "stdout" | "stderr", text: string) => void
  readonly ended: (crash: WorkerCrashed) => void
}

/** A worker process, seen from the executor. */
export class ChildWorker {
  readonly name: string
  readonly ended: Promise<void>
  readonly #child: ChildProcess

  constructor(name: string, open: Extract<ToWorker, { readonly _tag: "Open" }>, listener: WorkerListener) {
    this.name = name
    const child = fork(PROGRAM, [], {
      stdio: ["ignore", "pipe", "pipe", "ipc", "pipe"],
      serialization: "json",
      execArgv: [...flagsOf(process.execArgv)]
    })
    this.#child = child
    child.on("message", (message: FromWorker) => {
      switch (message._tag) {
        case "Opened":
          return listener.opened()
        case "NotOpened":
          return listener.notOpened(message.error)
        case "Events":
          return listener.events(message.events)
      }
    })
    for (const stream of ["stdout", "stderr"] as const) {
      createInterface(child[stream]!).on("line", (text) => listener.line(stream, text))
    }
    // A worker that is gone shows by its end; what could not be sent to it is of no use to anyone.
    child.on("error", () => {})
    child.stdio[4]?.on("error", () => {})
    this.ended = new Promise((resolve) => {
      // Not "exit": what it wrote before its end is read first.
      child.once("close", (exitCode, signal) => {
        listener.ended(new WorkerCrashed({ ...(child.pid === undefined ? {} : { pid: child.pid }), exitCode, signal }))
        resolve()
      })
    })
    this.send(open)
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  send(message: ToWorker): void {
    if (this.#child.connected) this.#child.send(message, () => {})
  }

  kill(): void {
    this.#child.kill("SIGKILL")
  }
}
