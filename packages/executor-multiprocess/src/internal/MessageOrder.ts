import type { FromWorker } from "../WorkerMessage.ts"
import type { OUTPUTS } from "./OutputGate.ts"
import { OutputGate } from "./OutputGate.ts"

/** Orders the messages of a worker and its output: a message is passed on after everything that was printed before it. */
export class MessageOrder {
  readonly #tell: (message: FromWorker) => void
  readonly #gate = new OutputGate()
  /** Messages that wait until earlier output has been read. */
  readonly #waiting: Array<FromWorker> = []
  /** The number of the last batch received. */
  #came = 0

  constructor(tell: (message: FromWorker) => void) {
    this.#tell = tell
  }

  /** Takes a message, and returns whether it is valid. Something else may have written a line that only looks like one. */
  take(message: FromWorker): boolean {
    if (message._tag === "Unmarked") {
      this.pass(message.stream, message.mark)
      return true
    }
    if (message._tag === "Events") {
      if (!Array.isArray(message.events) || message.seq !== this.#came + 1) return false
      this.#came = message.seq
    }
    this.#waiting.push(message)
    this.#deliver()
    return true
  }

  /** A mark was read in a stream, or without a mark, the stream has ended. */
  pass(stream: (typeof OUTPUTS)[number], mark?: number): void {
    this.#gate.pass(stream, mark)
    this.#deliver()
  }

  #deliver(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (next._tag === "Events" && next.marked === true && !this.#gate.isPast(next.seq)) return
      this.#waiting.shift()
      this.#tell(next)
    }
  }
}
