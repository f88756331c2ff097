import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import { StepKey } from "@heddle/events/StepKey"
import { Paint } from "./Paint.ts"
import { PlainText } from "./PlainText.ts"
import { TimeText } from "./TimeText.ts"

/**
 * Progress of a run, computed from its events.
 *
 * @since 0.1.0
 */
export interface RunProgress {
  readonly jobName: string
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly succeeded: number
  readonly failed: number
  readonly skipped: number
  /** Steps that were interrupted. */
  readonly interrupted: number
  /** Steps that wait to be retried. */
  readonly waiting: number
  /** Start time of each running step, by key. */
  readonly running: ReadonlyMap<string, number>
  readonly canceling: boolean
}

/** Options for drawing progress. */
export interface RunProgressViewOptions {
  readonly paint?: Paint | undefined
  /** Width in cells. */
  readonly width: number
  /** Milliseconds since the epoch. */
  readonly now: number
  /** Maximum number of lines for running steps; defaults to 6. */
  readonly rows?: number | undefined
}

const SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"

const without = (running: ReadonlyMap<string, number>, key: string): ReadonlyMap<string, number> => {
  const rest = new Map(running)
  rest.delete(key)
  return rest
}

/**
 * Computes progress from events and draws it.
 *
 * @since 0.1.0
 */
export const RunProgress = {
  /** Progress before any event. */
  initial: (jobName: string, startedAt: number): RunProgress => ({
    jobName,
    startedAt,
    succeeded: 0,
    failed: 0,
    skipped: 0,
    interrupted: 0,
    waiting: 0,
    running: new Map(),
    canceling: false
  }),

  /** Applies one event. */
  after: (progress: RunProgress, event: HeddleEvent): RunProgress => {
    switch (event._tag) {
      case "STEP_START":
        return { ...progress, running: new Map(progress.running).set(event.stepKey, event.timestamp) }
      case "STEP_RESTARTED":
        return {
          ...progress,
          waiting: Math.max(0, progress.waiting - 1),
          running: new Map(progress.running).set(event.stepKey, event.timestamp)
        }
      case "STEP_SUCCESS":
        return { ...progress, succeeded: progress.succeeded + 1, running: without(progress.running, event.stepKey) }
      case "STEP_FAILURE":
        return {
          ...progress,
          ...(event.source === "INTERRUPT"
            ? { interrupted: progress.interrupted + 1 }
            : { failed: progress.failed + 1 }),
          running: without(progress.running, event.stepKey)
        }
      case "STEP_UP_FOR_RETRY":
        return { ...progress, waiting: progress.waiting + 1, running: without(progress.running, event.stepKey) }
      case "STEP_SKIPPED":
        return { ...progress, skipped: progress.skipped + 1 }
      case "RUN_CANCELING":
        return { ...progress, canceling: true }
      default:
        return progress
    }
  },

  /** Counts as text: `12 done · 4 running · 1 failed`. */
  counts: (progress: RunProgress, paint: Paint = Paint.plain): string =>
    [
      paint("green", `${progress.succeeded.toLocaleString("en-US")} done`),
      ...(progress.running.size > 0 ? [paint("cyan", `${progress.running.size} running`)] : []),
      ...(progress.waiting > 0 ? [paint("yellow", `${progress.waiting} waiting to retry`)] : []),
      ...(progress.failed > 0 ? [paint("red", `${progress.failed} failed`)] : []),
      ...(progress.interrupted > 0 ? [paint("yellow", `${progress.interrupted} interrupted`)] : []),
      ...(progress.skipped > 0 ? [paint("gray", `${progress.skipped} skipped`)] : [])
    ].join(paint("dim", " · ")),

  /**
   * Draws counts, then the running steps, longest running first; copies of one op share a line.
   *
   * @returns lines of at most `width` cells
   */
  lines: (progress: RunProgress, options: RunProgressViewOptions): ReadonlyArray<string> => {
    const paint = options.paint ?? Paint.plain
    const rows = options.rows ?? 6
    const spinner = SPINNER[Math.floor(options.now / 100) % SPINNER.length]!
    const elapsed = TimeText.duration(options.now - progress.startedAt)
    const plainCounts = RunProgress.counts(progress)
    const room = options.width - 2 - plainCounts.length - elapsed.length - 6
    const name = PlainText.fit(progress.jobName, Math.max(6, room))
    const head =
      2 + PlainText.width(name) + plainCounts.length + elapsed.length + 4 <= options.width
        ? `${RunProgress.counts(progress, paint)}  ${paint("dim", elapsed)}`
        : PlainText.fit(plainCounts, Math.max(1, options.width - PlainText.width(name) - 4))
    const lines = [
      `${paint(progress.canceling ? "yellow" : "cyan", spinner)} ${paint("bold", name)}  ${head}`,
      ...(progress.canceling ? [paint("yellow", "  cancelling: waiting for running steps to clean up")] : [])
    ]
    const groups = Array.from(
      Map.groupBy(progress.running, ([key]) => StepKey.nodePath(key)),
      ([path, members]) => ({ path, members, since: members.reduce((least, [, at]) => Math.min(least, at), Infinity) })
    ).toSorted((a, b) => a.since - b.since)
    for (const { members, path, since } of groups.slice(0, rows)) {
      const took = TimeText.duration(options.now - since)
      const [only] = members
      const text =
        members.length === 1
          ? only![0]
          : `${path} ×${members.length}  ${members.map(([key]) => key.slice(path.length)).join(" ")}`
      const width = options.width - 4 - took.length - 2
      lines.push(`  ${paint("cyan", "●")} ${PlainText.fit(text, Math.max(4, width))}  ${paint("dim", took)}`)
    }
    if (groups.length > rows) lines.push(paint("dim", `    and ${groups.length - rows} more ops`))
    return lines
  }
}
