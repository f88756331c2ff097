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
  /** Messages that came before anyone listened. */
  #early: Array<In> | undefined = []
  #listener: (message: In) => void = (message) => this.#early?.push(message)

  /**
   * @param socket - the end of this process
   * @param garbage - is told of a line that is no message: something else has written to the pipe
   */
  constructor(socket: Socket, garbage: (line: string) => void) {
    this.#socket = socket
    lineReader(socket, (line) => {
      const message = read(line)
      if (message === undefined) garbage(line)
      else this.#listener(message as In)
    })
    // The end of the other process shows in other ways; what could not be sent to it is of no use to anyone.
    socket.on("error", () => {})
  }

  /** The worker's end. */
  static readonly ofWorker = <In, Out>(): MessagePipe<In, Out> =>
    new MessagePipe(new Socket({ fd: CHANNEL, readable: true, writable: true }), () => {})

  send(message: Out): void {
    if (this.#socket.writable) this.#socket.write(`${JSON.stringify(message)}\n`)
  }

  /** Hears of every message from now on, and of those that came before. */
  listen(listener: (message: In) => void): void {
    this.#listener = listener
    const early = this.#early ?? []
    this.#early = undefined
    for (const message of early) listener(message)
  }

  /** Calls back once everything that was sent has left this process. */
  flush(done: () => void): void {
    if (this.#socket.writable) this.#socket.write("", () => done())
    else done()
  }
}

/** A message is an object with a tag; no line that something else wrote is taken for one by mistake. */
const read = (line: string): unknown => {
  try {
    const message: unknown = JSON.parse(line)
    return typeof message === "object" && message !== null && "_tag" in message ? message : undefined
  } catch {
    return undefined
  }
}
