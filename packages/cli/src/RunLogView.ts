import { HeddleEvent } from "@heddle/events/HeddleEvent"
import { ErrorView, type ErrorViewOptions } from "./ErrorView.ts"
import { EventLevel } from "./EventLevel.ts"
import { Paint, type PaintFormat } from "./Paint.ts"
import { MetadataText } from "./MetadataText.ts"
import { PlainText } from "./PlainText.ts"
import { StepColumn } from "./StepColumn.ts"
import { TimeText } from "./TimeText.ts"

/** Options for printing events. */
export interface RunLogViewOptions {
  readonly paint?: Paint | undefined
  /** Minimum log level to print. */
  readonly level: EventLevel
  /** How much of error stacks to print. */
  readonly stack: ErrorViewOptions["stack"]
  /** `iso` prints ISO timestamps in UTC, `clock` the local time of day. */
  readonly time: "iso" | "clock"
  /** Width of the step column in cells; defaults to 20. */
  readonly stepWidth?: number | undefined
  /** Width of the terminal in cells: longer keys are cut, and messages are wrapped. By default, lines have any length. */
  readonly columns?: number | undefined
}

/** Messages are not wrapped to less than this, in cells. */
const NARROWEST = 20

const formatOf = (event: HeddleEvent): PaintFormat | undefined => {
  switch (event._tag) {
    case "STEP_SUCCESS":
    case "RUN_SUCCESS":
      return "green"
    case "STEP_SKIPPED":
      return "gray"
    default:
  }
  switch (EventLevel.ofEvent(event)) {
    case "error":
      return "red"
    case "warning":
      return "yellow"
    case "debug":
      return "dim"
    default:
      return undefined
  }
}

const messageOf = (event: HeddleEvent): string => {
  const text = HeddleEvent.describe(event)
  if (event._tag === "LOG_MESSAGE") return event.level === "INFO" ? text : `${event.level} ${text}`
  if (event._tag === "STEP_SUCCESS") return `${text} in ${TimeText.duration(event.durationMillis)}`
  return text
}

/** What is printed below the line of an event: the rest of its error, or what a failed check recorded. */
const detailsOf = (event: HeddleEvent, paint: Paint, stack: ErrorViewOptions["stack"]): ReadonlyArray<string> => {
  if (event._tag === "ASSET_CHECK_EVALUATION") {
    // The failure of the step tells it.
    const isTold = event.passed || (event.blocking && event.severity === "ERROR")
    return isTold ? [] : MetadataText.lines(event.metadata).map((line) => paint("dim", line))
  }
  if (!("error" in event) || event.error === undefined) return []
  // Retried and interrupted attempts take one line.
  const isBrief = event._tag === "STEP_UP_FOR_RETRY" || (event._tag === "STEP_FAILURE" && event.source === "INTERRUPT")
  // The first line repeats the message.
  return isBrief && stack !== "full" ? [] : ErrorView.lines(event.error, { paint, stack }).slice(1)
}

/**
 * Prints the events of a run.
 *
 * @since 0.1.0
 */
export const RunLogView = {
  /**
   * Prints an event on one line, followed by the stack and causes of its error, or by the metadata of a failed check.
   *
   * @param event - the event
   * @param options - colours, minimum level and time format
   * @returns no lines if the event is below the minimum level
   */
  lines: (event: HeddleEvent, options: RunLogViewOptions): ReadonlyArray<string> => {
    if (!EventLevel.isShown(EventLevel.ofEvent(event), options.level)) return []
    const paint = options.paint ?? Paint.plain
    const { columns, stepWidth = StepColumn.width([], columns) } = options
    const time = options.time === "iso" ? new Date(event.timestamp).toISOString() : TimeText.clock(event.timestamp)
    const key = PlainText.oneLine(HeddleEvent.stepKey(event) ?? "")
    const step = PlainText.pad(columns === undefined ? key : PlainText.fitMiddle(key, stepWidth), stepWidth)
    const format = formatOf(event)
    const room = columns === undefined ? Infinity : columns - (time.length + 2 + stepWidth + 2)
    const message = PlainText.oneLine(messageOf(event))
    const [first = "", ...others] = room < NARROWEST ? [message] : PlainText.wrap(message, room)
    const painted = (text: string): string => (format === undefined ? text : paint(format, text))
    const lines = [`${paint("dim", time)}  ${paint("bold", step)}  ${painted(first)}`]
    // What does not fit beside the keys is below them.
    const indent = " ".repeat(room < NARROWEST ? 4 : time.length + 2 + PlainText.width(step) + 2)
    for (const line of others) lines.push(indent + painted(line))
    for (const line of detailsOf(event, paint, options.stack)) lines.push(indent + line)
    if (event._tag === "LOG_MESSAGE" && event.data !== undefined && Object.keys(event.data).length > 0) {
      lines[lines.length - 1] += `  ${paint("dim", PlainText.oneLine(JSON.stringify(event.data)))}`
    }
    return lines
  }
}
