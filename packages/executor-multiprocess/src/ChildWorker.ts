import type { ErrorInfo } from "@heddle/events/ErrorInfo"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import { Json } from "@heddle/events/Json"
import { type ChildProcess, spawn } from "node:child_process"
import { Socket } from "node:net"
import { fileURLToPath } from "node:url"
import { CHANNEL, MessagePipe } from "./internal/MessagePipe.ts"
import { LIFELINE } from "./internal/lifeline.ts"
import { lineReader } from "./internal/lineReader.ts"
import { OutputGate, OUTPUTS } from "./internal/OutputGate.ts"
import { type KilledFor, WorkerCrashed } from "./WorkerCrashed.ts"
import type { FromWorker, ToWorker } from "./WorkerMessage.ts"

/** The start of a worker, beside this module: TypeScript from source, JavaScript once built. */
const BOOTSTRAP = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "./internal/bootstrap.ts" : "./internal/bootstrap.js", import.meta.url)
)

/** Characters of a line of output that stand in one event. */
const LINE_LIMIT = 64 * 1024
/** Events of a worker that may be on their way to the log before no more of it is read. */
const HIGH_WATER = 4_000

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
  /** Takes events; `stored` is to be called once they are in the log. */
  readonly events: (events: ReadonlyArray<HeddleEvent>, stored: () => void) => void
  /** A line that a body wrote to standard output or error; `stored` as for events. */
  readonly line: (stream: "stdout" | "stderr", text: string, stored: () => void) => void
  readonly ended: (crash: WorkerCrashed) => void
}

/** A worker process, seen from the executor. */
export class ChildWorker {
  readonly name: string
  readonly ended: Promise<void>
  readonly #child: ChildProcess
  readonly #channel: MessagePipe<FromWorker, ToWorker>
  readonly #lifeline: Socket
  /** What is read from the process, and stands still while too much of it is on its way to the log. */
  readonly #sources: ReadonlyArray<Socket>
  #answers: Array<() => void> = []
  /** Events on their way to the log. */
  #underway = 0
  #held = false
  #closing = false
  #opening = true
  #killedFor: KilledFor | undefined
  #crashed: Extract<FromWorker, { readonly _tag: "Crashed" }> | undefined
  /** Number of the last batch that came. */
  #came = 0
  readonly #gate = new OutputGate()
  /** What the process sent, and cannot be told before all that it wrote earlier. */
  readonly #waiting: Array<FromWorker> = []
  /** Number of the last batch that is in the log, and of the last one that the worker was told of. */
  #stored = 0
  #told = 0

  /** @throws WorkerCrashed when the system has no pipes to give */
  constructor(
    name: string,
    open: Omit<Extract<ToWorker, { readonly _tag: "Open" }>, "mark">,
    listener: WorkerListener
  ) {
    this.name = name
    const flags = flagsOf(process.execArgv)
    const child = spawn(process.execPath, [...flags, BOOTSTRAP, open.location.moduleUrl], {
      // The two last ones are CHANNEL and LIFELINE.
      stdio: ["ignore", "pipe", "pipe", "overlapped", "overlapped"]
    })
    this.#child = child
    let problem: string | undefined
    // Where it could not be started, this is all that is told.
    child.on("error", (error) => (problem = error.message))
    const outputs = { stdout: socketOf(child.stdout), stderr: socketOf(child.stderr) }
    const channel = socketOf(child.stdio[CHANNEL])
    this.#lifeline = socketOf(child.stdio[LIFELINE])
    this.#sources = [channel, outputs.stdout, outputs.stderr]
    this.#channel = new MessagePipe(channel, (line) => this.#garbled(listener, line))
    this.#channel.listen(Json.parse, (message) => this.#take(message, listener))
    const mark = `${crypto.randomUUID()}:`
    for (const stream of OUTPUTS) {
      const pass = (to?: number) => {
        this.#gate.pass(stream, to)
        this.#deliver(listener)
      }
      lineReader(outputs[stream], (text) => this.#line(listener, stream, text), {
        limit: LINE_LIMIT,
        mark: { text: mark, seen: pass }
      })
      outputs[stream].once("end", () => pass())
    }
    let hungUp = false
    this.#lifeline.on("data", () => {
      if (hungUp) this.kill("hungUp")
      this.#answer()
    })
    this.#lifeline.on("error", () => {})
    // It ends with its process. One that answers after that goes on, and cannot be heard any more.
    channel.once("close", () => {
      hungUp = true
      void this.ping()
    })
    this.ended = new Promise((resolve) => {
      // Not "exit": what it wrote before its end is read first.
      child.once("close", (exitCode, signal) => {
        for (const stream of OUTPUTS) this.#gate.pass(stream)
        this.#deliver(listener)
        this.#answer()
        listener.ended(
          new WorkerCrashed({
            exitCode,
            signal,
            ...(child.pid === undefined ? {} : { pid: child.pid }),
            ...(this.#opening ? { opening: true } : {}),
            ...(this.#killedFor === undefined ? {} : { killedFor: this.#killedFor }),
            ...(problem === undefined ? {} : { problem }),
            ...(this.#crashed === undefined ? {} : { unhandled: this.#crashed.error }),
            ...(this.#crashed?.stepKey === undefined ? {} : { origin: this.#crashed.stepKey })
          })
        )
        resolve()
      })
    })
    this.#channel.send({ ...open, mark })
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  launch(request: Extract<ToWorker, { readonly _tag: "Launch" }>["request"]): void {
    this.#channel.send({ _tag: "Launch", request })
  }

  terminate(stepKey: string, attempt: number): void {
    this.#channel.send({ _tag: "Terminate", stepKey, attempt })
  }

  /**
   * Asks the process to end.
   *
   * @param acknowledging - whether it shall wait until all that it sent is in the log
   */
  close(acknowledging: boolean): void {
    this.#closing = true
    this.#flow()
    this.#channel.send({ _tag: "Close", acknowledging })
  }

  /** Asks the process for a sign of life, which it gives even while a body spins, and when it ends. */
  ping(): Promise<void> {
    return new Promise((resolve) => {
      this.#answers.push(resolve)
      if (this.#lifeline.writable) this.#lifeline.write(".")
    })
  }

  /**
   * Kills the process.
   *
   * @param reason - what for, where that is the process's own doing
   */
  kill(reason?: KilledFor): void {
    this.#killedFor ??= reason
    this.#child.kill("SIGKILL")
  }

  #take(message: FromWorker, listener: WorkerListener): void {
    if (this.#killedFor === "garbled") return
    if (message._tag === "Unmarked") this.#gate.pass(message.stream, message.mark)
    else {
      if (message._tag === "Events") {
        // Something else wrote a line that only looks like one of ours, or broke one.
        const isNext = Array.isArray(message.events) && message.seq === this.#came + 1
        if (!isNext) return this.#garbled(listener, JSON.stringify(message))
        this.#came = message.seq
      }
      this.#waiting.push(message)
    }
    this.#deliver(listener)
  }

  #deliver(listener: WorkerListener): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (next._tag === "Events" && next.marked === true && !this.#gate.isPast(next.seq)) return
      this.#waiting.shift()
      this.#tell(next, listener)
    }
  }

  #tell(message: FromWorker, listener: WorkerListener): void {
    switch (message._tag) {
      case "Opened":
        this.#opening = false
        return listener.opened()
      case "NotOpened":
        return listener.notOpened(message.error)
      case "Crashed":
        this.#crashed = message
        return
      case "Events": {
        const { events, seq } = message
        return listener.events(
          events,
          this.#onItsWay(events.length, () => this.#acknowledge(seq))
        )
      }
      default:
        return this.#garbled(listener, JSON.stringify(message))
    }
  }

  /** Ends a process that sent something unreadable: other messages of it may be lost, too. */
  #garbled(listener: WorkerListener, line: string): void {
    this.#line(listener, "stderr", line)
    if (!this.#closing) this.kill("garbled")
  }

  #line(listener: WorkerListener, stream: "stdout" | "stderr", text: string): void {
    listener.line(
      stream,
      text,
      this.#onItsWay(1, () => {})
    )
  }

  #answer(): void {
    const answers = this.#answers
    this.#answers = []
    for (const answer of answers) answer()
  }

  /** Batches that are stored together are acknowledged together. */
  #acknowledge(seq: number): void {
    if (this.#stored === this.#told) {
      queueMicrotask(() => {
        this.#told = this.#stored
        this.#channel.send({ _tag: "Ack", seq: this.#told })
      })
    }
    this.#stored = seq
  }

  #onItsWay(count: number, then: () => void): () => void {
    this.#underway += count
    this.#flow()
    return () => {
      this.#underway -= count
      this.#flow()
      then()
    }
  }

  /** A body that floods its worker with events is not read until the log has caught up. */
  #flow(): void {
    const hold = !this.#closing && this.#underway > (this.#held ? HIGH_WATER / 2 : HIGH_WATER)
    if (hold === this.#held) return
    this.#held = hold
    for (const source of this.#sources) {
      if (hold) source.pause()
      else source.resume()
    }
  }
}

/** Every pipe to a process is a socket; the types do not say so. It has none where there are too many open files. */
const socketOf = (stream: unknown): Socket => {
  if (stream instanceof Socket) return stream
  throw new WorkerCrashed({ exitCode: null, signal: null, problem: "the system gave no pipes: too many open files" })
}
