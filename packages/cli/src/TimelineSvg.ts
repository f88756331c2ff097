import { ErrorInfo } from "@heddle/events/ErrorInfo"
import type { RunTimeline, TimelineAttempt, TimelineStep } from "@heddle/events/RunTimeline"
import { StepKey } from "@heddle/events/StepKey"
import { PlainText } from "./PlainText.ts"
import { SvgText } from "./SvgText.ts"
import { TimeText } from "./TimeText.ts"

/** Options of a timeline image. */
export interface TimelineSvgOptions {
  /** Name of the job. */
  readonly title: string
  readonly runId: string
  /** Status of the run, or another text to show in its place. */
  readonly status: string
  /** Where the bars of unfinished steps end, in milliseconds since the epoch; defaults to the last event. */
  readonly until?: number | undefined
}

interface Bar {
  readonly step: TimelineStep
  readonly attempt: TimelineAttempt
  readonly op: string
  readonly x: number
  readonly width: number
}

interface PlacedBar extends Bar {
  readonly lane: number
  readonly label: string
  readonly place: "inside" | "right" | "left" | "none"
}

const WIDTH = 1200
const MARGIN = 32
const PLOT = WIDTH - 2 * MARGIN
const FONT = 11
/** Up to this number of lanes every bar gets a label; beyond it, only bars that are wide enough. */
const LABELLED_LANES = 40
const LEGEND_OPS = 18
const LISTED_FAILURES = 6

/** Colours of ops: muted, distinct, and none close to the red of failures. */
const COLOURS = [
  "#4c78a8",
  "#e0a03c",
  "#5a9e59",
  "#9a7cb5",
  "#6fb3ae",
  "#a9805b",
  "#7fa6d6",
  "#a5b24f",
  "#7b8794",
  "#3d8c83",
  "#c4a3cf",
  "#c9b18b",
  "#2f5f8f",
  "#8fbf8a",
  "#d9c05e",
  "#6d5a8c",
  "#94c9c4",
  "#8a8f6a"
]
const OTHER = "#aab2bb"
const FAILURE = "#d3302f"

const STYLE = `
  .card { fill: #ffffff; stroke: #dfe4ea }
  .text { fill: #1c2733 }
  .muted { fill: #66727f }
  .grid { stroke: #e8ecf0 }
  .bad { fill: #c22726 }
  .good { fill: #2f7d3b }
  @media (prefers-color-scheme: dark) {
    .card { fill: #10161d; stroke: #27313c }
    .text { fill: #e4eaf0 }
    .muted { fill: #93a0ad }
    .grid { stroke: #222b35 }
    .bad { fill: #ff7b72 }
    .good { fill: #6cc47a }
  }`

const n = SvgText.number

const inkOn = (colour: string): string => {
  const [r, g, b] = [1, 3, 5].map((i) => Number.parseInt(colour.slice(i, i + 2), 16) / 255)
  return 0.299 * r! + 0.587 * g! + 0.114 * b! > 0.6 ? "#16202a" : "#ffffff"
}

const opOf = (stepKey: string): string => StepKey.nodePath(stepKey)

/** The shortest label that still identifies a step among others of its colour. */
const shortLabel = (stepKey: string): string => {
  const keys = StepKey.mappingKeys(stepKey)
  return keys.length > 0 ? keys.join(" ") : stepKey.slice(stepKey.lastIndexOf(".") + 1)
}

/** Puts each bar into the first lane that is free at its position. */
const pack = (bars: ReadonlyArray<Bar>, extent: (bar: Bar) => { readonly from: number; readonly to: number }) => {
  const ends: Array<number> = []
  const lanes = bars.map((bar) => {
    const { from, to } = extent(bar)
    let lane = ends.findIndex((end) => end <= from + 0.01)
    if (lane === -1) lane = ends.length
    ends[lane] = to
    return lane
  })
  return { lanes, count: ends.length }
}

const placeLabelled = (
  bars: ReadonlyArray<Bar>
): { readonly bars: ReadonlyArray<PlacedBar>; readonly lanes: number } => {
  const wanted = bars.map((bar) => {
    const label = bar.attempt.attempt > 1 ? `${bar.step.stepKey} #${bar.attempt.attempt}` : bar.step.stepKey
    const width = SvgText.width(label, FONT)
    const place = width + 12 <= bar.width ? "inside" : bar.x + bar.width + width + 8 <= PLOT ? "right" : "left"
    return { label, width, place } as const
  })
  const at = new Map(bars.map((bar, i) => [bar, wanted[i]!]))
  const { count, lanes } = pack(bars, (bar) => {
    const { place, width } = at.get(bar)!
    return {
      from: place === "left" ? bar.x - width - 8 : bar.x,
      to: bar.x + bar.width + (place === "right" ? width + 14 : 0)
    }
  })
  return {
    lanes: count,
    bars: bars.map((bar, i) => ({ ...bar, lane: lanes[i]!, label: wanted[i]!.label, place: wanted[i]!.place }))
  }
}

const placeTight = (bars: ReadonlyArray<Bar>): { readonly bars: ReadonlyArray<PlacedBar>; readonly lanes: number } => {
  const { count, lanes } = pack(bars, (bar) => ({ from: bar.x, to: bar.x + bar.width }))
  /** Where the next bar in the same lane starts. */
  const room = new Map<Bar, number>()
  const next = Array.from({ length: count }, () => PLOT)
  for (let i = bars.length - 1; i >= 0; i--) {
    room.set(bars[i]!, next[lanes[i]!]!)
    next[lanes[i]!] = bars[i]!.x
  }
  return {
    lanes: count,
    bars: bars.map((bar, i) => {
      const lane = lanes[i]!
      const key = bar.step.stepKey
      const inside = [key, shortLabel(key)].find((text) => SvgText.width(text, FONT) + 9 <= bar.width)
      if (inside !== undefined) return { ...bar, lane, label: inside, place: "inside" }
      const beside = bar.x + bar.width + SvgText.width(key, FONT) + 12 <= room.get(bar)!
      return beside ? { ...bar, lane, label: key, place: "right" } : { ...bar, lane, label: "", place: "none" }
    })
  }
}

interface LegendEntry {
  readonly colour: string
  readonly text: string
  readonly opacity?: number
}

const tooltip = ({ attempt, step }: Bar): string => {
  const took = attempt.end === undefined ? "not finished" : TimeText.duration(attempt.end - attempt.start)
  const said = attempt.error === undefined ? "" : `: ${ErrorInfo.summary(attempt.error)}`
  const what = attempt.outcome === "retried" ? "failed, tried again" : attempt.outcome
  return `${step.stepKey} · ${attempt.attempt > 1 ? `attempt ${attempt.attempt} · ` : ""}${took} · ${what}${said}`
}

/**
 * Renders the steps of a run as a Gantt chart.
 *
 * @since 0.1.0
 */
export const TimelineSvg = {
  /**
   * Renders a standalone SVG document that suits light and dark pages.
   *
   * @param timeline - timeline of the run
   * @param options - title, status and the end of unfinished bars
   */
  render: (timeline: RunTimeline, options: TimelineSvgOptions): string => {
    const attempts = timeline.steps.flatMap((step) => step.attempts.map((attempt) => ({ step, attempt })))
    const firstStart = attempts.reduce((least, { attempt }) => Math.min(least, attempt.start), Infinity)
    const start = Math.min(timeline.start ?? Infinity, firstStart)
    const until = options.until ?? timeline.end ?? timeline.last ?? start
    const end = attempts.reduce((most, { attempt }) => Math.max(most, attempt.end ?? until), timeline.end ?? until)
    const span = start === Infinity ? 1 : Math.max(1, end - start)
    const scale = PLOT / span
    const bars = attempts
      .map(({ attempt, step }): Bar => {
        const width = Math.max(0, (attempt.end ?? until) - attempt.start) * scale
        return {
          step,
          attempt,
          op: opOf(step.stepKey),
          x: (attempt.start - start) * scale,
          width: Math.max(width, attempt.outcome === "failure" ? 3 : 1)
        }
      })
      .toSorted((a, b) => a.x - b.x || b.width - a.width)

    const labelled = bars.length <= 400 ? placeLabelled(bars) : undefined
    const { bars: placed, lanes } =
      labelled !== undefined && labelled.lanes <= LABELLED_LANES ? labelled : placeTight(bars)
    const pitch = lanes <= 24 ? 26 : lanes <= 48 ? 20 : Math.max(4, Math.floor(960 / lanes))
    const gap = pitch >= 20 ? 4 : pitch >= 10 ? 2 : 1
    const barHeight = pitch - gap
    const withText = barHeight >= FONT + 3

    const byOp = Map.groupBy(timeline.steps, (step) => opOf(step.stepKey))
    const busyMillis = (steps: ReadonlyArray<TimelineStep>) =>
      steps.reduce(
        (sum, step) => step.attempts.reduce((s, attempt) => s + (attempt.end ?? until) - attempt.start, sum),
        0
      )
    const ops = Array.from(byOp, ([op, steps]) => ({
      op,
      steps,
      millis: busyMillis(steps),
      skipped: steps.every((step) => step.outcome === "skipped")
    })).filter(({ skipped }) => !skipped)
    const ranked = ops.toSorted((a, b) => b.millis - a.millis).slice(0, LEGEND_OPS)
    const kept = ops.filter((entry) => ranked.includes(entry))
    const colours = new Map(kept.map(({ op }, i) => [op, COLOURS[i % COLOURS.length]!]))
    const colourOf = (bar: Bar): string =>
      bar.attempt.outcome === "failure" ? FAILURE : (colours.get(bar.op) ?? OTHER)

    const failed = timeline.steps.filter((step) => step.outcome === "failure")
    const skipped = timeline.steps.filter((step) => step.outcome === "skipped").length
    const has = (outcome: TimelineAttempt["outcome"]) => attempts.some(({ attempt }) => attempt.outcome === outcome)
    const legend: Array<LegendEntry> = [
      ...kept.map(({ millis, op, steps }) => ({
        colour: colours.get(op)!,
        text: `${op}${steps.length > 1 ? ` ×${steps.length.toLocaleString("en-US")}` : ""}  ${TimeText.duration(millis)}`
      })),
      ...(ops.length > kept.length ? [{ colour: OTHER, text: `${ops.length - kept.length} other ops` }] : []),
      ...(has("failure") ? [{ colour: FAILURE, text: "failed" }] : []),
      ...(has("retried") ? [{ colour: OTHER, opacity: 0.4, text: "retried attempt" }] : []),
      ...(has("running") ? [{ colour: OTHER, opacity: 0.65, text: "not finished" }] : [])
    ]

    const out: Array<string> = []
    const plotTop = 104
    const plotBottom = plotTop + Math.max(1, lanes) * pitch
    const text = (x: number, y: number, content: string, attributes: string) =>
      out.push(`<text x="${n(x)}" y="${n(y)}" ${attributes}>${PlainText.xml(content)}</text>`)

    // Header
    const statusClass =
      options.status === "SUCCESS" ? "good" : /^(FAILURE|LOST|CANCELED)$/.test(options.status) ? "bad" : "muted"
    const title = SvgText.fit(PlainText.oneLine(options.title), 760, 20)
    out.push(
      `<text x="${MARGIN}" y="44" font-weight="600"><tspan class="text" font-size="20">${PlainText.xml(title)}</tspan>` +
        `<tspan dx="12" class="${statusClass}" font-size="13" letter-spacing="0.4">${PlainText.xml(options.status)}</tspan></text>`
    )
    const finished = timeline.steps.filter((step) => step.outcome === "success").length
    text(
      MARGIN,
      66,
      [
        ...(start === Infinity ? ["never started"] : [TimeText.stamp(start), TimeText.duration(span)]),
        `${PlainText.count(timeline.steps.length, "step")}${timeline.steps.length === finished ? "" : `, ${finished} succeeded`}${failed.length > 0 ? `, ${failed.length} failed` : ""}${skipped > 0 ? `, ${skipped} skipped` : ""}`,
        `run ${options.runId}`
      ].join("   ·   "),
      `class="muted" font-size="12.5"`
    )

    // Axis
    if (start !== Infinity) {
      const ticks = TimeText.ticks(span, 12)
      for (const tick of ticks) {
        const x = MARGIN + tick * scale
        out.push(
          `<line x1="${n(x)}" y1="${plotTop - 8}" x2="${n(x)}" y2="${plotBottom + 2}" class="grid" stroke-width="1"/>`
        )
        if (x + 30 < WIDTH - MARGIN || tick === 0) {
          text(x + 4, plotTop - 12, TimeText.tick(tick, ticks[1] ?? span), `class="muted" font-size="11"`)
        }
      }
    }

    // Bars
    for (const bar of placed) {
      const colour = colourOf(bar)
      const x = MARGIN + bar.x
      const y = plotTop + bar.lane * pitch + gap / 2
      const width = bar.width > 3 ? bar.width - 0.8 : bar.width
      const opacity = bar.attempt.outcome === "retried" ? 0.4 : bar.attempt.outcome === "running" ? 0.65 : undefined
      const radius = Math.min(3, width / 2, barHeight / 3)
      const mark = bar.attempt.outcome === "failure" ? "✕ " : ""
      out.push(
        `<g><title>${PlainText.xml(PlainText.oneLine(tooltip(bar)))}</title>` +
          `<rect x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(barHeight)}" rx="${n(radius)}" fill="${colour}"` +
          `${opacity === undefined ? "" : ` fill-opacity="${opacity}"`}` +
          `${bar.attempt.outcome === "running" ? ` stroke="${colour}" stroke-dasharray="3 2"` : ""}/></g>`
      )
      if (!withText || bar.place === "none") continue
      const baseline = y + barHeight / 2 + FONT * 0.36
      if (bar.place === "inside") {
        const ink = opacity === undefined ? `fill="${inkOn(colour)}"` : `class="text"`
        text(x + 5, baseline, bar.label, `${ink} font-size="${FONT}"`)
      } else if (bar.place === "right") {
        const styled = mark === "" ? `class="text"` : `class="bad"`
        text(x + bar.width + 5, baseline, mark + bar.label, `${styled} font-size="${FONT}"`)
      } else {
        const styled = mark === "" ? `class="text"` : `class="bad"`
        text(x - 5, baseline, mark + bar.label, `${styled} font-size="${FONT}" text-anchor="end"`)
      }
    }
    if (bars.length === 0) text(MARGIN, plotTop + 16, "No step has started.", `class="muted" font-size="12.5"`)

    // Legend
    let x = MARGIN
    let y = plotBottom + 34
    for (const { colour, opacity, text: said } of legend) {
      const width = 18 + SvgText.width(said, 12) + 22
      if (x + width > WIDTH - MARGIN && x > MARGIN) {
        x = MARGIN
        y += 22
      }
      out.push(
        `<rect x="${n(x)}" y="${n(y - 10)}" width="12" height="12" rx="2.5" fill="${colour}"${opacity === undefined ? "" : ` fill-opacity="${opacity}"`}/>`
      )
      text(x + 18, y, said, `class="text" font-size="12" xml:space="preserve"`)
      x += width
    }

    // Failure messages
    if (failed.length > 0) {
      y += 34
      for (const step of failed.slice(0, LISTED_FAILURES)) {
        const error = step.attempts.at(-1)?.error
        const said = error === undefined ? "failed" : ErrorInfo.summary(error)
        const key = `✕ ${step.stepKey}`
        const room = PLOT - SvgText.width(key, 13) - 18
        out.push(
          `<text x="${MARGIN}" y="${n(y)}" font-size="12"><tspan class="bad" font-weight="600">${PlainText.xml(key)}</tspan>` +
            `<tspan dx="12" class="text">${PlainText.xml(SvgText.fit(PlainText.oneLine(said), room, 12))}</tspan></text>`
        )
        y += 20
      }
      if (failed.length > LISTED_FAILURES) {
        text(MARGIN, y, `and ${failed.length - LISTED_FAILURES} more failed`, `class="bad" font-size="12"`)
        y += 20
      }
      y -= 20
    }

    const height = Math.ceil(y + MARGIN)
    const summary = PlainText.xml(
      PlainText.oneLine(`Timeline of a run of ${options.title}: ${options.status}, ${TimeText.duration(span)}`)
    )
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" font-family="${SvgText.fontFamily}">`,
      `<title>${summary}</title>`,
      `<style>${STYLE}</style>`,
      `<rect x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="10" class="card"/>`,
      ...out,
      `</svg>`,
      ""
    ].join("\n")
  }
}
