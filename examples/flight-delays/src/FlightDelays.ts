import { Effect, Schema } from "effect"
import { Job, Op, Out, Resource, RetryPolicy } from "heddle"
import { AirportPage, writeAirportPage } from "./AirportPage.ts"
import { AirportProfile, Pattern } from "./AirportProfile.ts"
import { ArtifactStore } from "./ArtifactStore.ts"
import { DataFolder, installed } from "./DataFolder.ts"
import { droppedShare, TooManyDropped } from "./DataQuality.ts"
import { DelayMap, writeDelayMap } from "./DelayMap.ts"
import { Picture, writeHourlyProfile } from "./HourlyProfile.ts"
import { Report, writeReport } from "./Report.ts"
import { CleanFlights, Source, Warehouse } from "./Warehouse.ts"
import { WorstRoutes } from "./WorstRoutes.ts"

const Positive = Schema.Int.check(Schema.isGreaterThan(0))
const orElse = <A>(value: A) => Effect.succeed(value)

/** Checks that the files have the expected contents, and summarizes them. */
export const loadFlights = Op.make("load_flights", {
  output: Source,
  run: (_, { log }) =>
    Effect.gen(function* () {
      const source = yield* (yield* Warehouse).source
      log.info(
        `${source.flights} flights from ${source.origins} airports, ${source.firstDay} to ${source.lastDay}, delays from ${source.earliest} to ${source.latest} minutes`
      )
      return source
    })
})

/** Drops rows that break a rule, and fails if there are too many. */
export const cleanFlights = Op.make("clean_flights", {
  inputs: { source: Source },
  config: Schema.Struct({
    /** Share of the rows that may break a rule, from 0 to 1. */
    maximumDropped: Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 })).pipe(
      Schema.withDecodingDefaultKey(orElse(0.001))
    )
  }),
  output: CleanFlights,
  run: (_, { config, log }) =>
    Effect.gen(function* () {
      const flights = yield* (yield* Warehouse).clean
      const { quality } = flights
      for (const { rule, rows } of quality.dropped.filter(({ rows }) => rows > 0))
        log.info(`left out ${rows} rows: ${rule}`)
      if (droppedShare(quality) > config.maximumDropped)
        return yield* new TooManyDropped({ quality, allowed: config.maximumDropped })
      return flights
    })
})

/** Aggregates all flights, and emits one output per airport. */
export const profileAirports = Op.make("profile_airports", {
  inputs: { flights: CleanFlights },
  config: Schema.Struct({
    /** Airports with fewer departures get no page. */
    minimumFlights: Positive.pipe(Schema.withDecodingDefaultKey(orElse(1))),
    /** Maximum number of airports with a page, busiest first (default: all). */
    airports: Schema.optionalKey(Positive)
  }),
  outputs: { country: Pattern, airport: Out.dynamic(AirportProfile) },
  run: ({ flights }, { config }) =>
    Effect.gen(function* () {
      const warehouse = yield* Warehouse
      const country = yield* warehouse.country(flights)
      const airports = yield* warehouse.airports(flights, config)
      return { country, airport: airports.map((profile) => [profile.place.code, profile] as const) }
    })
})

/** Draws the charts and the page of one airport. */
export const airportPage = Op.make("airport_page", {
  inputs: { airport: AirportProfile, country: Pattern },
  output: AirportPage,
  retry: { ArtifactFailed: RetryPolicy.make({ maxRetries: 2, delay: "200 millis" }), ChartFailed: "fail" },
  run: ({ airport, country }) => writeAirportPage(airport, country)
})

export const hourlyProfile = Op.make("hourly_profile", {
  inputs: { country: Pattern },
  output: Picture,
  run: ({ country }) => writeHourlyProfile(country)
})

export const worstRoutes = Op.make("worst_routes", {
  inputs: { flights: CleanFlights },
  config: Schema.Struct({
    minimumFlights: Positive.pipe(Schema.withDecodingDefaultKey(orElse(100))),
    routes: Positive.pipe(Schema.withDecodingDefaultKey(orElse(10)))
  }),
  output: WorstRoutes,
  run: ({ flights }, { config }) =>
    Effect.gen(function* () {
      const routes = yield* (yield* Warehouse).worstRoutes(flights, config)
      return { minimumFlights: config.minimumFlights, routes }
    })
})

export const delayMap = Op.make("delay_map", {
  inputs: { pages: Schema.Array(AirportPage) },
  output: DelayMap,
  run: ({ pages }) =>
    Effect.gen(function* () {
      return yield* writeDelayMap(pages, yield* (yield* Warehouse).outlines)
    })
})

export const report = Op.make("report", {
  inputs: {
    flights: CleanFlights,
    country: Pattern,
    hours: Picture,
    worst: WorstRoutes,
    pages: Schema.Array(AirportPage),
    map: DelayMap
  },
  output: Report,
  run: ({ flights, ...parts }) => writeReport({ ...parts, quality: flights.quality })
})

/** From three million flights to a report with a page for each airport. */
export const flightDelays = Job.make(
  "flight_delays",
  {
    resources: {
      warehouse: Resource.make({
        config: Schema.Struct({
          dataFolder: DataFolder.pipe(Schema.withDecodingDefaultKey(orElse(installed))),
          /** The file of cleaned flights, which later steps read. */
          workFolder: Schema.String
        }),
        layer: Warehouse.layer
      }),
      artifacts: Resource.make({ config: Schema.Struct({ folder: Schema.String }), layer: ArtifactStore.layer })
    }
  },
  function* () {
    const flights = yield* cleanFlights({ source: yield* loadFlights() })
    const { airport, country } = yield* profileAirports({ flights })
    const pages = yield* airport.map((item) => airportPage({ airport: item, country }))
    const hours = yield* hourlyProfile({ country })
    const worst = yield* worstRoutes({ flights })
    const map = yield* delayMap({ pages: pages.collect() })
    return yield* report({ flights, country, hours, worst, pages: pages.collect(), map })
  }
)
