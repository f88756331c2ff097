import { Worker } from "node:worker_threads"

/** The file descriptor of the pipe to the executor's process. */
export const LIFELINE = 4

/**
 * Runs in a thread, because it must answer and notice the end even while a body blocks the event loop. It echoes what it
 * receives, unless the whole process is stopped.
 */
const WATCH = `
  const { Socket } = require("node:net")
  const die = () => process.kill(process.pid, "SIGKILL")
  const socket = new Socket({ fd: ${LIFELINE}, readable: true, writable: true })
  socket.on("data", (asked) => socket.write(asked)).on("end", die).on("close", die).on("error", die)
`

/** Ties this process to its parent: when the parent dies in any way, this process dies at once. */
export const holdLifeline = (): void => {
  new Worker(WATCH, { eval: true, execArgv: [], env: {} }).unref()
}
