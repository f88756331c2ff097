import type { AttemptOutcome, RunTimeline, TimelineAttempt, TimelineStep } from "@heddle/events/RunTimeline"
import { StepKey } from "@heddle/events/StepKey"
import { Paint, type PaintFormat } from "./Paint.ts"
import { PlainText } from "./PlainText.ts"
import { type StepRow, StepRows } from "./StepRows.ts"
import { TimeText } from "./TimeText.ts"

/** Options for drawing a timeline. */
export interface TimelineViewOptions {
  /** Width in cells, ≥ 40. */
  readonly width: number
  readonly paint?: Paint | undefined
  /** Where the bars of unfinished steps end, in milliseconds since the epoch; defaults to the last event. */
  readonly until?: number | undefined
  /** Target number of step rows; defaults to 40. */
  readonly rows?: number | undefined
}

type Outcome = TimelineStep["outcome"]

const MARKS: { readonly [outcome in Outcome]: { readonly mark: string; readonly format: PaintFormat } } = {
  success: { mark: "✓", format: "green" },
  failure: { mark: "✗", format: "red" },
  retried: { mark: "↻", format: "yellow" },
  running: { mark: "●", format: "cyan" },
  skipped: { mark: "○", format: "gray" }
}

/** Bars also differ in shape, for terminals without colours. */
const BARS: { readonly [outcome in AttemptOutcome]: string } = {
  success: "█",
  failure: "█",
  retried: "░",
  running: "▒"
}

/** Later ones are drawn over earlier ones. */
const WEIGHT: ReadonlyArray<Outcome> = ["success", "retried", "running", "failure"]

const LEVELS = "▁▂▃▄▅▆▇█"
/** Maximum number of failed steps of a group that get their own line. */
const SHOWN_FAILURES = 5
const NOTE_WIDTH = 22

interface Axis {
  readonly start: number
  readonly span: number
  readonly cells: number
}

const cellOf = (axis: Axis, time: number): number =>
  Math.min(axis.cells - 1, Math.max(0, Math.floor(((time - axis.start) / axis.span) * axis.cells)))

const endOf = (attempt: TimelineAttempt, until: number): number => Math.max(attempt.start, attempt.end ?? until)

/** Styles runs of equal cells together, to keep the number of escape sequences low. */
const paintRuns = (
  cells: ReadonlyArray<{ readonly char: string; readonly format?: PaintFormat }>,
  paint: Paint
): string => {
  let text = ""
  for (let i = 0; i < cells.length;) {
    const { format } = cells[i]!
    let run = ""
    for (; i < cells.length && cells[i]!.format === format; i++) run += cells[i]!.char
    text += format === undefined ? run : paint(format, run)
  }
  return text
}

const bar = (attempts: ReadonlyArray<TimelineAttempt>, axis: Axis, until: number, paint: Paint): string => {
  const cells: Array<{ readonly char: string; readonly format?: PaintFormat }> = Array.from(
    { length: axis.cells },
    () => ({ char: " " })
  )
  for (const attempt of attempts.toSorted((a, b) => WEIGHT.indexOf(a.outcome) - WEIGHT.indexOf(b.outcome))) {
    const first = cellOf(axis, attempt.start)
    // If a bar ends where the next one starts, the shared cell belongs to the later bar.
    const last = Math.max(first, cellOf(axis, endOf(attempt, until) - axis.span / axis.cells / 2))
    for (let i = first; i <= last; i++) {
      cells[i] = { char: BARS[attempt.outcome], format: MARKS[attempt.outcome].format }
    }
  }
  return paintRuns(cells, paint)
}

/** Number of steps of a group that ran at the same time, as a sparkline. */
const density = (steps: ReadonlyArray<TimelineStep>, axis: Axis, until: number, paint: Paint): string => {
  const busy = new Float64Array(axis.cells)
  const failed = new Uint8Array(axis.cells)
  const cellMillis = axis.span / axis.cells
  for (const step of steps) {
    for (const attempt of step.attempts) {
      const end = endOf(attempt, until)
      const first = cellOf(axis, attempt.start)
      const last = cellOf(axis, end)
      for (let i = first; i <= last; i++) {
        const from = axis.start + i * cellMillis
        busy[i]! += Math.max(0.02, (Math.min(end, from + cellMillis) - Math.max(attempt.start, from)) / cellMillis)
      }
      if (attempt.outcome === "failure") failed[last] = 1
    }
  }
  const peak = busy.reduce((a, b) => Math.max(a, b), 0)
  return paintRuns(
    Array.from(busy, (n, i) =>
      n === 0
        ? { char: " " }
        : {
            char: LEVELS[Math.min(LEVELS.length - 1, Math.floor((n / peak) * LEVELS.length))]!,
            format: failed[i] === 1 ? ("red" as const) : ("green" as const)
          }
    ),
    paint
  )
}

const spanOf = (steps: ReadonlyArray<TimelineStep>, until: number): number => {
  let start = Infinity
  let end = -Infinity
  for (const { attempts } of steps) {
    for (const attempt of attempts) {
      start = Math.min(start, attempt.start)
      end = Math.max(end, endOf(attempt, until))
    }
  }
  return start === Infinity ? 0 : end - start
}

const groupOutcome = (steps: ReadonlyArray<TimelineStep>): Outcome =>
  (["failure", "running", "retried"] as const).find((outcome) => steps.some((step) => step.outcome === outcome)) ??
  "success"

const groupNote = (steps: ReadonlyArray<TimelineStep>): string => {
  const counts = Map.groupBy(steps, (step) => step.outcome)
  const parts = [
    ["failure", "failed"],
    ["running", "running"],
    ["retried", "waiting"]
  ].flatMap(([outcome, word]) => {
    const n = counts.get(outcome as Outcome)?.length ?? 0
    return n === 0 ? [] : [`${n} ${word}`]
  })
  return parts.length === 0 ? "" : parts.join(", ")
}

const axisLine = (axis: Axis): string => {
  const marks = TimeText.ticks(axis.span, Math.max(1, Math.floor(axis.cells / 12)))
  const step = marks[1] ?? axis.span
  let line = ""
  for (const mark of marks) {
    const at = Math.floor((mark / axis.span) * axis.cells)
    const text = `╵${TimeText.tick(mark, step)}`
    if (at < line.length + (line === "" ? 0 : 1) || at + text.length > axis.cells) continue
    line += " ".repeat(at - line.length) + text
  }
  return PlainText.pad(line, axis.cells)
}

/**
 * Draws the steps of a run as bars on a time axis, for a terminal.
 *
 * @since 0.1.0
 */
export const TimelineView = {
  /**
   * Draws one line for each step; copies of a mapped op share one line, followed by their failures.
   *
   * @param timeline - timeline of the run
   * @param options - width, colours and the end of unfinished bars
   * @returns lines of at most `width` cells; none if no step has started
   */
  lines: (timeline: RunTimeline, options: TimelineViewOptions): ReadonlyArray<string> => {
    const paint = options.paint ?? Paint.plain
    const rows = StepRows.ofSteps(timeline.steps, options.rows ?? 40)
    const skipped = timeline.steps.filter((step) => step.outcome === "skipped")
    const lines: Array<string> = []
    if (rows.length > 0) {
      const start = timeline.steps.reduce(
        (least, { attempts }) => Math.min(least, attempts[0]?.start ?? Infinity),
        timeline.start ?? Infinity
      )
      const until = options.until ?? timeline.end ?? timeline.last ?? start
      const end = timeline.steps.reduce(
        (most, { attempts }) => attempts.reduce((max, attempt) => Math.max(max, endOf(attempt, until)), most),
        timeline.end ?? until
      )
      const labels = rows.map(labelOf)
      const below = rows.flatMap((row) =>
        row._tag === "Step"
          ? []
          : failuresOf(row)
              .slice(0, SHOWN_FAILURES)
              .map((step) => memberLabel(row, step))
      )
      const labelWidth = Math.min(
        [...labels, ...below].reduce((most, label) => Math.max(most, label.length), 8),
        Math.max(12, Math.floor(options.width * 0.3))
      )
      const note = options.width >= 100 ? NOTE_WIDTH : 0
      const axis = {
        start,
        span: Math.max(1, end - start),
        cells: Math.max(8, options.width - labelWidth - 2 - 2 - 10 - note)
      }
      const line = (outcome: Outcome, label: string, drawn: string, millis: number, said: string) => {
        const { mark, format } = MARKS[outcome]
        const duration = PlainText.padStart(TimeText.duration(millis), 10)
        const name = PlainText.pad(PlainText.fitMiddle(label, labelWidth), labelWidth)
        const after = note === 0 || said === "" ? "" : `  ${paint("dim", PlainText.fit(said, note - 2))}`
        return `${paint(format, mark)} ${name}  ${drawn}${duration}${after}`.trimEnd()
      }
      const stepLine = (step: TimelineStep, label: string) =>
        line(
          step.outcome,
          label,
          bar(step.attempts, axis, until, paint),
          spanOf([step], until),
          step.attempts.length > 1 ? `${step.attempts.length} attempts` : ""
        )
      lines.push(paint("dim", `${" ".repeat(labelWidth + 4)}${axisLine(axis)}`.trimEnd()))
      for (const [i, row] of rows.entries()) {
        if (row._tag === "Step") {
          lines.push(stepLine(row.step, labels[i]!))
          continue
        }
        const failed = failuresOf(row)
        lines.push(
          line(
            groupOutcome(row.steps),
            labels[i]!,
            density(row.steps, axis, until, paint),
            spanOf(row.steps, until),
            groupNote(row.steps)
          )
        )
        for (const step of failed.slice(0, SHOWN_FAILURES)) lines.push(stepLine(step, memberLabel(row, step)))
        if (failed.length > SHOWN_FAILURES) {
          lines.push(paint("red", `  └ and ${failed.length - SHOWN_FAILURES} more failed`))
        }
      }
    }
    if (skipped.length > 0) {
      const { mark, format } = MARKS.skipped
      const names = skipped.map((step) => step.stepKey).join(", ")
      const text = PlainText.fit(`${PlainText.count(skipped.length, "step")} skipped: ${names}`, options.width - 2)
      lines.push(`${paint(format, mark)} ${paint("dim", text)}`)
    }
    return lines
  }
}

type Group = Extract<StepRow, { readonly _tag: "Group" }>

const failuresOf = (group: Group): ReadonlyArray<TimelineStep> =>
  group.steps.filter((step) => step.outcome === "failure")

const memberLabel = (group: Group, { stepKey }: TimelineStep): string =>
  `└ ${group.kind === "mapped" ? stepKey.slice(StepKey.nodePath(stepKey).length) : stepKey}`

const labelOf = (row: StepRow): string => {
  if (row._tag === "Step") return row.name
  const n = row.steps.length.toLocaleString("en-US")
  return row.kind === "mapped" ? `${row.name} ×${n}` : row.kind === "graph" ? `${row.name}.* ×${n}` : row.name
}
