import { fstatSync, writeSync } from "node:fs"
import { Worker } from "node:worker_threads"

/** Environment variable that tells a child process that a supervisor started it. */
export const SUPERVISED = "HEDDLE_SUPERVISED"

/** File descriptor of the pipe to the supervisor. */
const PIPE = 3

/** Runs in a thread so that it works even while an op body blocks the event loop. */
const WATCH = `
  const { Socket } = require("node:net")
  const die = () => {
    try { process.kill(-process.pid, "SIGKILL") } catch { process.kill(process.pid, "SIGKILL") }
  }
  const socket = new Socket({ fd: ${PIPE}, readable: true, writable: false })
  socket.on("end", die).on("close", die).on("error", die).resume()
`

/** Whether a supervisor waits for the end of this process; read at startup because `hold` removes the variable. */
const isSupervised = process.env[SUPERVISED] === String(process.ppid)

/**
 * Ties this process to its supervisor: if the supervisor dies for any reason, this process and all processes that it
 * started are killed at once, without cleanup, just as if they were a single process.
 *
 * @since 0.1.0
 */
export const Lifeline = {
  /** Whether a supervisor started this process. */
  isHeld: (): boolean => process.env[SUPERVISED] !== undefined,

  /** Starts watching the supervisor, and hides it from processes that op bodies start. */
  hold: (): void => {
    if (process.env[SUPERVISED] === undefined) return
    delete process.env[SUPERVISED]
    try {
      fstatSync(PIPE)
    } catch {
      return
    }
    // The thread needs neither the environment nor flags such as loaders.
    new Worker(WATCH, { eval: true, execArgv: [], env: {} }).unref()
  },

  /** Tells the supervisor that the command finished; without it, something else exited the process. */
  conclude: (): void => {
    if (!isSupervised) return
    try {
      writeSync(PIPE, ".")
    } catch {
      // The supervisor is gone.
    }
  }
}
