import { Effect, Schema } from "effect"
import * as vega from "vega"
import { compile as compileVegaLite, type TopLevelSpec } from "vega-lite"

/** A chart could not be drawn. */
export class ChartFailed extends Schema.TaggedError<ChartFailed>()("ChartFailed", {
  chart: Schema.String,
  cause: Schema.Defect()
}) {
  override get message() {
    return `Cannot draw the chart "${this.chart}": ${this.cause instanceof Error ? this.cause.message : String(this.cause)}`
  }
}

/** Good on white and on black; everything else takes the page's own text colour. */
export const accent = "#e4572e"
export const muted = "#8c98a6"
export const ink = "currentColor"
export const fonts = "Inter, system-ui, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif"

const look = {
  font: fonts,
  view: { stroke: null },
  axis: {
    labelColor: ink,
    labelOpacity: 0.75,
    labelFontSize: 12,
    labelPadding: 6,
    titleColor: ink,
    titleOpacity: 0.75,
    titleFontSize: 12,
    titleFontWeight: "normal",
    titlePadding: 10,
    domain: false,
    ticks: false,
    gridColor: ink,
    gridOpacity: 0.12
  },
  title: {
    color: ink,
    anchor: "start",
    fontSize: 15,
    fontWeight: 600,
    offset: 14,
    subtitleColor: ink,
    subtitleFontSize: 12,
    subtitlePadding: 6
  }
} as const

/** A chart that is compiled once and drawn many times, each time with other rows. */
export interface Chart {
  readonly name: string
  readonly runtime: vega.Runtime
}

/** The size of what is plotted and the room around it for titles and labels, in pixels. */
export interface Frame {
  readonly width: number
  readonly height: number
  readonly padding: { readonly top: number; readonly right: number; readonly bottom: number; readonly left: number }
}

/** Compiles a Vega-Lite chart whose data sets are named and empty. */
export const fromVegaLite = (name: string, spec: TopLevelSpec, frame: Frame): Chart => {
  const compiled = compileVegaLite({ background: "transparent", ...spec }, { config: look as never }).spec
  // Without a canvas Vega guesses how wide a text is, too wide: the frame is given instead of measured.
  return fromVega(name, { ...compiled, ...frame, autosize: "none" })
}

/** Compiles a Vega chart. */
export const fromVega = (name: string, spec: vega.Spec): Chart => ({ name, runtime: vega.parse(spec) })

/** Draws a chart as SVG; `rows` are given by the names of its data sets. */
export const draw = (
  chart: Chart,
  rows: Readonly<Record<string, ReadonlyArray<object>>>,
  signals: Readonly<Record<string, unknown>> = {}
): Effect.Effect<string, ChartFailed> =>
  Effect.tryPromise({
    try: async () => {
      const view = new vega.View(chart.runtime, { renderer: "none", logLevel: vega.Error })
      try {
        for (const [name, value] of Object.entries(signals)) view.signal(name, value)
        // Vega marks the rows that it is given: each drawing has its own.
        for (const [name, data] of Object.entries(rows))
          view.data(
            name,
            data.map((row) => ({ ...row }))
          )
        return shortNumbers(await view.toSVG())
      } finally {
        view.finalize()
      }
    },
    catch: (cause) => new ChartFailed({ chart: chart.name, cause })
  })

/** A tenth of a pixel is enough, and a third of the size. */
const shortNumbers = (svg: string) =>
  svg.replace(/ (d|transform)="[^"]*"/g, (attribute) =>
    attribute.replace(/\d+\.\d{2,}/g, (number) => String(Math.round(Number(number) * 10) / 10))
  )
