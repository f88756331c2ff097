import type { RunStatus } from "@heddle/events/RunStatus"
import type { Run } from "@heddle/storage/RunRecord"
import { readFileSync } from "node:fs"
import { hostname } from "node:os"

/** A run's status as it can be known from this machine: `LOST` is a run whose process is gone without an end. */
export type LivingStatus = RunStatus | "LOST"

/** What a run says of the process that carries it. */
export type Carried = Pick<Run, "status" | "startedAt" | "pid" | "host">

/** What is known of a process of this machine; `startedAt` only where the system tells it. */
export type ProcessState =
  | { readonly _tag: "Gone" }
  | { readonly _tag: "Running"; readonly startedAt?: number | undefined }

/** Clock ticks of a second in `/proc`, which Linux fixes for programs on every common machine. */
const TICKS = 100
/** `/proc` counts from a boot time in whole seconds. */
const TOLERANCE_MILLIS = 2000

const bootTime = (): number | undefined => {
  const line = /^btime (\d+)$/m.exec(readFileSync("/proc/stat", "utf8"))
  return line === null ? undefined : Number(line[1]) * 1000
}

/** Looks at a process of this machine; a zombie is gone, for it does nothing more. */
const processState = (pid: number): ProcessState => {
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
      // A process of another user may not be signalled, and yet it is there.
      return error instanceof Error && "code" in error && error.code === "EPERM"
        ? { _tag: "Running" }
        : { _tag: "Gone" }
    }
  }
}

/**
 * Tells runs that go on from runs whose process died.
 *
 * @since 0.1.0
 */
export const RunLiveness = {
  processState,

  /**
   * The status of a run with a look at its process. A run of another machine keeps the status of its events: nothing
   * can be known of its process from here.
   *
   * @param run - status, start, process and host of the run
   * @param look - how a process is looked at; this machine's `/proc` without it
   * @param host - name of this machine
   */
  status: (
    run: Carried,
    look: (pid: number) => ProcessState = processState,
    host: string = hostname()
  ): LivingStatus => {
    if (run.status !== "STARTED" && run.status !== "CANCELING") return run.status
    if (run.pid === undefined || run.host !== host) return run.status
    const state = look(run.pid)
    if (state._tag === "Gone") return "LOST"
    // A process that is younger than the run has only inherited the number.
    const reused =
      state.startedAt !== undefined && run.startedAt !== undefined && state.startedAt > run.startedAt + TOLERANCE_MILLIS
    return reused ? "LOST" : run.status
  }
}
