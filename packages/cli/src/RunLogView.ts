import { HeddleEvent } from "@heddle/events/HeddleEvent"
import { ErrorView, type ErrorViewOptions } from "./ErrorView.ts"
import { EventLevel } from "./EventLevel.ts"
import { Paint, type PaintFormat } from "./Paint.ts"
import { PlainText } from "./PlainText.ts"
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
}

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

/**
 * Prints the events of a run.
 *
 * @since 0.1.0
 */
export const RunLogView = {
  /**
   * Prints an event on one line, followed by the stack and causes of its error, if any.
   *
   * @param event - the event
   * @param options - colours, minimum level and time format
   * @returns no lines if the event is below the minimum level
   */
  lines: (event: HeddleEvent, options: RunLogViewOptions): ReadonlyArray<string> => {
    if (!EventLevel.isShown(EventLevel.ofEvent(event), options.level)) return []
    const paint = options.paint ?? Paint.plain
    const width = options.stepWidth ?? 20
    const time = options.time === "iso" ? new Date(event.timestamp).toISOString() : TimeText.clock(event.timestamp)
    const key = HeddleEvent.stepKey(event) ?? ""
    const step = PlainText.pad(PlainText.oneLine(key), width)
    const format = formatOf(event)
    const message = PlainText.oneLine(messageOf(event))
    const lines = [
      `${paint("dim", time)}  ${paint("bold", step)}  ${format === undefined ? message : paint(format, message)}`
    ]
    const indent = " ".repeat(time.length + 2 + Math.max(width, key.length) + 2)
    if ("error" in event && event.error !== undefined) {
      // Retried and interrupted attempts take one line.
      const brief =
        event._tag === "STEP_UP_FOR_RETRY" || (event._tag === "STEP_FAILURE" && event.source === "INTERRUPT")
      const shown =
        brief && options.stack !== "full" ? [] : ErrorView.lines(event.error, { paint, stack: options.stack })
      // The first line repeats the message.
      for (const line of shown.slice(1)) lines.push(indent + line)
    }
    if (event._tag === "LOG_MESSAGE" && event.data !== undefined && Object.keys(event.data).length > 0) {
      lines[0] += `  ${paint("dim", PlainText.oneLine(JSON.stringify(event.data)))}`
    }
    return lines
  }
}
