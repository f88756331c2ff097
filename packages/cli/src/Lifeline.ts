import { fstatSync, writeSync } from "node:fs"
import { Worker } from "node:worker_threads"

/** Environment variable by which a child knows that a supervisor started it. */
export const SUPERVISED = "HEDDLE_SUPERVISED"

/** File descriptor of the pipe whose other end the supervisor holds. */
const PIPE = 3

/** Runs in a thread, for it must notice the end even while a body spins the event loop. */
const WATCH = `
  const { Socket } = require("node:net")
  const die = () => {
    try { process.kill(-process.pid, "SIGKILL") } catch { process.kill(process.pid, "SIGKILL") }
  }
  const socket = new Socket({ fd: ${PIPE}, readable: true, writable: false })
  socket.on("end", die).on("close", die).on("error", die).resume()
`

/** Whether a supervisor waits to be told of the end: it did when this process started, whatever the command did since. */
const isSupervised = process.env[SUPERVISED] === String(process.ppid)

/**
 * Ties this process to its supervisor: when the supervisor dies, however it dies, so does this process at once, with all
 * that it started. Nothing is cleaned up, as nothing would be if there were one process only.
 *
 * @since 0.1.0
 */
export const Lifeline = {
  /** Tells whether a supervisor started this process. */
  isHeld: (): boolean => process.env[SUPERVISED] !== undefined,

  /** Starts to watch, and hides the supervisor from processes that bodies start. */
  hold: (): void => {
    if (process.env[SUPERVISED] === undefined) return
    delete process.env[SUPERVISED]
    try {
      fstatSync(PIPE)
    } catch {
      return
    }
    // A copy of the environment is not needed there, nor are flags such as loaders.
    new Worker(WATCH, { eval: true, execArgv: [], env: {} }).unref()
  },

  /** Tells the supervisor that the command came to its own end: an exit without this word is somebody else's. */
  conclude: (): void => {
    if (!isSupervised) return
    try {
      writeSync(PIPE, ".")
    } catch {
      // The supervisor is gone, and nobody is left to be told.
    }
  }
}
