import { Context, Effect, Layer, Schema } from "effect"
import { mkdir } from "node:fs/promises"
import { resolve } from "node:path"
import type { AirportProfile, Pattern } from "./AirportProfile.ts"
import { DataUnusable, files, missing, readOutlines } from "./DataFolder.ts"
import { DataQuality } from "./DataQuality.ts"
import { type DuckDb, one, open, QueryFailed, text } from "./DuckDb.ts"
import {
  cleanSql,
  parquet,
  rawAirports,
  rawFlights,
  readAirports,
  readCountry,
  readQuality,
  readWorstRoutes
} from "./FlightQueries.ts"
import type { Route } from "./WorstRoutes.ts"

/** What was read, before anything is cleaned. */
export const Source = Schema.Struct({
  folder: Schema.String,
  flights: Schema.Int,
  firstDay: Schema.String,
  lastDay: Schema.String,
  earliest: Schema.Int,
  latest: Schema.Int,
  origins: Schema.Int
})
export type Source = typeof Source.Type

/** The cleaned flights, joined with their airports: a Parquet file, so that later steps may run in another process. */
export const CleanFlights = Schema.Struct({ file: Schema.String, quality: DataQuality })
export type CleanFlights = typeof CleanFlights.Type

/** The flights and airports, and the queries of the job. */
export class Warehouse extends Context.Service<
  Warehouse,
  {
    /** Reads a summary of the raw flights. Fails if the files do not contain flights and airports. */
    readonly source: Effect.Effect<Source, DataUnusable | QueryFailed>
    /** Writes the flights that pass all rules, with the cities of both airports. */
    readonly clean: Effect.Effect<CleanFlights, QueryFailed>
    /** The pattern of all flights together. */
    readonly country: (flights: CleanFlights) => Effect.Effect<Pattern, QueryFailed>
    /** Profiles of the airports with at least `minimumFlights` departures, most departures first, the first `airports` of them. */
    readonly airports: (
      flights: CleanFlights,
      which: { readonly minimumFlights: number; readonly airports?: number | undefined }
    ) => Effect.Effect<ReadonlyArray<AirportProfile>, QueryFailed>
    /** The routes with the highest mean delay among those with at least `minimumFlights`, worst first. */
    readonly worstRoutes: (
      flights: CleanFlights,
      which: { readonly minimumFlights: number; readonly routes: number }
    ) => Effect.Effect<ReadonlyArray<Route>, QueryFailed>
    /** Borders of the states as TopoJSON. */
    readonly outlines: Effect.Effect<unknown, DataUnusable>
  }
>()("@heddle/example-flight-delays/Warehouse") {
  /** Uses DuckDB to query the files in `dataFolder`, and writes to `workFolder`. */
  static readonly layer = (config: {
    readonly dataFolder: string
    readonly workFolder: string
  }): Layer.Layer<Warehouse, DataUnusable | QueryFailed> =>
    Layer.effect(
      Warehouse,
      Effect.gen(function* () {
        const reason = missing(config.dataFolder)
        if (reason !== undefined) return yield* new DataUnusable({ reason })
        const db = yield* open
        yield* Effect.addFinalizer(() => Effect.logDebug("closing the warehouse"))
        const raw = rawFlights(config.dataFolder)
        const places = rawAirports(config.dataFolder)
        const cleaned = resolve(config.workFolder, "flights-clean.parquet")

        return {
          source: Effect.gen(function* () {
            yield* expectColumns(db, "flights", raw, ["date", "delay", "distance", "origin", "destination"])
            yield* expectColumns(db, "airports", places, ["iata", "name", "city", "state", "latitude", "longitude"])
            const seen = yield* one(
              db,
              "look at the flights",
              lookSql(raw),
              Schema.Struct({ ...Source.fields, folder: Schema.Null })
            )
            return { ...seen, folder: resolve(config.dataFolder) }
          }),
          clean: Effect.gen(function* () {
            yield* Effect.tryPromise({
              try: () => mkdir(config.workFolder, { recursive: true }),
              catch: (cause) => new QueryFailed({ query: `write to "${config.workFolder}"`, cause })
            })
            yield* db.rows(
              "write the clean flights",
              `COPY (${cleanSql(raw, places)}) TO ${text(cleaned)} (FORMAT parquet, COMPRESSION zstd)`,
              Schema.Unknown
            )
            return { file: cleaned, quality: yield* readQuality(db, raw, places, parquet(cleaned)) }
          }),
          country: (flights) => readCountry(db, parquet(flights.file)),
          airports: (flights, which) => readAirports(db, parquet(flights.file), places, which),
          worstRoutes: (flights, which) => readWorstRoutes(db, parquet(flights.file), which),
          outlines: readOutlines(config.dataFolder)
        }
      })
    )
}

const expectColumns = Effect.fnUntraced(function* (
  db: DuckDb,
  what: keyof typeof files,
  table: string,
  expected: ReadonlyArray<string>
) {
  const columns = yield* db
    .rows(`read ${files[what]}`, `DESCRIBE FROM ${table}`, Schema.Struct({ column_name: Schema.String }))
    .pipe(Effect.mapError((error) => new DataUnusable({ reason: `${files[what]} cannot be read (${error.message})` })))
  const absent = expected.filter((name) => !columns.some((column) => column.column_name === name))
  if (absent.length > 0) {
    return yield* new DataUnusable({
      reason: `${files[what]} has no column ${absent.map((name) => `"${name}"`).join(", ")}`
    })
  }
})

const lookSql = (raw: string) => `
  SELECT NULL AS folder, count(*)::INTEGER AS flights,
    strftime(min(date), '%Y-%m-%d') AS "firstDay", strftime(max(date), '%Y-%m-%d') AS "lastDay",
    min(delay)::INTEGER AS earliest, max(delay)::INTEGER AS latest,
    count(DISTINCT origin)::INTEGER AS origins
  FROM ${raw}`
