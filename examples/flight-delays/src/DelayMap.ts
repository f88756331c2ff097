import { renderAsync } from "@resvg/resvg-js"
import { Effect, Schema } from "effect"
import { fileURLToPath } from "node:url"
import * as vega from "vega"
import type { AirportPage } from "./AirportPage.ts"
import { ArtifactStore } from "./ArtifactStore.ts"
import { accent, ChartFailed, draw, fonts, fromVega, ink, muted } from "./Chart.ts"
import { count, lateness } from "./Figures.ts"

/** The map as SVG for the report and as PNG for everything else. */
export const DelayMap = Schema.Struct({ svg: Schema.String, png: Schema.String, airports: Schema.Int })
export type DelayMap = typeof DelayMap.Type

const caribbean = { x: 590, y: 566, width: 150, height: 58 }

/** Airports of Puerto Rico and the Virgin Islands: the projection of the states has no place for them. */
const isCaribbean = (page: AirportPage) => page.place.longitude > -68.5 && page.place.latitude < 20

const outline = {
  fill: { value: ink },
  fillOpacity: { value: 0.06 },
  stroke: { value: ink },
  strokeOpacity: { value: 0.2 },
  strokeWidth: { value: 0.7 }
}

const symbols = (data: string): vega.Mark => ({
  type: "symbol",
  from: { data },
  encode: {
    enter: {
      x: { field: "x" },
      y: { field: "y" },
      size: { scale: "size", field: "flights" },
      fill: { scale: "delay", field: "meanDelay" },
      fillOpacity: { value: 0.88 },
      stroke: { value: "#fff" },
      strokeWidth: { value: 0.6 },
      href: { field: "path" },
      description: { field: "words" }
    }
  }
})

const map = fromVega("delay map", {
  width: 980,
  height: 680,
  padding: 0,
  autosize: "none",
  background: "transparent",
  signals: [{ name: "titled", value: false }],
  config: {
    text: { font: fonts, fill: ink },
    legend: {
      labelFont: fonts,
      titleFont: fonts,
      labelColor: ink,
      titleColor: ink,
      labelFontSize: 13,
      titleFontSize: 13,
      titleFontWeight: "normal" as never
    }
  },
  data: [
    { name: "states" },
    { name: "islands" },
    { name: "airports", transform: [{ type: "geopoint", projection: "country", fields: ["longitude", "latitude"] }] },
    {
      name: "islandAirports",
      transform: [{ type: "geopoint", projection: "caribbean", fields: ["longitude", "latitude"] }]
    },
    { name: "largest", source: "airports", transform: [{ type: "filter", expr: "datum.rank < 12" }] }
  ],
  projections: [
    { name: "country", type: "albersUsa", scale: 1240, translate: [506, 318] },
    {
      name: "caribbean",
      type: "mercator",
      fit: { signal: "data('islands')" },
      size: [caribbean.width - 20, caribbean.height - 16]
    }
  ],
  scales: [
    {
      name: "delay",
      type: "linear",
      domain: [0, 5, 12],
      range: ["#6c9bc7", "#bdb7b1", accent],
      clamp: true,
      interpolate: "lab"
    },
    { name: "size", type: "sqrt", domain: { data: "airports", field: "flights" }, range: [14, 820], zero: true }
  ],
  marks: [
    {
      type: "shape",
      from: { data: "states" },
      encode: { enter: outline },
      transform: [{ type: "geoshape", projection: "country" }]
    },
    symbols("airports"),
    {
      type: "text",
      from: { data: "largest" },
      encode: {
        enter: {
          x: { field: "x" },
          y: { field: "y" },
          text: { field: "code" },
          align: { value: "center" },
          baseline: { value: "middle" },
          fontSize: { value: 10.5 },
          fontWeight: { value: 700 },
          fill: { value: "#14171a" }
        }
      },
      interactive: false
    },
    {
      type: "group",
      encode: {
        enter: {
          x: { value: caribbean.x },
          y: { value: caribbean.y },
          width: { value: caribbean.width },
          height: { value: caribbean.height },
          stroke: { value: ink },
          strokeOpacity: { value: 0.2 },
          cornerRadius: { value: 4 }
        }
      },
      marks: [
        {
          type: "group",
          encode: { enter: { x: { value: 10 }, y: { value: 8 } } },
          marks: [
            {
              type: "shape",
              from: { data: "islands" },
              encode: { enter: outline },
              transform: [{ type: "geoshape", projection: "caribbean" }]
            },
            symbols("islandAirports")
          ]
        }
      ]
    },
    {
      type: "text",
      encode: {
        enter: {
          x: { value: caribbean.x },
          y: { value: caribbean.y - 7 },
          text: { value: "Puerto Rico, Virgin Islands" },
          fontSize: { value: 11 },
          fillOpacity: { value: 0.7 }
        }
      }
    },
    {
      type: "text",
      encode: {
        update: {
          x: { value: 16 },
          y: { value: 34 },
          fontSize: { value: 25 },
          fontWeight: { value: 700 },
          text: { value: "How late flights land, by airport of departure" },
          opacity: { signal: "titled ? 1 : 0" }
        }
      }
    }
  ],
  legends: [
    {
      fill: "delay",
      title: "Mean arrival delay (minutes)",
      titleLimit: 300,
      orient: "none",
      legendX: 16,
      legendY: 632,
      direction: "horizontal",
      gradientLength: 220,
      gradientThickness: 10,
      values: [0, 5, 12],
      encode: { labels: { update: { text: { signal: "datum.value == 12 ? '12+' : datum.value" } } } }
    },
    {
      size: "size",
      title: "Flights",
      orient: "none",
      legendX: 290,
      legendY: 626,
      direction: "horizontal",
      values: [1000, 50000, 150000],
      format: ",d",
      symbolFillColor: muted,
      symbolStrokeWidth: 0
    }
  ]
})

/** Inter comes as a package: a machine without fonts draws the same picture. */
const interFiles = ["400Regular/Inter_400Regular.ttf", "700Bold/Inter_700Bold.ttf"].map((file) =>
  fileURLToPath(import.meta.resolve(`@expo-google-fonts/inter/${file}`))
)

/** Draws the airports on the map of the country, each linked to its page. `outlines` are the borders of the states as TopoJSON. */
export const writeDelayMap = Effect.fnUntraced(function* (pages: ReadonlyArray<AirportPage>, outlines: unknown) {
  const artifacts = yield* ArtifactStore
  const states = yield* Effect.try({
    try: () =>
      vega.read(outlines as never, { type: "topojson", feature: "states" } as never) as Array<{ readonly id: number }>,
    catch: (cause) => new ChartFailed({ chart: map.name, cause })
  })
  const isIsland = ({ id }: { readonly id: number }) => id === 72 || id === 78
  const places = pages
    .toSorted((a, b) => b.flights - a.flights)
    .map((page, rank) => ({
      ...page.place,
      path: page.path,
      flights: page.flights,
      meanDelay: page.meanDelay,
      rank,
      island: isCaribbean(page),
      words: `${page.place.city} (${page.place.code}): ${lateness(page.meanDelay)} on average, ${count(page.flights)} flights`
    }))
  const rows = {
    states: states.filter((state) => !isIsland(state)),
    islands: states.filter(isIsland),
    airports: places.filter(({ island }) => !island),
    islandAirports: places.filter(({ island }) => island)
  }
  const paths = { svg: "map.svg", png: "map.png" }
  yield* artifacts.write(paths.svg, yield* draw(map, rows))
  const titled = yield* draw(map, rows, { titled: true })
  yield* artifacts.write(paths.png, yield* rasterise(titled))
  return { ...paths, airports: pages.length } satisfies DelayMap
})

const rasterise = (svg: string): Effect.Effect<Uint8Array, ChartFailed> =>
  Effect.tryPromise({
    try: async (signal) => {
      const image = await renderAsync(
        svg.replaceAll(ink, "#16191d"),
        {
          background: "#fbfaf8",
          fitTo: { mode: "width", value: 1960 },
          font: { loadSystemFonts: false, fontFiles: interFiles, defaultFontFamily: "Inter" }
        },
        signal
      )
      return image.asPng()
    },
    catch: (cause) => new ChartFailed({ chart: map.name, cause })
  })
