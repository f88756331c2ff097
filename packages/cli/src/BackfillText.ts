import type { BackfillProgress, BackfillResult, BackfillRun } from "@heddle/execution/BackfillProgress"
import { PartitionKeyRange } from "@heddle/partitions/PartitionKeyRange"
import { Paint } from "./Paint.ts"
import { PlainText } from "./PlainText.ts"
import { RunReference } from "./RunReference.ts"
import { TimeText } from "./TimeText.ts"

/** How a backfill stands. */
export interface BackfillState {
  readonly backfillId: string
  readonly startedAt: number
  /** How many partitions it is to make. */
  readonly partitions: number
  readonly skipped: number
  readonly made: number
  readonly failed: number
  /** What the runs in progress make, by run. */
  readonly running: ReadonlyMap<string, Pick<BackfillRun, "partitions" | "assets">>
  readonly canceling: boolean
}

const BAR = 24

/** What a run makes, as text: its partitions, or its assets if it is for none. */
const named = ({ assets = [], partitions }: Pick<BackfillRun, "partitions" | "assets">): string =>
  PlainText.oneLine(
    partitions.length === 0
      ? assets.join(", ")
      : PartitionKeyRange.format({ from: partitions[0]!, to: partitions.at(-1)! })
  )

const WORDS: { readonly [status in BackfillRun["status"]]?: string } = {
  SUCCESS: "made",
  FAILURE: "failed",
  CANCELED: "cancelled",
  NOT_STARTED: "not started"
}

/**
 * The text of backfills in progress, and of how they ended.
 *
 * @since 0.1.0
 */
export const BackfillText = {
  /** A backfill before anything happened. */
  initial: (startedAt: number): BackfillState => ({
    backfillId: "",
    startedAt,
    partitions: 0,
    skipped: 0,
    made: 0,
    failed: 0,
    running: new Map(),
    canceling: false
  }),

  /** How it stands after one more thing happened. */
  after: (state: BackfillState, progress: BackfillProgress): BackfillState => {
    switch (progress._tag) {
      case "BackfillStarted": {
        const { backfillId, partitions, skipped } = progress
        return { ...state, backfillId, partitions, skipped }
      }
      case "RunStarted":
        return { ...state, running: new Map(state.running).set(progress.runId, progress) }
      case "RunEnded": {
        const running = new Map(state.running)
        if (progress.runId !== undefined) running.delete(progress.runId)
        const { length } = progress.partitions
        return progress.status === "SUCCESS"
          ? { ...state, running, made: state.made + length }
          : { ...state, running, failed: state.failed + length }
      }
    }
  },

  /** One thing that happened as a line; nothing for what is said elsewhere. */
  line: (progress: BackfillProgress, paint: Paint): string | undefined => {
    switch (progress._tag) {
      case "BackfillStarted": {
        const { backfillId, partitions, runs, skipped } = progress
        const before = skipped === 0 ? "" : `, ${skipped.toLocaleString("en-US")} made before`
        return `Backfill ${paint("bold", PlainText.oneLine(backfillId))}: ${PlainText.count(partitions, "partition")} in ${PlainText.count(runs, "run")}${before}`
      }
      case "RunStarted": {
        const from = progress.parentRunId === undefined ? "" : `, from run ${RunReference.short(progress.parentRunId)}`
        return paint("dim", `  ${named(progress)} started: run ${RunReference.short(progress.runId)}${from}`)
      }
      case "RunEnded": {
        const { error, runId, status } = progress
        const [mark, format] =
          status === "SUCCESS"
            ? (["✓", "green"] as const)
            : status === "FAILURE"
              ? (["✗", "red"] as const)
              : (["■", "yellow"] as const)
        const run = runId === undefined ? "" : `: run ${RunReference.short(runId)}`
        const why = error === undefined ? "" : ` – ${PlainText.oneLine(error.message)}`
        return `${paint(format, mark)} ${named(progress)} ${WORDS[status] ?? "did not finish"}${run}${why}`
      }
    }
  },

  /**
   * Draws how it stands: a bar with counts, then the runs in progress.
   *
   * @param state - how it stands
   * @param options - styles; the width in cells; now in milliseconds since the epoch
   * @returns lines of at most `width` cells
   */
  lines: (
    state: BackfillState,
    { now, paint = Paint.plain, width }: { readonly now: number; readonly paint?: Paint; readonly width: number }
  ): ReadonlyArray<string> => {
    const { canceling, failed, made, partitions, running, skipped, startedAt } = state
    const share = partitions === 0 ? 0 : (made + skipped + failed) / partitions
    const bar = "━".repeat(Math.round(share * BAR)).padEnd(BAR, "╌")
    const counts = [
      `${(made + skipped).toLocaleString("en-US")}/${partitions.toLocaleString("en-US")}`,
      ...(failed > 0 ? [`${failed.toLocaleString("en-US")} failed`] : []),
      `${running.size} running`,
      TimeText.duration(now - startedAt)
    ].join(" · ")
    return [
      `${paint(failed > 0 ? "red" : "cyan", bar)} ${PlainText.fit(counts, Math.max(1, width - BAR - 1))}`,
      ...(canceling
        ? [paint("yellow", PlainText.fit("cancelling: waiting for running steps to clean up", width))]
        : []),
      ...[...running].slice(0, 6).map(([runId, run]) => {
        const text = `${named(run)}  ${RunReference.short(runId)}`
        return `  ${paint("cyan", "●")} ${PlainText.fit(text, Math.max(1, width - 4))}`
      })
    ]
  },

  /**
   * How it ended.
   *
   * @param result - the result
   * @param options - styles; when it started; the command that resumes it
   */
  conclusion: (
    { canceled, failed, made, runs, skipped, success }: BackfillResult,
    { paint, resume, took }: { readonly paint: Paint; readonly resume: string; readonly took: number }
  ): ReadonlyArray<string> => {
    const [mark, format, said] = success
      ? (["✓", "green", "succeeded"] as const)
      : canceled
        ? (["■", "yellow", "was cancelled"] as const)
        : (["✗", "red", "failed"] as const)
    const counts = [
      `${made.length.toLocaleString("en-US")} made`,
      ...(skipped.length > 0 ? [`${skipped.length.toLocaleString("en-US")} made before`] : []),
      ...(failed.length > 0 ? [`${failed.length.toLocaleString("en-US")} not made`] : [])
    ].join(paint("dim", " · "))
    const first = runs.find(({ status }) => status === "FAILURE")?.runId
    return [
      `${paint(format, mark)} ${paint("bold", `Backfill ${said} after ${TimeText.duration(took)}`)}: ${counts}`,
      ...(success ? [] : [paint("dim", `  resume: ${resume}`)]),
      ...(first === undefined ? [] : [paint("dim", `  → heddle run show ${RunReference.short(first)}`)])
    ]
  }
}
