import { Effect, Layer } from "effect"
import type { AirportProfile, Pattern, Place } from "../src/AirportProfile.ts"
import { DataUnusable } from "../src/DataFolder.ts"
import { type CleanFlights, Warehouse } from "../src/Warehouse.ts"

/** A country with one state, three airports and sixty flights. */
export const pattern = (flights: number, lateShare: number): Pattern => ({
  flights,
  meanDelay: lateShare * 40,
  medianDelay: 1,
  ninthDecile: 30,
  lateShare,
  hours: [
    { slot: 6, flights: flights / 2, lateShare: lateShare / 2 },
    { slot: 18, flights: flights / 2, lateShare: lateShare * 1.5 }
  ],
  weekdays: [{ slot: 1, flights, lateShare }],
  classes: [0, 0, flights * (1 - lateShare), flights * lateShare, 0, 0, 0]
})

const place = (code: string, name: string, longitude: number): Place => ({
  code,
  name,
  city: `${name} City`,
  state: "KS",
  latitude: 38,
  longitude
})

export const profile = (at: Place, flights: number, lateShare: number): AirportProfile => ({
  place: at,
  pattern: pattern(flights, lateShare),
  destinationCount: 1,
  destinations: [{ code: "BBB", city: "Bee City", state: "KS", miles: 120, flights, delay: 4 }],
  worstDay: { date: "2001-03-01", flights: 2, delay: 61 },
  longestDelay: { date: "2001-03-01", code: "BBB", city: "Bee City", minutes: 95 }
})

export const airports: ReadonlyArray<AirportProfile> = [
  profile(place("AAA", "Ay <& Co>", -99), 40, 0.25),
  profile(place("BBB", "Bee", -98), 16, 0.5),
  profile(place("CCC", "Cee", -97), 4, 1)
]
export const country = pattern(60, 0.4)

export const clean: CleanFlights = {
  file: "nowhere.parquet",
  quality: {
    rows: 62,
    kept: 60,
    dropped: [{ rule: "date_slipped", because: "The date is a day off", rows: 2 }],
    misled: [{ origin: "AAA", destination: "BBB", flights: 40, dropped: 2, before: 80, after: 10 }],
    twins: 0,
    twinsByChance: 0
  }
}

const square = [
  [
    [-100, 37],
    [-100, 39],
    [-96, 39],
    [-96, 37],
    [-100, 37]
  ]
]

/** Answers for the small country; a test may give other answers to some of the questions. */
export const warehouse = (other: Partial<Warehouse["Service"]> = {}): Layer.Layer<Warehouse> =>
  Layer.succeed(Warehouse, {
    source: Effect.succeed({
      folder: "nowhere",
      flights: 62,
      firstDay: "2001-01-01",
      lastDay: "2001-06-30",
      earliest: -10,
      latest: 1400,
      origins: 3
    }),
    clean: Effect.succeed(clean),
    country: () => Effect.succeed(country),
    airports: (_, which) =>
      Effect.succeed(
        airports.filter(({ pattern }) => pattern.flights >= which.minimumFlights).slice(0, which.airports)
      ),
    worstRoutes: (_, which) =>
      Effect.succeed(
        [
          {
            origin: "AAA",
            originCity: "Ay City",
            destination: "BBB",
            destinationCity: "Bee City",
            miles: 120,
            flights: 40,
            delay: 10,
            lateShare: 0.25
          },
          {
            origin: "CCC",
            originCity: "Cee City",
            destination: "ZZZ",
            destinationCity: "Far City",
            miles: 900,
            flights: 4,
            delay: 8,
            lateShare: 1
          }
        ].slice(0, which.routes)
      ),
    outlines: Effect.succeed({
      type: "Topology",
      objects: { states: { type: "GeometryCollection", geometries: [{ type: "Polygon", id: 20, arcs: [[0]] }] } },
      arcs: square
    }),
    ...other
  })

export const noFlights = new DataUnusable({ reason: "there are none" })
