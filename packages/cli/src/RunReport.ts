import { ErrorInfo } from "@heddle/events/ErrorInfo"
import type { HeddleEvent, HeddleEventType } from "@heddle/events/HeddleEvent"
import { RunTimeline } from "@heddle/events/RunTimeline"
import type { Run } from "@heddle/storage/RunRecord"
import { ErrorView } from "./ErrorView.ts"
import { Paint } from "./Paint.ts"
import { PlainText } from "./PlainText.ts"
import { LostRun } from "@heddle/engine/run/LostRun"
import type { LivingStatus } from "@heddle/engine/run/RunLiveness"
import { RunListView } from "./RunListView.ts"
import { RunReference } from "./RunReference.ts"
import { TimelineView } from "./TimelineView.ts"
import { TimeText } from "./TimeText.ts"

/**
 * All that is said of one run: its record, its events and what is read from them.
 *
 * @since 0.1.0
 */
export interface RunReport {
  readonly run: Run
  readonly status: LivingStatus
  readonly timeline: RunTimeline
  readonly failures: ReadonlyArray<RunReportFailure>
  /** How many events of each kind there are, in the order in which the kinds came. */
  readonly eventCounts: ReadonlyArray<readonly [HeddleEventType, number]>
  /** What became of a run whose process is gone. */
  readonly lost?: string
}

/** A failure of a step, or of the run as a whole when it has no step. */
export interface RunReportFailure {
  readonly stepKey?: string
  readonly attempt?: number
  readonly timestamp: number
  readonly error: ErrorInfo
  /** Whether the step was asked to end, rather than failed by itself. */
  readonly interrupted: boolean
}

/** How a report is shown. */
export interface RunReportViewOptions {
  readonly paint?: Paint | undefined
  readonly width: number
  /** Milliseconds since the epoch. */
  readonly now: number
  /** Shows whole stacks and every failure. */
  readonly full?: boolean | undefined
}

/** Failures that are shown with their stack; those after them with the same error are only named. */
const DETAILED = 3

const lostText = (run: Run, timeline: RunTimeline): string => {
  const count = (outcome: string) => timeline.steps.filter((step) => step.outcome === outcome).length
  const committed = [
    count("success") === 0 ? "no step had succeeded" : `${PlainText.count(count("success"), "step")} succeeded`,
    ...(count("failure") > 0 ? [`${count("failure")} failed`] : []),
    ...(count("running") > 0 ? [`${count("running")} were running`] : [])
  ].join(", ")
  return (
    `${LostRun.reason(run)} What the log holds is committed and stays: ${committed}. ` +
    "Nothing more will happen in this run. " +
    `"heddle run reexecute ${RunReference.short(run.runId)} -f <module>" goes on from there.`
  )
}

const failuresOf = (events: ReadonlyArray<HeddleEvent>): ReadonlyArray<RunReportFailure> => {
  const failures: Array<RunReportFailure> = []
  for (const event of events) {
    switch (event._tag) {
      case "STEP_FAILURE":
        failures.push({
          stepKey: event.stepKey,
          attempt: event.attempt,
          timestamp: event.timestamp,
          error: event.error,
          interrupted: event.source === "INTERRUPT"
        })
        break
      case "RESOURCE_INIT_FAILURE":
        failures.push({
          timestamp: event.timestamp,
          error: { ...event.error, message: `resource "${event.resource}": ${event.error.message}` },
          interrupted: false
        })
        break
      case "RUN_FAILURE": {
        const error = event.error
        // The run often repeats the error of what failed in it.
        if (error !== undefined && !failures.some((failure) => failure.error.message.endsWith(error.message))) {
          failures.push({ timestamp: event.timestamp, error, interrupted: false })
        }
        break
      }
      default:
    }
  }
  return failures
}

const goesOn = ({ status }: RunReport): boolean => status === "STARTED" || status === "CANCELING"

const stepCounts = (report: RunReport): string => {
  const { steps } = report.timeline
  const count = (outcome: string) => steps.filter((step) => step.outcome === outcome).length
  return [
    ...(count("failure") > 0 ? [`${count("failure")} failed`] : []),
    ...(count("success") > 0 ? [`${count("success").toLocaleString("en-US")} succeeded`] : []),
    ...(count("running") > 0 ? [`${count("running")} ${goesOn(report) ? "running" : "unfinished"}`] : []),
    ...(count("skipped") > 0 ? [`${count("skipped")} skipped`] : [])
  ].join(", ")
}

const failureLines = (
  failures: ReadonlyArray<RunReportFailure>,
  paint: Paint,
  full: boolean
): ReadonlyArray<string> => {
  const lines: Array<string> = []
  const bySummary = Map.groupBy(failures, (failure) => ErrorInfo.summary(failure.error))
  for (const alike of bySummary.values()) {
    const detailed = full ? alike : alike.slice(0, bySummary.size === 1 ? DETAILED : 1)
    for (const { attempt, error, interrupted, stepKey, timestamp } of detailed) {
      const where = stepKey ?? "the run as a whole"
      const when = `${attempt !== undefined && attempt > 1 ? `attempt ${attempt}, ` : ""}${TimeText.clock(timestamp)}`
      lines.push(`${paint("red", "✗")} ${paint("bold", where)}  ${paint("dim", when)}`)
      for (const line of ErrorView.lines(error, { paint, stack: full ? "full" : interrupted ? "none" : "short" }))
        lines.push(`  ${line}`)
    }
    const rest = alike.slice(detailed.length)
    if (rest.length > 0) {
      const names = rest.slice(0, 12).map((failure) => failure.stepKey ?? "the run")
      const more = rest.length > names.length ? ` and ${rest.length - names.length} more` : ""
      lines.push(
        paint("dim", `  the same error in ${PlainText.count(rest.length, "more step")}: ${names.join(", ")}${more}`)
      )
    }
  }
  return lines
}

/**
 * Makes a report of a run, and shows it.
 *
 * @since 0.1.0
 */
export const RunReport = {
  /**
   * Reads a report from a run's events.
   *
   * @param run - the run's record and state
   * @param status - its status with a look at its process
   * @param events - all of its events in the order of the log
   */
  make: (run: Run, status: LivingStatus, events: ReadonlyArray<HeddleEvent>): RunReport => {
    const ofAll = RunTimeline.ofEvents(events)
    // When a run was marked says nothing of how long it lived.
    const timeline = events.some(LostRun.isMark)
      ? { ...RunTimeline.ofEvents(events.filter((event) => !LostRun.isMark(event))), status: ofAll.status }
      : ofAll
    const counts = new Map<HeddleEventType, number>()
    for (const { _tag } of events) counts.set(_tag, (counts.get(_tag) ?? 0) + 1)
    return {
      run,
      status,
      timeline,
      failures: failuresOf(events),
      eventCounts: [...counts],
      ...(status === "LOST" ? { lost: lostText(run, timeline) } : {})
    }
  },

  /** Until when bars of unfinished steps are drawn: to now in a run that goes on, to the last event of others. */
  until: (report: RunReport, now: number): number | undefined =>
    goesOn(report) ? now : (report.timeline.end ?? report.timeline.last),

  /**
   * Shows a report: a header, the timeline, a summary of events, and failures with their causes.
   *
   * @param report - the report
   * @param options - colours, width, whether to show everything
   */
  lines: (report: RunReport, options: RunReportViewOptions): ReadonlyArray<string> => {
    const paint = options.paint ?? Paint.plain
    const { run, timeline } = report
    const lines: Array<string> = []
    const field = (name: string, value: string) => lines.push(`${paint("dim", PlainText.pad(name, 9))} ${value}`)
    const until = RunReport.until(report, options.now)

    lines.push(`${paint("bold", PlainText.oneLine(run.jobName))}  ${RunListView.status(report.status, paint)}`)
    field("run", run.runId)
    const start = timeline.start ?? run.startedAt
    const end = timeline.end ?? until
    if (start === undefined) field("created", `${TimeText.stamp(run.createdAt)}, not started`)
    else {
      const took = end === undefined ? "" : TimeText.duration(end - start)
      const word = goesOn(report) ? "running for" : timeline.end === undefined ? "last heard of after" : "took"
      field("started", `${TimeText.stamp(start)}, ${word} ${took}`)
    }
    const counts = stepCounts(report)
    if (timeline.steps.length > 0) {
      field("steps", `${timeline.steps.length.toLocaleString("en-US")}${counts === "" ? "" : `: ${counts}`}`)
    }
    if (run.pid !== undefined) field("process", `${run.pid} on ${run.host ?? "an unknown host"}`)
    const tags = Object.entries(run.tags)
    if (tags.length > 0) {
      field("tags", PlainText.oneLine(tags.map(([key, value]) => `${key}=${value}`).join("  ")))
    }
    if (run.parentRunId !== undefined) {
      field(
        "parent",
        `goes on from ${run.parentRunId}, ${PlainText.count(run.known?.filter(({ outcome }) => outcome !== "unselected").length ?? 0, "step")} taken over`
      )
    }
    if (report.lost !== undefined) {
      lines.push("", ...PlainText.wrap(report.lost, Math.min(options.width, 100)).map((line) => paint("yellow", line)))
    }

    const drawn = TimelineView.lines(timeline, {
      width: options.width,
      paint,
      until,
      ...(options.full === true ? { rows: 500 } : {})
    })
    if (drawn.length > 0) lines.push("", ...drawn)

    if (report.failures.length > 0) {
      lines.push("", paint("bold", "Failures"), ...failureLines(report.failures, paint, options.full === true))
    }

    const total = report.eventCounts.reduce((sum, [, n]) => sum + n, 0)
    lines.push("", paint("bold", PlainText.count(total, "event")))
    if (total > 0) {
      const words = report.eventCounts.map(([tag, n]) => `${tag}\u00a0${n.toLocaleString("en-US")}`)
      for (const line of PlainText.wrap(words.join("  ").replaceAll("  ", " \u00b7 "), Math.min(options.width, 110))) {
        lines.push(paint("dim", line.replaceAll("\u00a0", " ")))
      }
    }
    return lines
  }
}
