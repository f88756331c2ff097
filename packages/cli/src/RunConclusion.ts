import type { RunStatus } from "@heddle/events/RunStatus"
import { ExitCode } from "./ExitCode.ts"
import type { Paint } from "./Paint.ts"
import { RunProgress } from "./RunProgress.ts"
import { RunReference } from "./RunReference.ts"
import { TimeText } from "./TimeText.ts"

/** A run that was displayed to its end. */
export interface ConcludedRun {
  readonly runId: string
  readonly status: RunStatus
  readonly progress: RunProgress
  /** When it ended, in milliseconds since the epoch; now if that is not known. */
  readonly endedAt?: number | undefined
}

const EXIT_CODES: { readonly [status in RunStatus]?: number } = {
  SUCCESS: ExitCode.success,
  CANCELED: ExitCode.cancelled
}

const END_WORDS: { readonly [status in RunStatus]?: string } = {
  SUCCESS: "succeeded",
  FAILURE: "failed",
  CANCELED: "was cancelled"
}

/**
 * How a displayed run ended.
 *
 * @since 0.1.0
 */
export const RunConclusion = {
  /** The exit code of a command that waited for the end of a run. */
  exitCode: (status: RunStatus): number => EXIT_CODES[status] ?? ExitCode.failure,

  /**
   * The lines that tell how a run ended.
   *
   * @param run - the run
   * @param paint - styles of the lines
   * @param origin - what it re-executed, if it did
   */
  lines: ({ endedAt, progress, runId, status }: ConcludedRun, paint: Paint, origin?: string): ReadonlyArray<string> => {
    const [mark, format] =
      status === "SUCCESS"
        ? (["✓", "green"] as const)
        : status === "CANCELED"
          ? (["■", "yellow"] as const)
          : (["✗", "red"] as const)
    const took = TimeText.duration((endedAt ?? Date.now()) - progress.startedAt)
    const said = `Run ${runId} ${END_WORDS[status] ?? "did not finish"} after ${took}`
    return [
      `${paint(format, mark)} ${paint("bold", said)}: ${RunProgress.counts({ ...progress, running: new Map() }, paint)}`,
      ...(origin === undefined ? [] : [`  ${origin}`]),
      ...(status === "SUCCESS" ? [] : [paint("dim", `  → heddle run show ${RunReference.short(runId)}`)])
    ]
  }
}
