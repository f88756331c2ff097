import { readFileSync } from "node:fs"

/**
 * What is known of a process of this machine; `startedAt`, in milliseconds since the epoch, only where the system tells it.
 *
 * @since 0.1.0
 */
export type ProcessState =
  | { readonly _tag: "Gone" }
  | { readonly _tag: "Running"; readonly startedAt?: number | undefined }

/** Clock ticks of a second in `/proc`, which Linux fixes for programs on every common machine. */
const TICKS = 100
const bootTime = (): number | undefined => {
  const line = /^btime (\d+)$/m.exec(readFileSync("/proc/stat", "utf8"))
  return line === null ? undefined : Number(line[1]) * 1000
}

/** Looks at a process of this machine; a zombie is gone, for it does nothing more. */
const ofPid = (pid: number): ProcessState => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
    // The second field is the program's name in brackets, which may hold anything.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
    if (fields[0] === "Z" || fields[0] === "X") return { _tag: "Gone" }
    const boot = bootTime()
    const ticks = Number(fields[19])
    return {
      _tag: "Running",
      ...(boot === undefined || !Number.isFinite(ticks) ? {} : { startedAt: boot + (ticks / TICKS) * 1000 })
    }
  } catch {
    try {
      process.kill(pid, 0)
      return { _tag: "Running" }
    } catch (error) {
      // A process of another user exists even if this process may not signal it.
      return error instanceof Error && "code" in error && error.code === "EPERM"
        ? { _tag: "Running" }
        : { _tag: "Gone" }
    }
  }
}

/** Looks at processes of this machine. */
export const ProcessState = {
  /** Returns the facts about the process with this id. */
  ofPid
}
