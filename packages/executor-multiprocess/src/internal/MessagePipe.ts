import { Socket } from "node:net"
import { lineReader } from "./lineReader.ts"

/** The file descriptor of the pipe in the worker. */
export const CHANNEL = 3

/**
 * A pipe between two processes for JSON messages, one on each line. Node's own channel is not used, so that bodies find an
 * ordinary `process`: no `process.send`, and no messages that are not theirs.
 */
export class MessagePipe<In, Out> {
  readonly #socket: Socket
  /** Lines that arrived before anyone listened. */
  readonly #early: Array<string> = []
  #take: (line: string) => void = (line) => this.#early.push(line)
  readonly #garbage: (line: string) => void

  /**
   * @param socket - this process's end of the pipe
   * @param garbage - called with a line that is not a message, because something else has written to the pipe
   */
  constructor(socket: Socket, garbage: (line: string) => void) {
    this.#socket = socket
    this.#garbage = garbage
    lineReader(socket, (line) => this.#take(line))
    // The end of the other process is detected elsewhere, and unsent messages are no longer of use.
    socket.on("error", () => {})
  }

  /** The worker's end. */
  static readonly ofWorker = <In, Out>(): MessagePipe<In, Out> =>
    new MessagePipe(new Socket({ fd: CHANNEL, readable: true, writable: true }), () => {})

  send(message: Out): void {
    if (this.#socket.writable) this.#socket.write(`${JSON.stringify(message)}\n`)
  }

  /**
   * Receives every message from now on, and those that arrived before.
   *
   * @param parse - parses JSON; passed in, because this module must not import Heddle
   */
  listen(parse: (text: string) => unknown, listener: (message: In) => void): void {
    this.#take = (line) => {
      const message = read(parse, line)
      if (message === undefined) this.#garbage(line)
      else listener(message as In)
    }
    for (const line of this.#early.splice(0)) this.#take(line)
  }

  /** Calls back once everything sent has left this process. */
  flush(done: () => void): void {
    if (this.#socket.writable) this.#socket.write("", () => done())
    else done()
  }
}

/** A message is an object with a tag, so that other lines are not mistaken for one. */
const read = (parse: (text: string) => unknown, line: string): unknown => {
  try {
    const message = parse(line)
    return typeof message === "object" && message !== null && "_tag" in message ? message : undefined
  } catch {
    return undefined
  }
}
