import { Effect, Schema } from "effect"
import type { TopLevelSpec } from "vega-lite"
import type { Pattern } from "./AirportProfile.ts"
import { ArtifactStore } from "./ArtifactStore.ts"
import { accent, draw, fromVegaLite, muted } from "./Chart.ts"

/** A picture in the artifact store. */
export const Picture = Schema.Struct({ path: Schema.String })
export type Picture = typeof Picture.Type

const x = (title: string | null) =>
  ({
    field: "slot",
    type: "ordinal",
    scale: { domain: Array.from({ length: 24 }, (_, hour) => hour), paddingInner: 0.2, paddingOuter: 0.1 },
    axis: {
      title,
      labelAngle: 0,
      labelOverlap: false,
      labelExpr: "datum.value % 6 == 0 ? (datum.value < 10 ? '0' : '') + datum.value + ':00' : ''"
    }
  }) as const

const hourly: TopLevelSpec = {
  data: { name: "rows" },
  spacing: 26,
  vconcat: [
    {
      title: {
        text: "The later the hour, the later the flight",
        subtitle: "Flights landing 15 minutes late or later, by hour of departure",
        subtitleColor: muted
      },
      width: 500,
      height: 210,
      mark: { type: "bar", color: accent, cornerRadiusEnd: 2 },
      encoding: {
        x: { ...x(null), axis: { ...x(null).axis, labels: false } },
        y: { field: "lateShare", type: "quantitative", stack: null, axis: { format: "%", tickCount: 5, title: null } },
        description: { field: "words" }
      }
    },
    {
      title: { text: "Flights", fontSize: 12, fontWeight: "normal", color: muted, offset: 6 },
      width: 500,
      height: 70,
      mark: { type: "bar", color: muted, cornerRadiusEnd: 2 },
      encoding: {
        x: x("Actual departure, local time"),
        y: { field: "flights", type: "quantitative", stack: null, axis: { format: "~s", tickCount: 2, title: null } }
      }
    }
  ]
}

const chart = fromVegaLite("late flights by hour", hourly, {
  width: 500,
  height: 306,
  padding: { top: 62, right: 6, bottom: 46, left: 44 }
})

/** Draws when the country's flights leave and how many of them land late. */
export const writeHourlyProfile = Effect.fnUntraced(function* (country: Pattern) {
  const path = "hours.svg"
  const rows = country.hours.map((slot) => ({
    ...slot,
    words: `${Math.round(slot.lateShare * 100)}% of ${slot.flights} flights late`
  }))
  yield* (yield* ArtifactStore).write(path, yield* draw(chart, { rows }))
  return { path } satisfies Picture
})
