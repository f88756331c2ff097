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
 * A report on one run: its record, timeline, failures and event counts.
 *
 * @since 0.1.0
 */
export interface RunReport {
  readonly run: Run
  readonly status: LivingStatus
  readonly timeline: RunTimeline
  readonly failures: ReadonlyArray<RunReportFailure>
  /** Number of events of each type, in order of first appearance. */
  readonly eventCounts: ReadonlyArray<readonly [HeddleEventType, number]>
  /** Explanation for a run whose process is gone. */
  readonly lost?: string
}

/** A failure of a step, or of the run as a whole if it has no step. */
export interface RunReportFailure {
  readonly stepKey?: string
  readonly attempt?: number
  readonly timestamp: number
  readonly error: ErrorInfo
  /** Whether the step was interrupted rather than failing by itself. */
  readonly interrupted: boolean
}

/** Options for printing a report. */
export interface RunReportViewOptions {
  readonly paint?: Paint | undefined
  readonly width: number
  /** Milliseconds since the epoch. */
  readonly now: number
  /** Print full stack traces and every failure. */
  readonly full?: boolean | undefined
}

/** Number of failures with the same error that are printed in full; the others are only named. */
const DETAILED = 3

const lostText = (run: Run, timeline: RunTimeline): string => {
  const count = (outcome: string) => timeline.steps.filter((step) => step.outcome === outcome).length
  const committed = [
    count("success") === 0 ? "no step had succeeded" : `${PlainText.count(count("success"), "step")} succeeded`,
    ...(count("failure") > 0 ? [`${count("failure")} failed`] : []),
    ...(count("running") > 0 ? [`${count("running")} were running`] : [])
  ].join(", ")
  return (
    `${LostRun.reason(run)} Its recorded events are kept: ${committed}. ` +
    "The run will not continue by itself. " +
    `"heddle run reexecute ${RunReference.short(run.runId)} -f <module>" resumes it.`
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
        // The run often repeats the error of the step that failed.
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
      const where = stepKey ?? "run"
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
        paint("dim", `  same error in ${PlainText.count(rest.length, "more step")}: ${names.join(", ")}${more}`)
      )
    }
  }
  return lines
}

/**
 * Creates and prints reports on runs.
 *
 * @since 0.1.0
 */
export const RunReport = {
  /**
   * Creates a report from the events of a run.
   *
   * @param run - the run's record and state
   * @param status - its status, which considers whether its process is alive
   * @param events - all of its events in log order
   */
  make: (run: Run, status: LivingStatus, events: ReadonlyArray<HeddleEvent>): RunReport => {
    const ofAll = RunTimeline.ofEvents(events)
    // The time at which a lost run was marked is not part of its duration.
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

  /** Where the bars of unfinished steps end: now for a running run, the last event otherwise. */
  until: (report: RunReport, now: number): number | undefined =>
    goesOn(report) ? now : (report.timeline.end ?? report.timeline.last),

  /**
   * Prints a report: a header, the timeline, failures with their causes, and event counts.
   *
   * @param report - the report
   * @param options - colours, width and detail
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
      const word = goesOn(report) ? "running for" : timeline.end === undefined ? "last event after" : "took"
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
        `${run.parentRunId}, ${PlainText.count(run.known?.filter(({ outcome }) => outcome !== "unselected").length ?? 0, "step")} reused`
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
