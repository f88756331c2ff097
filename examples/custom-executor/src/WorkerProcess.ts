import type { ErrorInfo } from "@heddle/events/ErrorInfo"
import type { StepRequest } from "@heddle/engine/wire/StepRequest"
import { Schema } from "effect"
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import type { Socket } from "node:net"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { type Attempt, Health, NotOpened, Open, post } from "./messages.ts"

const PROGRAM = fileURLToPath(new URL("./worker.ts", import.meta.url))

/** One worker, as its executor sees it: it runs one attempt at a time. */
export class WorkerProcess {
  /** Part of the ids of its events. */
  readonly name: string
  /** Whether the job is open in it. */
  isOpen = false
  /** The attempt that it was sent and that has not ended. */
  step: StepRequest | undefined
  /** Number of the last batch that it sent. */
  seq = 0
  /** Connections that its events come on. */
  readonly sockets = new Set<Socket>()
  readonly #child: ChildProcess
  readonly #url: Promise<string>
  /** Resolves with its exit code when it is gone and all that it sent has come. */
  readonly ended: Promise<number | null>

  constructor(name: string) {
    this.name = name
    this.#child = spawn(process.execPath, [PROGRAM], { stdio: ["pipe", "pipe", "inherit"] })
    const exit = once(this.#child, "exit").then(([code]: ReadonlyArray<number | null>) => code ?? null)
    this.#url = new Promise((resolve, reject) => {
      createInterface(this.#child.stdout!).on("line", (line) => {
        const port = /^port (\d+)$/.exec(line)?.[1]
        if (port === undefined) process.stdout.write(`${line}\n`)
        else resolve(`http://127.0.0.1:${port}`)
      })
      void exit.then((code) => reject(new Error(`the worker ended with exit code ${code} before it listened`)))
    })
    this.#url.catch(() => {})
    this.ended = exit.then(async (code) => {
      await Promise.all([...this.sockets].map((socket) => socket.destroyed || once(socket, "close")))
      return code
    })
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** Opens the job; resolves with the error that keeps it from being opened. */
  async open(open: Open): Promise<ErrorInfo | undefined> {
    const answer: unknown = await (await post(`${await this.#url}/open`, Schema.encodeSync(Open)(open))).json()
    return Schema.is(NotOpened)(answer) ? answer.error : undefined
  }

  async launch(step: StepRequest): Promise<void> {
    await post(`${await this.#url}/launch`, step)
  }

  async terminate(attempt: Attempt): Promise<void> {
    await post(`${await this.#url}/terminate`, attempt)
  }

  async isRunning(attempt: Attempt): Promise<boolean> {
    const answer: unknown = await (await post(`${await this.#url}/health`, attempt, 1)).json()
    return Schema.is(Health)(answer) && answer.running
  }

  /** Ends it, with its resources; kills it when it does not end in time. */
  async close(graceMillis: number): Promise<void> {
    const kill = setTimeout(() => this.kill(), graceMillis)
    await this.#url.then((url) => post(`${url}/close`, {}, 1)).catch(() => this.kill())
    await this.ended
    clearTimeout(kill)
  }

  kill(): void {
    this.#child.kill("SIGKILL")
  }
}
