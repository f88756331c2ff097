import { Effect, Schema } from "effect"
import { join } from "node:path"
import { AirportProfile, classes, Pattern } from "./AirportProfile.ts"
import { files } from "./DataFolder.ts"
import { type DataQuality, Misled, rules } from "./DataQuality.ts"
import { type DuckDb, one, type QueryFailed, text } from "./DuckDb.ts"
import { Route } from "./WorstRoutes.ts"

// Tables are given as SQL that may follow FROM: a call such as read_parquet('…'), or a query in brackets.

/** The table of a Parquet file. */
export const parquet = (file: string): string => `read_parquet(${text(file)})`

/** The flights of a data folder, as they are. */
export const rawFlights = (folder: string): string => parquet(join(folder, files.flights))

/** The airports of a data folder, as they are: every column is text. */
export const rawAirports = (folder: string): string =>
  `read_csv(${text(join(folder, files.airports))}, all_varchar = true, header = true)`

/** A query for the flights that pass all rules, with the cities and states of both airports. */
export const cleanSql = (flights: string, airports: string): string =>
  `SELECT * EXCLUDE (rule) FROM (${judgedSql(flights, airports)}) WHERE rule = 'none'`

/** Counts what breaks the rules, and finds what it would have changed. `clean` are the flights of `cleanSql`. */
export const readQuality = Effect.fnUntraced(function* (db: DuckDb, flights: string, airports: string, clean: string) {
  const counts = yield* db.rows("count the flights that break a rule", countSql(flights, airports), Broken)
  const misled = yield* db.rows(
    "compare the routes with and without the dropped flights",
    misledSql(flights, airports),
    Misled
  )
  const twins = yield* one(db, "look for flights recorded twice", twinsSql(clean), Twins)
  const rows = (rule: string) => counts.find((count) => count.rule === rule)?.rows ?? 0
  return {
    rows: counts.reduce((sum, count) => sum + count.rows, 0),
    kept: rows("none"),
    dropped: rules.map(({ name, because }) => ({ rule: name, because, rows: rows(name) })),
    misled,
    ...twins
  } satisfies DataQuality
})

/** The pattern of all flights together. */
export const readCountry = (db: DuckDb, clean: string): Effect.Effect<Pattern, QueryFailed> =>
  one(db, "add up the country", patternSql(clean, "'US'"), Keyed).pipe(Effect.map((row) => row.pattern))

/** Profiles of the airports with at least `minimumFlights` departures, most departures first, the first `airports` of them. */
export const readAirports = (
  db: DuckDb,
  clean: string,
  airports: string,
  which: { readonly minimumFlights: number; readonly airports?: number | undefined }
): Effect.Effect<ReadonlyArray<AirportProfile>, QueryFailed> =>
  db.rows("profile the airports", airportsSql(clean, airports, which), AirportProfile)

/** The routes with the highest mean delay among those with at least `minimumFlights`, worst first. */
export const readWorstRoutes = (
  db: DuckDb,
  clean: string,
  which: { readonly minimumFlights: number; readonly routes: number }
): Effect.Effect<ReadonlyArray<Route>, QueryFailed> => db.rows("find the worst routes", routesSql(clean, which), Route)

const Broken = Schema.Struct({ rule: Schema.String, rows: Schema.Int })
const Twins = Schema.Struct({ twins: Schema.Int, twinsByChance: Schema.Finite })
const Keyed = Schema.Struct({ pattern: Pattern })

const judgedSql = (flights: string, airports: string) => `
  SELECT f.*, o.city AS origin_city, o.state AS origin_state, d.city AS destination_city, d.state AS destination_state,
    CASE ${rules.map((rule) => `WHEN ${rule.breaks} THEN ${text(rule.name)}`).join(" ")} ELSE 'none' END AS rule
  FROM ${flights} f LEFT JOIN ${airports} o ON o.iata = f.origin LEFT JOIN ${airports} d ON d.iata = f.destination`

const countSql = (flights: string, airports: string) =>
  `SELECT rule, count(*)::INTEGER AS rows FROM (${judgedSql(flights, airports)}) GROUP BY rule`

const misledSql = (flights: string, airports: string) => `
  SELECT origin, destination, count(*)::INTEGER AS flights, count(*) FILTER (WHERE rule <> 'none')::INTEGER AS dropped,
    avg(delay) AS before, avg(delay) FILTER (WHERE rule = 'none') AS after
  FROM (${judgedSql(flights, airports)})
  GROUP BY origin, destination HAVING flights >= 100 AND dropped > 0 AND after IS NOT NULL
  ORDER BY abs(before - after) DESC, origin, destination LIMIT 2`

/** Two flights of one route and minute have the same delay by chance as often as any two flights have. */
const twinsSql = (flights: string) => `
  WITH f AS (FROM ${flights}),
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
const patternSql = (flights: string, key: string) => `
  WITH f AS (FROM ${flights}),
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
  flights: string,
  airports: string,
  which: { readonly minimumFlights: number; readonly airports?: number | undefined }
) => `
  WITH f AS (FROM ${flights}),
    patterns AS (${patternSql(flights, "origin")}),
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
  FROM patterns JOIN ${airports} a ON a.iata = key
    JOIN destinations d ON d.origin = key JOIN worst w ON w.origin = key JOIN longest l ON l.origin = key
  WHERE pattern.flights >= ${which.minimumFlights}
  ORDER BY pattern.flights DESC, key
  ${which.airports === undefined ? "" : `LIMIT ${which.airports}`}`

const routesSql = (flights: string, which: { readonly minimumFlights: number; readonly routes: number }) => `
  SELECT origin, any_value(origin_city) AS "originCity", destination, any_value(destination_city) AS "destinationCity",
    any_value(distance)::INTEGER AS miles, count(*)::INTEGER AS flights, avg(delay) AS delay,
    avg((delay >= 15)::INTEGER) AS "lateShare"
  FROM ${flights}
  GROUP BY origin, destination HAVING count(*) >= ${which.minimumFlights}
  ORDER BY delay DESC LIMIT ${which.routes}`
