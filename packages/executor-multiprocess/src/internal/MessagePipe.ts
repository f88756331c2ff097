import { Socket } from "node:net"
import { lineReader } from "./lineReader.ts"

/** File descriptor of the pipe on the worker's side. */
export const CHANNEL = 3

/**
 * A pipe between two processes for messages of plain JSON, one a line. It is not Node's own channel, so that bodies find
 * the same `process` as in a process of their own: no `process.send`, no messages that are not theirs.
 */
export class MessagePipe<In, Out> {
  readonly #socket: Socket
  /** Lines that came before anyone listened. */
  readonly #early: Array<string> = []
  #take: (line: string) => void = (line) => this.#early.push(line)
  readonly #garbage: (line: string) => void

  /**
   * @param socket - the end of this process
   * @param garbage - is told of a line that is no message: something else has written to the pipe
   */
  constructor(socket: Socket, garbage: (line: string) => void) {
    this.#socket = socket
    this.#garbage = garbage
    lineReader(socket, (line) => this.#take(line))
    // The end of the other process shows in other ways; what could not be sent to it is of no use to anyone.
    socket.on("error", () => {})
  }

  /** The worker's end. */
  static readonly ofWorker = <In, Out>(): MessagePipe<In, Out> =>
    new MessagePipe(new Socket({ fd: CHANNEL, readable: true, writable: true }), () => {})

  send(message: Out): void {
    if (this.#socket.writable) this.#socket.write(`${JSON.stringify(message)}\n`)
  }

  /**
   * Hears of every message from now on, and of those that came before.
   *
   * @param parse - reads JSON: who holds Heddle has a better way than this module, which may not
   */
  listen(parse: (text: string) => unknown, listener: (message: In) => void): void {
    this.#take = (line) => {
      const message = read(parse, line)
      if (message === undefined) this.#garbage(line)
      else listener(message as In)
    }
    for (const line of this.#early.splice(0)) this.#take(line)
  }

  /** Calls back once everything that was sent has left this process. */
  flush(done: () => void): void {
    if (this.#socket.writable) this.#socket.write("", () => done())
    else done()
  }
}

/** A message is an object with a tag; no line that something else wrote is taken for one by mistake. */
const read = (parse: (text: string) => unknown, line: string): unknown => {
  try {
    const message = parse(line)
    return typeof message === "object" && message !== null && "_tag" in message ? message : undefined
  } catch {
    return undefined
  }
}
