import type { Run } from "@heddle/storage/RunRecord"
import { Paint, type PaintFormat } from "./Paint.ts"
import { PlainText } from "./PlainText.ts"
import type { LivingStatus } from "@heddle/engine/run/RunLiveness"
import { RunReference } from "./RunReference.ts"
import { TimeText } from "./TimeText.ts"

/** A run with its status as seen from this machine. */
export interface ListedRun {
  readonly run: Omit<Run, "status">
  readonly status: LivingStatus
}

const FORMATS: { readonly [status in LivingStatus]: PaintFormat } = {
  NOT_STARTED: "gray",
  QUEUED: "gray",
  STARTING: "cyan",
  STARTED: "cyan",
  CANCELING: "yellow",
  SUCCESS: "green",
  FAILURE: "red",
  CANCELED: "yellow",
  LOST: ["red", "bold"]
}

const tookOf = ({ run, status }: ListedRun, now: number): string => {
  if (run.startedAt === undefined || status === "LOST") return ""
  return TimeText.duration((run.endedAt ?? now) - run.startedAt)
}

const tagsOf = ({ run }: ListedRun): string =>
  Object.entries(run.tags)
    .filter(([key]) => !key.startsWith("heddle/"))
    .map(([key, value]) => `${key}=${value}`)
    .join(" ")

/**
 * Prints runs as a table.
 *
 * @since 0.1.0
 */
export const RunListView = {
  /** Prints a status in its colour. */
  status: (status: LivingStatus, paint: Paint): string => paint(FORMATS[status], status),

  /**
   * Prints one line for each run, in the given order.
   *
   * @param runs - the runs with their status
   * @param options - `now` in milliseconds since the epoch; `width` in cells
   */
  lines: (
    runs: ReadonlyArray<ListedRun>,
    options: { readonly paint?: Paint | undefined; readonly now: number; readonly width: number }
  ): ReadonlyArray<string> => {
    const paint = options.paint ?? Paint.plain
    const rows = runs.map((listed) => ({
      id: PlainText.oneLine(listed.run.runId),
      job: PlainText.fit(PlainText.oneLine(listed.run.jobName), 32),
      status: listed.status,
      started: TimeText.stamp(listed.run.startedAt ?? listed.run.createdAt),
      took: tookOf(listed, options.now),
      parent: PlainText.fit(PlainText.oneLine(RunReference.short(listed.run.parentRunId ?? "")), 24),
      tags: PlainText.oneLine(tagsOf(listed))
    }))
    const widest = (heading: string, texts: ReadonlyArray<string>): number =>
      texts.reduce((most, text) => Math.max(most, PlainText.width(text)), heading.length)
    const id = widest(
      "RUN",
      rows.map((row) => row.id)
    )
    const job = widest(
      "JOB",
      rows.map((row) => row.job)
    )
    const status = widest(
      "STATUS",
      rows.map((row) => row.status)
    )
    const took = widest(
      "TOOK",
      rows.map((row) => row.took)
    )
    const parents = rows.some((row) => row.parent !== "")
    const parent = widest(
      "PARENT",
      rows.map((row) => row.parent)
    )
    const tags = options.width - (id + job + status + 19 + took + 10 + (parents ? parent + 2 : 0))
    const head = [
      PlainText.pad("RUN", id),
      PlainText.pad("JOB", job),
      PlainText.pad("STATUS", status),
      PlainText.pad("STARTED", 19),
      PlainText.padStart("TOOK", took),
      ...(parents ? [PlainText.pad("PARENT", parent)] : []),
      ...(rows.some((row) => row.tags !== "") && tags >= 8 ? ["TAGS"] : [])
    ]
    return [
      paint("dim", head.join("  ").trimEnd()),
      ...rows.map((row) =>
        [
          PlainText.pad(row.id, id),
          PlainText.pad(row.job, job),
          RunListView.status(row.status, paint) + " ".repeat(status - row.status.length),
          row.started,
          PlainText.padStart(row.took, took),
          ...(parents ? [PlainText.pad(row.parent, parent)] : []),
          ...(row.tags !== "" && tags >= 8 ? [paint("dim", PlainText.fit(row.tags, tags))] : [])
        ]
          .join("  ")
          .trimEnd()
      )
    ]
  }
}
