import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { DiskRecord } from "./DiskRecord.ts"

/** Bytes of one string; a page of SQLite has 4,096. */
const LIMIT = 2 ** 20

const FLAGS = ["-f", "-qq", "-xx", "-y", "-s", String(LIMIT), "-e", `trace=${DiskRecord.CALLS.split(" ").join(",")}`]

/** Records the system calls of programs. */
export const strace = {
  /** Why nothing can be recorded here; nothing when it can. */
  whyNot: (): string | undefined => {
    const { error, status, stderr } = spawnSync("strace", [...FLAGS, "-o", "/dev/null", process.execPath, "--version"])
    if (error !== undefined) return "strace is not installed (scripts/ci-tools.sh installs it)"
    return status === 0 ? undefined : `strace may not trace: ${stderr.toString().trim()}`
  },

  /**
   * Runs a program of this Node to its end.
   *
   * @param args - path of the program, and its arguments
   * @param file - path of the record that is made
   * @returns the record; throws when the program fails
   */
  record: (args: ReadonlyArray<string>, file: string): string => {
    const { status, stderr } = spawnSync("strace", [...FLAGS, "-o", file, process.execPath, ...args], {
      // Calls that are made through io_uring are no calls that strace sees.
      env: { ...process.env, UV_USE_IO_URING: "0" }
    })
    if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}: ${stderr.toString()}`)
    return readFileSync(file, "latin1")
  }
}
