import type { FromWorker } from "../WorkerMessage.ts"
import type { OUTPUTS } from "./OutputGate.ts"
import { OutputGate } from "./OutputGate.ts"

/** Puts what a worker sends in order with what it prints: a message is told after all that was printed before it. */
export class MessageOrder {
  readonly #tell: (message: FromWorker) => void
  readonly #gate = new OutputGate()
  /** What the process sent, and cannot be told before all that it printed earlier. */
  readonly #waiting: Array<FromWorker> = []
  /** Number of the last batch that came. */
  #came = 0

  constructor(tell: (message: FromWorker) => void) {
    this.#tell = tell
  }

  /** Takes a message, and returns whether it is one: something else may have written a line that only looks like it. */
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

  /** The mark was read in a stream; without a mark, nothing more comes from it. */
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
