import { spawn } from "node:child_process"
import { constants } from "node:os"
import { ExitCode } from "./ExitCode.ts"
import { SUPERVISED } from "./Lifeline.ts"

/**
 * Two signals so near to each other are one key press: package managers pass on what the terminal has sent to all.
 */
const SAME_PRESS_MILLIS = 150

const CANCEL: ReadonlyArray<NodeJS.Signals> = ["SIGINT", "SIGTERM", "SIGHUP"]

/** Whether children lead process groups of their own, which one kill ends as a whole. */
const GROUPS = process.platform !== "win32"

/**
 * Runs the real work in a child process and stays free to act on signals.
 *
 * A body that spins the event loop keeps JavaScript signal handlers of its process from running, so that a second
 * Ctrl-C could not end it. The child leads a process group of its own: the terminal's Ctrl-C reaches only this process,
 * which passes on the first as a request to cancel and kills the whole group at the second. When this process dies, the
 * child sees its end of a pipe close and dies too (`Lifeline`).
 *
 * @param script - path of the script to run
 * @param args - arguments of the command
 * @returns the exit code
 * @since 0.1.0
 */
export const supervise = (script: string, args: ReadonlyArray<string>): Promise<number> => {
  const child = spawn(process.execPath, [...process.execArgv, script, ...args], {
    // The last one is the lifeline: the child writes to it when the command has come to its own end.
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
      // It is gone already, which is all that was wanted.
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
        process.stderr.write("Killed: nothing was cleaned up\n")
        toGroup("SIGKILL")
      }
    })
  }
  if (GROUPS) {
    // The child is in no group of the terminal's, so that the terminal's other signals have to be passed on too.
    process.on("SIGWINCH", () => child.kill("SIGWINCH"))
    process.on("SIGCONT", () => toGroup("SIGCONT"))
    process.on("SIGTSTP", () => {
      toGroup("SIGSTOP")
      process.kill(process.pid, "SIGSTOP")
    })
  }
  return new Promise((done, failed) => {
    child.on("error", failed)
    // All that it wrote has come by then.
    child.on("close", (code, signal) => {
      if (code !== null && (concluded || code !== ExitCode.success)) return done(code)
      if (code !== null) {
        process.stderr.write(
          `\nThe process of the run ended before the run did, with exit code 0: a step, or a module that it uses, ended it.\n` +
            `See "heddle run show last"; "heddle run reexecute last -f <module>" resumes the run.\n`
        )
        return done(ExitCode.failure)
      }
      if (cancelledAt !== undefined) return done(ExitCode.cancelled)
      const name = signal ?? "a signal"
      process.stderr.write(
        `\nThe process of the run was ended by ${name} (${constants.signals[name as NodeJS.Signals] ?? "?"}) before the run finished.\n` +
          `What it had recorded is kept. See "heddle run show last"; "heddle run reexecute last -f <module>" resumes the run.\n`
      )
      done(ExitCode.failure)
    })
  })
}
