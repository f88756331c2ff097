import { AirportPage, writeAirportPage } from "@heddle/example-flight-delays/AirportPage"
import { AirportProfile, Pattern } from "@heddle/example-flight-delays/AirportProfile"
import { type files, readOutlines } from "@heddle/example-flight-delays/DataFolder"
import { DataQuality, droppedShare } from "@heddle/example-flight-delays/DataQuality"
import { DelayMap, writeDelayMap } from "@heddle/example-flight-delays/DelayMap"
import { one, text } from "@heddle/example-flight-delays/DuckDb"
import { several } from "@heddle/example-flight-delays/Figures"
import {
  cleanSql,
  rawAirports,
  rawFlights,
  readAirports,
  readCountry,
  readQuality,
  readWorstRoutes
} from "@heddle/example-flight-delays/FlightQueries"
import { Picture, writeHourlyProfile } from "@heddle/example-flight-delays/HourlyProfile"
import { Report, writeReport } from "@heddle/example-flight-delays/Report"
import { WorstRoutes } from "@heddle/example-flight-delays/WorstRoutes"
import { Effect, Schema } from "effect"
import { Asset, MetadataValue, Out, Partitions, RetryPolicy } from "heddle"
import { Database } from "./Database.ts"
import { ParquetIOManager } from "./ParquetIOManager.ts"
import { Sources } from "./Sources.ts"
import { from, fromAll, Table, table } from "./Table.ts"

const Positive = Schema.Int.check(Schema.isGreaterThan(0))
const orElse = <A>(value: A) => Effect.succeed(value)

// ---------------------------------------------------------------- files, which come from elsewhere

/** A raw file. Runs do not make it; they can look at it, and what was made from other contents is then stale. */
const source = <const Name extends keyof typeof files>(name: Name, kind: string, description: string) =>
  Asset.observable(`files/${name}` as const, {
    description,
    group: "files",
    owners: ["team:transport-statistics"],
    kinds: [kind],
    observe: () =>
      Effect.gen(function* () {
        const { bytes, hash, path } = yield* (yield* Sources).look(name)
        return { dataVersion: hash, metadata: { bytes, path: MetadataValue.path(path) } }
      })
  })

export const flightsFile = source("flights", "parquet", "Three million flights of 2001")
export const airportsFile = source("airports", "csv", "The airports of the country")
export const outlinesFile = source("outlines", "json", "The borders of the states")

// ---------------------------------------------------------------- tables, kept in Parquet files

/**
 * The months of the recording, by the clocks of the airports: a flight of the night in which they change is of the month that
 * its own clock shows.
 */
export const months = Partitions.monthly({ start: "2001-01-01", end: "2001-08-01", format: "%Y-%m" })

/** Each month is a partition. A run for several of them makes them together. */
const monthly = { partitions: months, backfill: "singleRun" } as const

const tables = {
  group: "tables",
  owners: ["team:data"],
  kinds: ["duckdb", "parquet"],
  io: ParquetIOManager,
  output: Table
}

export const flights = Asset.make("flights", {
  ...tables,
  ...monthly,
  description: "The flights of a month, as they were recorded",
  codeVersion: "1",
  deps: [flightsFile],
  run: (_, { partitionKeys }) =>
    Effect.map(Sources, ({ folder }) => {
      const flightsOf = (month: string) =>
        `SELECT date, delay, distance, origin, destination FROM ${rawFlights(folder)} WHERE strftime(date, '%Y-%m') = ${text(month)}`
      return new Map(partitionKeys.map((month) => [month, table(flightsOf(month))]))
    })
})

export const airports = Asset.make("airports", {
  ...tables,
  description: "The airports as they were listed",
  codeVersion: "1",
  deps: [airportsFile],
  run: () =>
    Effect.map(Sources, ({ folder }) =>
      table(`SELECT iata, name, city, state, latitude, longitude FROM ${rawAirports(folder)}`)
    )
})

export const cleanFlights = Asset.make("clean_flights", {
  ...tables,
  ...monthly,
  description: "The flights of a month that pass all rules, with the cities of both airports",
  codeVersion: "1",
  inputs: { flights, airports },
  run: ({ airports, flights }) =>
    Effect.succeed(new Map(Array.from(flights, ([month, of]) => [month, table(cleanSql(from(of), from(airports)))])))
})

/** Only warns: what is there of a month is as good as in any other. */
export const monthsAreWhole = Asset.check(flights, "months_are_whole", {
  description: "Each month has flights on at least half of its days",
  run: (flights) =>
    Effect.gen(function* () {
      const months = yield* (yield* Database).rows(
        "count the flights and days of each month",
        `SELECT strftime(date, '%Y-%m') AS month, count(*)::INTEGER AS flights,
           count(DISTINCT date::DATE)::INTEGER AS days, day(last_day(min(date)::DATE))::INTEGER AS length
         FROM ${fromAll(flights)} GROUP BY month ORDER BY month`,
        Schema.Struct({ month: Schema.String, flights: Schema.Int, days: Schema.Int, length: Schema.Int })
      )
      const odd = months.filter(({ days, length }) => days < length / 2)
      const empty = [...flights.keys()].filter((month) => !months.some((found) => found.month === month))
      return {
        passed: odd.length + empty.length === 0,
        severity: "WARN" as const,
        description: [
          ...odd.map(
            ({ days, flights, length, month }) =>
              `${month} has ${several(flights, "flight")}, on ${days} of its ${length} days`
          ),
          ...empty.map((month) => `${month} has no flights`)
        ].join("; "),
        metadata: { months: flights.size, odd: odd.length + empty.length }
      }
    })
})

/** Blocks: without codes and places of airports, everything after this would be wrong. */
export const airportsAreUsable = Asset.check(airports, "airports_are_usable", {
  description: "Each airport has a code of its own, and a place on the map",
  blocking: true,
  run: (airports) =>
    Effect.gen(function* () {
      const { nowhere, rows, unnamed } = yield* one(
        yield* Database,
        "look at the airports",
        `SELECT count(*)::INTEGER AS rows, (count(*) - count(DISTINCT iata))::INTEGER AS unnamed,
           (count(*) FILTER (WHERE try_cast(latitude AS DOUBLE) IS NULL OR try_cast(longitude AS DOUBLE) IS NULL))::INTEGER AS nowhere
         FROM ${from(airports)}`,
        Schema.Struct({ rows: Schema.Int, unnamed: Schema.Int, nowhere: Schema.Int })
      )
      return {
        passed: rows > 0 && unnamed === 0 && nowhere === 0,
        description: `${rows} airports: ${unnamed} without a code of their own, ${nowhere} without a place`,
        metadata: { rows, unnamed, nowhere }
      }
    })
})

// ---------------------------------------------------------------- figures, kept by the default IO manager

const figures = { group: "figures", owners: ["team:data"], kinds: ["json"] }

export const quality = Asset.make("quality", {
  ...figures,
  description: "Which rows break a rule, and what they would have changed",
  codeVersion: "1",
  inputs: { flights, airports, cleanFlights },
  config: Schema.Struct({
    /** Share of the rows that may break a rule, from 0 to 1. */
    maximumDropped: Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 })).pipe(
      Schema.withDecodingDefaultKey(orElse(0.001))
    )
  }),
  output: DataQuality,
  checks: { few_are_dropped: { blocking: true, description: "Few rows break a rule" } },
  run: ({ airports, cleanFlights, flights }, { config }) =>
    Effect.gen(function* () {
      const value = yield* readQuality(yield* Database, fromAll(flights), from(airports), fromAll(cleanFlights))
      const share = droppedShare(value)
      return Asset.result({
        value,
        metadata: { rows: value.rows, dropped: value.rows - value.kept },
        checks: { few_are_dropped: { passed: share <= config.maximumDropped, metadata: { share } } }
      })
    })
})

const countryOut = Asset.out(Out.optional(Pattern), {
  ...figures,
  description: "When flights leave and how late they land, in the whole country",
  deps: [cleanFlights]
})
const airportProfilesOut = Asset.out(Out.optional(Schema.Array(AirportProfile)), {
  ...figures,
  description: "The same for each airport, with its destinations"
})

/** Two assets of one body, which makes those that the run asks for. */
export const profiles = Asset.multi("profiles", {
  canSubset: true,
  inputs: { airports, cleanFlights },
  codeVersion: "1",
  config: Schema.Struct({
    /** Airports with fewer departures get no page. */
    minimumFlights: Positive.pipe(Schema.withDecodingDefaultKey(orElse(1))),
    /** Maximum number of airports with a page, busiest first (default: all). */
    airports: Schema.optionalKey(Positive)
  }),
  outputs: { country: countryOut, airport_profiles: airportProfilesOut },
  run: ({ airports, cleanFlights }, { config, selected }) =>
    Effect.gen(function* () {
      const db = yield* Database
      const flights = fromAll(cleanFlights)
      return {
        ...(selected.has("country") ? { country: yield* readCountry(db, flights) } : {}),
        ...(selected.has("airport_profiles")
          ? { airport_profiles: yield* readAirports(db, flights, from(airports), config) }
          : {})
      }
    })
})
export const { airport_profiles: airportProfiles, country } = profiles.assets

export const worstRoutes = Asset.make("worst_routes", {
  ...figures,
  description: "The routes with the highest mean delay",
  codeVersion: "1",
  inputs: { cleanFlights },
  config: Schema.Struct({
    minimumFlights: Positive.pipe(Schema.withDecodingDefaultKey(orElse(100))),
    routes: Positive.pipe(Schema.withDecodingDefaultKey(orElse(10)))
  }),
  output: WorstRoutes,
  run: ({ cleanFlights }, { config }) =>
    Effect.gen(function* () {
      const routes = yield* readWorstRoutes(yield* Database, fromAll(cleanFlights), config)
      return { minimumFlights: config.minimumFlights, routes }
    })
})

// ---------------------------------------------------------------- pages and pictures, written to a folder

const pictures = { group: "report", owners: ["ana@example.com"] }

export const airportPages = Asset.make("airport_pages", {
  ...pictures,
  kinds: ["html", "svg"],
  description: "A page of charts for each airport",
  codeVersion: "1",
  inputs: { airportProfiles, country },
  output: Schema.Array(AirportPage),
  retry: { ArtifactFailed: RetryPolicy.make({ maxRetries: 2, delay: "200 millis" }), ChartFailed: "fail" },
  run: ({ airportProfiles, country }) =>
    Effect.gen(function* () {
      const pages = yield* Effect.forEach(airportProfiles, (profile) => writeAirportPage(profile, country), {
        concurrency: 8
      })
      return Asset.result({ value: pages, metadata: { pages: pages.length } })
    })
})

export const hourlyProfile = Asset.make("hourly_profile", {
  ...pictures,
  kinds: ["svg"],
  description: "When the country's flights leave and how many of them land late",
  codeVersion: "1",
  inputs: { country },
  output: Picture,
  run: ({ country }) => writeHourlyProfile(country)
})

export const delayMap = Asset.make("delay_map", {
  ...pictures,
  kinds: ["svg", "png"],
  description: "The airports on a map, coloured by delay",
  codeVersion: "1",
  inputs: { airportPages },
  deps: [outlinesFile],
  output: DelayMap,
  run: ({ airportPages }) =>
    Effect.gen(function* () {
      const { folder } = yield* Sources
      return yield* writeDelayMap(airportPages, yield* readOutlines(folder))
    })
})

export const report = Asset.make("report", {
  ...pictures,
  kinds: ["html"],
  description: "The report: a map, the worst routes, and all airports",
  codeVersion: "1",
  inputs: { quality, country, hours: hourlyProfile, worst: worstRoutes, pages: airportPages, map: delayMap },
  output: Report,
  run: (parts) =>
    Effect.gen(function* () {
      const value = yield* writeReport(parts)
      return Asset.result({
        value,
        metadata: { flights: value.flights, airports: value.airports, meanDelay: value.meanDelay }
      })
    })
})
