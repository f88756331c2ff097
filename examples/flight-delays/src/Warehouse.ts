import { Context, Effect, Layer, Schema } from "effect"
import { mkdir, readFile } from "node:fs/promises"
import { join, resolve } from "node:path"
import { AirportProfile, classes, Pattern } from "./AirportProfile.ts"
import { DataUnusable, files, missing } from "./DataFolder.ts"
import { DataQuality, Misled, rules } from "./DataQuality.ts"
import { open, QueryFailed, text } from "./DuckDb.ts"
import { Route } from "./WorstRoutes.ts"

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
        const raw = `read_parquet(${text(join(config.dataFolder, files.flights))})`
        const places = `read_csv(${text(join(config.dataFolder, files.airports))}, all_varchar = true, header = true)`
        const cleaned = resolve(config.workFolder, "flights-clean.parquet")
        const one = <A>(query: string, sql: string, row: Schema.Codec<A, any, never, never>) =>
          Effect.map(db.rows(query, sql, row), (rows) => rows[0]!)

        return {
          source: Effect.gen(function* () {
            yield* expectColumns(db, "flights", raw, ["date", "delay", "distance", "origin", "destination"])
            yield* expectColumns(db, "airports", places, ["iata", "name", "city", "state", "latitude", "longitude"])
            const seen = yield* one(
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
            const counts = yield* db.rows("count the flights that break a rule", countSql(raw, places), Broken)
            yield* db.rows("write the clean flights", cleanSql(raw, places, cleaned), Schema.Unknown)
            const misled = yield* db.rows(
              "compare the routes with and without the dropped flights",
              misledSql(raw, places),
              Misled
            )
            const twins = yield* one("look for flights recorded twice", twinsSql(cleaned), Twins)
            const rows = (rule: string) => counts.find((count) => count.rule === rule)?.rows ?? 0
            return {
              file: cleaned,
              quality: {
                rows: counts.reduce((sum, count) => sum + count.rows, 0),
                kept: rows("none"),
                dropped: rules.map(({ name, because }) => ({ rule: name, because, rows: rows(name) })),
                misled,
                ...twins
              }
            }
          }),
          country: (flights) =>
            one("add up the country", patternSql(flights.file, "'US'"), Keyed).pipe(Effect.map((row) => row.pattern)),
          airports: (flights, which) =>
            db.rows("profile the airports", airportsSql(flights.file, places, which), AirportProfile),
          worstRoutes: (flights, which) => db.rows("find the worst routes", routesSql(flights.file, which), Route),
          outlines: Effect.tryPromise({
            try: async (): Promise<unknown> =>
              JSON.parse(await readFile(join(config.dataFolder, files.outlines), "utf8")),
            catch: (cause) => new DataUnusable({ reason: `${files.outlines} is not JSON: ${String(cause)}` })
          })
        }
      })
    )
}

const Broken = Schema.Struct({ rule: Schema.String, rows: Schema.Int })
const Twins = Schema.Struct({ twins: Schema.Int, twinsByChance: Schema.Finite })
const Keyed = Schema.Struct({ pattern: Pattern })

const expectColumns = Effect.fnUntraced(function* (
  db: Effect.Success<typeof open>,
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

const judgedSql = (raw: string, places: string) => `
  SELECT f.*, o.city AS origin_city, o.state AS origin_state, d.city AS destination_city, d.state AS destination_state,
    CASE ${rules.map((rule) => `WHEN ${rule.breaks} THEN ${text(rule.name)}`).join(" ")} ELSE 'none' END AS rule
  FROM ${raw} f LEFT JOIN ${places} o ON o.iata = f.origin LEFT JOIN ${places} d ON d.iata = f.destination`

const countSql = (raw: string, places: string) =>
  `SELECT rule, count(*)::INTEGER AS rows FROM (${judgedSql(raw, places)}) GROUP BY rule`

const misledSql = (raw: string, places: string) => `
  SELECT origin, destination, count(*)::INTEGER AS flights, count(*) FILTER (WHERE rule <> 'none')::INTEGER AS dropped,
    avg(delay) AS before, avg(delay) FILTER (WHERE rule = 'none') AS after
  FROM (${judgedSql(raw, places)})
  GROUP BY origin, destination HAVING flights >= 100 AND dropped > 0 AND after IS NOT NULL
  ORDER BY abs(before - after) DESC, origin, destination LIMIT 2`

const cleanSql = (raw: string, places: string, file: string) => `
  COPY (SELECT * EXCLUDE (rule) FROM (${judgedSql(raw, places)}) WHERE rule = 'none')
  TO ${text(file)} (FORMAT parquet, COMPRESSION zstd)`

/** Two flights of one route and minute have the same delay by chance as often as any two flights have. */
const twinsSql = (file: string) => `
  WITH f AS (FROM read_parquet(${text(file)})),
    together AS (SELECT sum(n * (n - 1) / 2) AS pairs FROM (SELECT count(*) AS n FROM f GROUP BY date, origin, destination)),
    same AS (SELECT sum(share * share) AS chance FROM (SELECT count(*) / sum(count(*)) OVER () AS share FROM f GROUP BY delay)),
    found AS (SELECT coalesce(sum(n - 1), 0) AS twins FROM (SELECT count(*) AS n FROM f GROUP BY date, origin, destination, delay, distance))
  SELECT twins::INTEGER AS twins, coalesce(pairs * chance, 0)::DOUBLE AS "twinsByChance" FROM together, same, found`

const slotsSql = (name: string, key: string, slot: string) => `
  ${name} AS (
    SELECT key, list({ 'slot': slot, 'flights': flights, 'lateShare': late } ORDER BY slot) AS ${name}
    FROM (SELECT ${key} AS key, ${slot}::INTEGER AS slot, count(*)::INTEGER AS flights, avg((delay >= 15)::INTEGER) AS late FROM f GROUP BY ALL)
    GROUP BY key
  )`

const classesSql = classes
  .map(({ from }, index) => {
    const below = index === 0 ? "" : `delay >= ${from}`
    const next = classes[index + 1]
    const bounds = [below, next === undefined ? "" : `delay < ${next.from}`].filter((bound) => bound !== "")
    return `count(*) FILTER (WHERE ${bounds.join(" AND ")})::INTEGER`
  })
  .join(", ")

/** One row with `key` and `pattern` for each value of the key expression. */
const patternSql = (file: string, key: string) => `
  WITH f AS (FROM read_parquet(${text(file)})),
    ${slotsSql("hours", key, "hour(date)")},
    ${slotsSql("weekdays", key, "isodow(date)")},
    totals AS (
      SELECT ${key} AS key, count(*)::INTEGER AS flights, avg(delay) AS mean, median(delay)::DOUBLE AS median,
        quantile_cont(delay, 0.9)::DOUBLE AS decile, avg((delay >= 15)::INTEGER) AS late, [${classesSql}] AS classes
      FROM f GROUP BY ALL
    )
  SELECT key, {
    'flights': flights, 'meanDelay': mean, 'medianDelay': median, 'ninthDecile': decile, 'lateShare': late,
    'hours': hours, 'weekdays': weekdays, 'classes': classes
  } AS pattern
  FROM totals JOIN hours USING (key) JOIN weekdays USING (key)`

const airportsSql = (
  file: string,
  places: string,
  which: { readonly minimumFlights: number; readonly airports?: number | undefined }
) => `
  WITH f AS (FROM read_parquet(${text(file)})),
    patterns AS (${patternSql(file, "origin")}),
    reached AS (
      SELECT origin, destination, any_value(destination_city) AS city, any_value(destination_state) AS state,
        any_value(distance)::INTEGER AS miles, count(*)::INTEGER AS flights, avg(delay) AS delay
      FROM f GROUP BY origin, destination
    ),
    destinations AS (
      SELECT origin, count(*)::INTEGER AS reachable, list(
        { 'code': destination, 'city': city, 'state': state, 'miles': miles, 'flights': flights, 'delay': delay }
        ORDER BY flights DESC, destination
      )[:7] AS destinations
      FROM reached GROUP BY origin
    ),
    days AS (SELECT origin, date::DATE AS day, count(*)::INTEGER AS flights, avg(delay) AS delay FROM f GROUP BY ALL),
    worst AS (
      SELECT origin, arg_max({ 'date': strftime(day, '%Y-%m-%d'), 'flights': flights, 'delay': delay }, (delay, day)) AS worst
      FROM (SELECT *, avg(flights) OVER (PARTITION BY origin) AS usual FROM days) WHERE flights >= usual / 5 GROUP BY origin
    ),
    longest AS (
      SELECT origin, arg_max({
        'date': strftime(date, '%Y-%m-%d'), 'code': destination, 'city': destination_city, 'minutes': delay::INTEGER
      }, (delay, date, destination)) AS longest
      FROM f GROUP BY origin
    )
  SELECT {
      'code': a.iata, 'name': a.name, 'city': a.city, 'state': a.state,
      'latitude': a.latitude::DOUBLE, 'longitude': a.longitude::DOUBLE
    } AS place,
    pattern, reachable AS "destinationCount", destinations, worst AS "worstDay", longest AS "longestDelay"
  FROM patterns JOIN ${places} a ON a.iata = key
    JOIN destinations d ON d.origin = key JOIN worst w ON w.origin = key JOIN longest l ON l.origin = key
  WHERE pattern.flights >= ${which.minimumFlights}
  ORDER BY pattern.flights DESC, key
  ${which.airports === undefined ? "" : `LIMIT ${which.airports}`}`

const routesSql = (file: string, which: { readonly minimumFlights: number; readonly routes: number }) => `
  SELECT origin, any_value(origin_city) AS "originCity", destination, any_value(destination_city) AS "destinationCity",
    any_value(distance)::INTEGER AS miles, count(*)::INTEGER AS flights, avg(delay) AS delay,
    avg((delay >= 15)::INTEGER) AS "lateShare"
  FROM read_parquet(${text(file)})
  GROUP BY origin, destination HAVING count(*) >= ${which.minimumFlights}
  ORDER BY delay DESC LIMIT ${which.routes}`
