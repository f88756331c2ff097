import { Worker } from "node:worker_threads"

/** File descriptor of the pipe whose other end the executor's process holds. */
export const LIFELINE = 4

/**
 * Runs in a thread, for it must notice the end, and answer, even while a body spins the event loop. What it is sent it
 * sends back: only a process that is stopped as a whole does not.
 */
const WATCH = `
  const { Socket } = require("node:net")
  const die = () => process.kill(process.pid, "SIGKILL")
  const socket = new Socket({ fd: ${LIFELINE}, readable: true, writable: true })
  socket.on("data", (asked) => socket.write(asked)).on("end", die).on("close", die).on("error", die)
`

/** Ties this process to the one that started it: when that dies, however it dies, so does this one at once. */
export const holdLifeline = (): void => {
  new Worker(WATCH, { eval: true, execArgv: [], env: {} }).unref()
}
