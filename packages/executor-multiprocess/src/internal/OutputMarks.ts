import type { FromWorker } from "../WorkerMessage.ts"
import { OUTPUTS } from "./OutputGate.ts"

/**
 * Marks in standard output and error where an attempt ends. Output and messages take different pipes, so only the marks tell
 * the executor what was written before an event.
 */
export class OutputMarks {
  readonly #text: string
  readonly #send: (message: FromWorker) => void
  /** Bodies may replace `write`, for example to capture output. */
  readonly #writers: ReadonlyArray<readonly [(typeof OUTPUTS)[number], NodeJS.WriteStream, NodeJS.WriteStream["write"]]>

  /**
   * @param text - the start of every mark
   * @param send - reports a mark that cannot be written
   */
  constructor(text: string, send: (message: FromWorker) => void) {
    this.#text = text
    this.#send = send
    this.#writers = OUTPUTS.map((name) => {
      const stream = process[name]
      // A body may have closed the descriptor. That must not end the process.
      stream.on("error", () => {})
      return [name, stream, stream.write.bind(stream)]
    })
  }

  /** Writes a mark to both streams. */
  set(mark: number): void {
    for (const [name, stream, write] of this.#writers) {
      const failed = () => this.#send({ _tag: "Unmarked", stream: name, mark })
      if (stream.writable) write(`${this.#text}${mark}\n`, (error) => error && failed())
      else failed()
    }
  }

  /** Calls back once everything that was written to both streams has left this process. */
  flush(done: () => void): void {
    let open = this.#writers.length
    const flushed = () => {
      if (--open === 0) done()
    }
    for (const [, stream, write] of this.#writers) {
      if (stream.writable) write("", flushed)
      else flushed()
    }
  }
}
