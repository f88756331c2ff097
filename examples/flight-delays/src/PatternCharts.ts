import type { TopLevelSpec } from "vega-lite"
import { classes, type Pattern, type Slot } from "./AirportProfile.ts"
import { accent, fromVegaLite, ink, muted, type Chart } from "./Chart.ts"

/** Below this many flights a share says little: its bar is drawn faint. */
export const fewFlights = 20

const shareAxis = { format: "%", tickCount: 4, title: null } as const

/** Bars for one airport, a tick over each for the whole country. */
const bars = (options: {
  readonly name: string
  readonly title: string
  readonly subtitle: string
  readonly values: ReadonlyArray<number> | ReadonlyArray<string>
  readonly labels: string
  readonly axisTitle: string | null
  readonly height: number
}): Chart => {
  const x = {
    field: "slot",
    type: "ordinal",
    scale: { domain: [...options.values] as Array<string>, paddingInner: 0.22, paddingOuter: 0.1 },
    axis: { labelExpr: options.labels, labelAngle: 0, title: options.axisTitle, labelOverlap: false }
  } as const
  // Bars that could be stacked would be clipped under ids that two pictures in one page might share.
  const y = (field: string) =>
    ({ field, type: "quantitative", axis: shareAxis, scale: { nice: 4, zero: true }, stack: null }) as const
  const spec: TopLevelSpec = {
    title: { text: options.title, subtitle: options.subtitle, subtitleColor: muted },
    width: 400,
    height: options.height,
    data: { name: "rows" },
    layer: [
      {
        mark: { type: "bar", color: accent, cornerRadiusEnd: 2 },
        encoding: {
          x,
          y: y("share"),
          opacity: { condition: { test: "datum.few", value: 0.35 }, value: 1 },
          description: { field: "words" }
        }
      },
      {
        transform: [{ filter: "isValid(datum.country)" }],
        mark: { type: "tick", color: ink, thickness: 2, bandSize: 12, aria: false },
        encoding: { x, y: y("country") }
      }
    ]
  }
  const bottom = options.axisTitle === null ? 26 : 46
  return fromVegaLite(options.name, spec, {
    width: 400,
    height: options.height,
    padding: { top: 62, right: 6, bottom, left: 44 }
  })
}

const hours = Array.from({ length: 24 }, (_, hour) => hour)

/** Share of late flights by hour of departure. */
export const byHour = bars({
  name: "late flights by hour",
  title: "When to leave",
  subtitle: "Flights landing 15 minutes late or later, by hour of departure",
  values: hours,
  labels: "datum.value % 6 == 0 ? (datum.value < 10 ? '0' : '') + datum.value + ':00' : ''",
  axisTitle: "Actual departure, local time",
  height: 180
})

/** Share of late flights by day of the week. */
export const byWeekday = bars({
  name: "late flights by weekday",
  title: "Which day",
  subtitle: "Flights landing 15 minutes late or later, by day of the week",
  values: [1, 2, 3, 4, 5, 6, 7],
  labels: "['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'][datum.value - 1]",
  axisTitle: null,
  height: 240
})

/** Share of flights by how late they land. */
export const byDelay = bars({
  name: "flights by delay",
  title: "How late",
  subtitle: "Flights by arrival delay, minutes unless it says hours",
  values: classes.map(({ label }) => label),
  labels: "split(datum.label, ' to ').length > 1 ? replace(datum.label, ' to ', '–') : datum.label",
  axisTitle: null,
  height: 200
})

const percent = (value: number) => `${Math.round(value * 100)}%`

/** Rows for `byHour` and `byWeekday`. */
export const slotRows = (slots: ReadonlyArray<Slot>, country?: ReadonlyArray<Slot>): ReadonlyArray<object> =>
  slots.map(({ slot, flights, lateShare }) => ({
    slot,
    share: lateShare,
    country: country?.find((other) => other.slot === slot)?.lateShare ?? null,
    few: flights < fewFlights,
    words: `${percent(lateShare)} of ${flights} flights late`
  }))

/** Rows for `byDelay`. */
export const classRows = (pattern: Pattern, country?: Pattern): ReadonlyArray<object> =>
  classes.map(({ label }, index) => {
    const flights = pattern.classes[index] ?? 0
    return {
      slot: label,
      share: flights / pattern.flights,
      country: country === undefined ? null : (country.classes[index] ?? 0) / country.flights,
      few: pattern.flights < fewFlights,
      words: `${label}: ${flights} flights`
    }
  })
