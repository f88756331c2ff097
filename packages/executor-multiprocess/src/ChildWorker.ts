import type { ErrorInfo } from "@heddle/events/ErrorInfo"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import { Json } from "@heddle/events/Json"
import type { ChildProcess } from "node:child_process"
import type { Socket } from "node:net"
import { Acknowledgements } from "./internal/Acknowledgements.ts"
import { Backpressure } from "./internal/Backpressure.ts"
import { lineReader } from "./internal/lineReader.ts"
import { MessageOrder } from "./internal/MessageOrder.ts"
import { MessagePipe } from "./internal/MessagePipe.ts"
import { OUTPUTS } from "./internal/OutputGate.ts"
import { spawnWorker } from "./internal/spawnWorker.ts"
import { type KilledFor, WorkerCrashed } from "./WorkerCrashed.ts"
import type { FromWorker, ToWorker } from "./WorkerMessage.ts"

/** The maximum length of a line of output in one event, in characters. */
const LINE_LIMIT = 64 * 1024

/** What a worker process reports to its executor. */
export interface WorkerListener {
  readonly opened: () => void
  readonly notOpened: (error: ErrorInfo) => void
  /** Receives events. Call `stored` once they are in the log. */
  readonly events: (events: ReadonlyArray<HeddleEvent>, stored: () => void) => void
  /** Receives a line that a body wrote to standard output or error. Call `stored` as for events. */
  readonly line: (stream: "stdout" | "stderr", text: string, stored: () => void) => void
  readonly ended: (crash: WorkerCrashed) => void
}

/** A worker process, as the executor sees it. */
export class ChildWorker {
  readonly name: string
  readonly ended: Promise<void>
  readonly #listener: WorkerListener
  readonly #child: ChildProcess
  readonly #channel: MessagePipe<FromWorker, ToWorker>
  readonly #lifeline: Socket
  readonly #backpressure: Backpressure
  readonly #acknowledgements = new Acknowledgements((seq) => this.#channel.send({ _tag: "Ack", seq }))
  readonly #order = new MessageOrder((message) => this.#tell(message))
  #answers: Array<() => void> = []
  #isClosing = false
  #isOpening = true
  #killedFor: KilledFor | undefined
  /** Why the process could not be started. */
  #problem: string | undefined
  #crashed: Extract<FromWorker, { readonly _tag: "Crashed" }> | undefined

  /** @throws WorkerCrashed if the system has no pipes left */
  constructor(
    name: string,
    open: Omit<Extract<ToWorker, { readonly _tag: "Open" }>, "mark">,
    listener: WorkerListener
  ) {
    this.name = name
    this.#listener = listener
    const { channel, child, lifeline, outputs } = spawnWorker(open.location.moduleUrl, (problem) => {
      this.#problem = problem
    })
    this.#child = child
    this.#lifeline = lifeline
    this.#backpressure = new Backpressure([channel, outputs.stdout, outputs.stderr])
    this.#channel = new MessagePipe(channel, (line) => this.#garbled(line))
    this.#channel.listen(Json.parse, (message) => this.#take(message))
    const mark = `${crypto.randomUUID()}:`
    for (const stream of OUTPUTS) this.#read(stream, outputs[stream], mark)
    this.#listenForLife(channel)
    this.ended = new Promise((resolve) => {
      // Not "exit", so that everything it wrote before its end is read first.
      child.once("close", (exitCode, signal) => {
        this.#finish(exitCode, signal)
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
   * @param acknowledging - whether it waits until everything it sent is in the log
   */
  close(acknowledging: boolean): void {
    this.#isClosing = true
    this.#backpressure.turnOff()
    this.#channel.send({ _tag: "Close", acknowledging })
  }

  /** Pings the process. It answers even while a body blocks its event loop, and until it ends. */
  ping(): Promise<void> {
    return new Promise((resolve) => {
      this.#answers.push(resolve)
      if (this.#lifeline.writable) this.#lifeline.write(".")
    })
  }

  /**
   * Kills the process.
   *
   * @param reason - why, if the process itself is the reason
   */
  kill(reason?: KilledFor): void {
    this.#killedFor ??= reason
    this.#child.kill("SIGKILL")
  }

  #read(stream: (typeof OUTPUTS)[number], socket: Socket, mark: string): void {
    lineReader(socket, (text) => this.#line(stream, text), {
      limit: LINE_LIMIT,
      mark: { text: mark, seen: (to) => this.#order.pass(stream, to) }
    })
    socket.once("end", () => this.#order.pass(stream))
  }

  /** Receives answers to pings. Once the channel is closed, the worker cannot be heard any more, even if it answers. */
  #listenForLife(channel: Socket): void {
    let hungUp = false
    this.#lifeline.on("data", () => {
      if (hungUp) this.kill("hungUp")
      this.#answer()
    })
    this.#lifeline.on("error", () => {})
    channel.once("close", () => {
      hungUp = true
      void this.ping()
    })
  }

  #finish(exitCode: number | null, signal: string | null): void {
    for (const stream of OUTPUTS) this.#order.pass(stream)
    this.#answer()
    const { pid } = this.#child
    this.#listener.ended(
      new WorkerCrashed({
        exitCode,
        signal,
        ...(pid === undefined ? {} : { pid }),
        ...(this.#isOpening ? { opening: true } : {}),
        ...(this.#killedFor === undefined ? {} : { killedFor: this.#killedFor }),
        ...(this.#problem === undefined ? {} : { problem: this.#problem }),
        ...(this.#crashed === undefined ? {} : { unhandled: this.#crashed.error }),
        ...(this.#crashed?.stepKey === undefined ? {} : { origin: this.#crashed.stepKey })
      })
    )
  }

  #take(message: FromWorker): void {
    if (this.#killedFor === "garbled") return
    if (!this.#order.take(message)) this.#garbled(JSON.stringify(message))
  }

  #tell(message: FromWorker): void {
    switch (message._tag) {
      case "Opened":
        this.#isOpening = false
        return this.#listener.opened()
      case "NotOpened":
        return this.#listener.notOpened(message.error)
      case "Crashed":
        this.#crashed = message
        return
      case "Events": {
        const { events, seq } = message
        return this.#listener.events(
          events,
          this.#backpressure.onItsWay(events.length, () => this.#acknowledgements.stored(seq))
        )
      }
      default:
        return this.#garbled(JSON.stringify(message))
    }
  }

  /** Kills a process that sent something unreadable, because other messages may be lost too. */
  #garbled(line: string): void {
    this.#line("stderr", line)
    if (!this.#isClosing) this.kill("garbled")
  }

  #line(stream: "stdout" | "stderr", text: string): void {
    this.#listener.line(
      stream,
      text,
      this.#backpressure.onItsWay(1, () => {})
    )
  }

  #answer(): void {
    const answers = this.#answers
    this.#answers = []
    for (const answer of answers) answer()
  }
}
