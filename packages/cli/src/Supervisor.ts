import { spawn } from "node:child_process"
import { constants } from "node:os"
import { ExitCode } from "./ExitCode.ts"
import { SUPERVISED } from "./Lifeline.ts"

/**
 * Signals this close together are one key press: package managers forward what the terminal sends to all processes.
 */
const SAME_PRESS_MILLIS = 150

const CANCEL: ReadonlyArray<NodeJS.Signals> = ["SIGINT", "SIGTERM", "SIGHUP"]

/** Whether a child leads its own process group, which can be killed as a whole. */
const GROUPS = process.platform !== "win32"

/**
 * Runs the command in a child process, so that this process can always handle signals.
 *
 * An op body that blocks the event loop also blocks signal handlers, so a second Ctrl-C could not stop the process. The
 * child therefore leads its own process group: Ctrl-C in the terminal reaches only this process, which forwards the first
 * as a request to cancel and kills the whole group on the second. If this process dies, the child sees its end of a pipe
 * close and dies too (`Lifeline`).
 *
 * It uses Node's `spawn` without Effect: the supervisor waits for the child and must not load more than it needs. The spawner
 * of Effect would also kill the group when the child fails, and does not report the signal that killed it.
 *
 * @param script - path of the script to run
 * @param args - arguments of the command
 * @returns the exit code
 * @since 0.1.0
 */
export const supervise = (script: string, args: ReadonlyArray<string>): Promise<number> => {
  const child = spawn(process.execPath, [...process.execArgv, script, ...args], {
    // The last one is the lifeline: the child writes to it when the command finishes.
    stdio: ["inherit", "inherit", "inherit", "pipe"],
    detached: GROUPS,
    env: { ...process.env, [SUPERVISED]: String(process.pid) }
  })
  let concluded = false
  child.stdio[3]?.on("data", () => (concluded = true)).on("error", () => {})
  const toGroup = (signal: NodeJS.Signals): void => {
    if (child.pid === undefined) return
    try {
      process.kill(GROUPS ? -child.pid : child.pid, signal)
    } catch {
      // The process is already gone.
    }
  }
  let cancelledAt: number | undefined
  let killed = false
  for (const signal of CANCEL) {
    process.on(signal, () => {
      const now = performance.now()
      if (cancelledAt === undefined) {
        cancelledAt = now
        process.stderr.write("\nCancelling… (press Ctrl-C again to kill)\n")
        child.kill("SIGINT")
      } else if (now - cancelledAt > SAME_PRESS_MILLIS && !killed) {
        killed = true
        process.stderr.write("Killed without cleanup\n")
        toGroup("SIGKILL")
      }
    })
  }
  if (GROUPS) {
    // The child is not in the foreground group of the terminal, so its other signals must be forwarded too.
    process.on("SIGWINCH", () => child.kill("SIGWINCH"))
    process.on("SIGCONT", () => toGroup("SIGCONT"))
    process.on("SIGTSTP", () => {
      toGroup("SIGSTOP")
      process.kill(process.pid, "SIGSTOP")
    })
  }
  return new Promise((done, failed) => {
    child.on("error", failed)
    // `close` comes after all output was read.
    child.on("close", (code, signal) => {
      if (code !== null && (concluded || code !== ExitCode.success)) return done(code)
      if (code !== null) {
        process.stderr.write(
          `\nThe process exited with code 0 before the run finished: a step, or a module that it uses, ended the process.\n` +
            `See "heddle run show last"; "heddle run reexecute last -f <module>" resumes the run.\n`
        )
        return done(ExitCode.failure)
      }
      if (cancelledAt !== undefined) return done(ExitCode.cancelled)
      const name = signal ?? "a signal"
      process.stderr.write(
        `\nThe process was killed by ${name} (${constants.signals[name as NodeJS.Signals] ?? "?"}) before the run finished.\n` +
          `Recorded events are kept. See "heddle run show last"; "heddle run reexecute last -f <module>" resumes the run.\n`
      )
      done(ExitCode.failure)
    })
  })
}
