import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Exit, Fiber, Layer, Schema, Scope } from "effect"
import { join } from "node:path"
import { open } from "../src/DuckDb.ts"
import { Warehouse } from "../src/Warehouse.ts"
import { folderWith, type Row } from "./FlightFiles.ts"

const over = (rows: ReadonlyArray<Row>, columns?: string) =>
  Layer.unwrap(
    Effect.map(folderWith(rows, columns), (dataFolder) =>
      Warehouse.layer({ dataFolder, workFolder: join(dataFolder, "work") })
    )
  )

const good: Row = ["2001-03-01 08:00:00", 10, "AAA", "BBB"]

describe("Warehouse", () => {
  it.effect("leaves out each row for the first rule that it breaks, and keeps the edges", () =>
    Effect.gen(function* () {
      const { quality } = yield* (yield* Warehouse).clean
      const dropped = Object.fromEntries(quality.dropped.map(({ rule, rows }) => [rule, rows]))
      assert.deepStrictEqual(dropped, {
        missing_value: 1,
        unknown_airport: 1,
        same_airport: 1,
        outside_half_year: 2,
        impossibly_early: 1,
        date_slipped: 1
      })
      assert.strictEqual(quality.rows, 10)
      assert.strictEqual(quality.kept, 3)
    }).pipe(
      Effect.provide(
        over([
          ["2001-03-01 08:00:00", null, "AAA", "BBB"],
          ["2001-03-01 08:00:00", 1, "AAA", "ZZZ"],
          ["2001-03-01 08:00:00", 1, "AAA", "AAA"],
          ["2001-07-01 00:00:00", 1, "AAA", "BBB"],
          ["2000-12-31 23:59:00", 1688, "AAA", "BBB"],
          ["2001-03-01 08:00:00", -121, "AAA", "BBB"],
          ["2001-03-01 08:00:00", 1380, "AAA", "BBB"],
          ["2001-06-30 23:59:00", -120, "AAA", "BBB"],
          ["2001-01-01 00:00:00", 1379, "AAA", "BBB"],
          good
        ])
      )
    )
  )

  it.effect("counts flights that equal another, and keeps them", () =>
    Effect.gen(function* () {
      const { quality } = yield* (yield* Warehouse).clean
      assert.strictEqual(quality.twins, 2)
      assert.strictEqual(quality.kept, 4)
    }).pipe(Effect.provide(over([good, good, good, ["2001-03-01 08:00:00", 20, "AAA", "BBB"]])))
  )

  it.effect("profiles an airport by hour, weekday and class", () =>
    Effect.gen(function* () {
      const warehouse = yield* Warehouse
      const [profile, ...others] = yield* warehouse.airports(yield* warehouse.clean, { minimumFlights: 2 })
      assert.strictEqual(others.length, 0)
      assert.deepStrictEqual(profile?.pattern.hours, [
        { slot: 8, flights: 2, lateShare: 0.5 },
        { slot: 21, flights: 2, lateShare: 1 }
      ])
      assert.deepStrictEqual(
        profile?.pattern.weekdays.map(({ slot, flights }) => [slot, flights]),
        [[4, 4]]
      )
      assert.deepStrictEqual(profile?.pattern.classes, [0, 0, 1, 1, 0, 1, 1])
      assert.deepStrictEqual(profile?.longestDelay, { date: "2001-03-01", code: "BBB", city: "Bee City", minutes: 120 })
    }).pipe(
      Effect.provide(
        over([
          ["2001-03-01 08:00:00", 14, "AAA", "BBB"],
          ["2001-03-01 08:59:00", 15, "AAA", "BBB"],
          ["2001-03-01 21:00:00", 119, "AAA", "BBB"],
          ["2001-03-01 21:30:00", 120, "AAA", "BBB"],
          ["2001-03-01 21:30:00", 0, "BBB", "AAA"]
        ])
      )
    )
  )

  it.effect("gives as many airports as asked for, the largest first", () =>
    Effect.gen(function* () {
      const warehouse = yield* Warehouse
      const profiles = yield* warehouse.airports(yield* warehouse.clean, { minimumFlights: 1, airports: 1 })
      assert.deepStrictEqual(
        profiles.map(({ place }) => place.code),
        ["BBB"]
      )
    }).pipe(
      Effect.provide(over([good, ["2001-03-01 08:00:00", 1, "BBB", "AAA"], ["2001-03-01 09:00:00", 1, "BBB", "AAA"]]))
    )
  )

  it.effect("says which column a file lacks", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip((yield* Warehouse).source)
      assert.strictEqual(error.message, `Cannot use the flight data: flights-3m.parquet has no column "delay"`)
    }).pipe(Effect.provide(over([good], "date, distance, origin, destination")))
  )

  it.effect("does not open without its files", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        Effect.scoped(Layer.build(Warehouse.layer({ dataFolder: "/no/such/folder", workFolder: "/tmp" })))
      )
      assert.include(error.message, `there is no folder "/no/such/folder"`)
    })
  )

  it.effect("is closed with its scope", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const warehouse = Context.get(yield* Layer.buildWithScope(over([good]), scope), Warehouse)
      const flights = yield* warehouse.clean
      assert.strictEqual((yield* warehouse.source).flights, 1)
      yield* Scope.close(scope, Exit.void)
      const error = yield* Effect.flip(warehouse.country(flights))
      assert.match(error.message, /^Cannot add up the country: .*closed/)
    })
  )
})

describe("DuckDb", () => {
  it.effect("leaves the event loop free while a query runs, and stops it when nobody waits for it any more", () =>
    Effect.gen(function* () {
      const db = yield* open
      yield* db.rows("make a counter", "CREATE SEQUENCE counter", Schema.Unknown)
      const counted = db.rows(
        "look at the counter",
        "SELECT coalesce(last_value, 0)::DOUBLE AS n FROM duckdb_sequences()",
        Schema.Struct({ n: Schema.Finite })
      )
      const running = yield* Effect.forkChild(
        db.rows("count on", "SELECT max(nextval('counter'))::VARCHAR FROM range(1000000000000)", Schema.Unknown),
        { startImmediately: true }
      )
      while ((yield* counted)[0]!.n < 10_000) yield* Effect.yieldNow
      yield* Fiber.interrupt(running)
      const stopped = yield* counted
      for (let look = 0; look < 20; look++) assert.deepStrictEqual(yield* counted, stopped)
    })
  )

  it.effect("says what a failed query was for", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip((yield* open).rows("count the storks", "SELECT * FROM storks", Schema.Unknown))
      assert.match(error.message, /^Cannot count the storks: Catalog Error: Table with name storks does not exist/)
    })
  )

  it.effect("does not take rows of another shape", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        (yield* open).rows("count the storks", "SELECT 'many' AS n", Schema.Struct({ n: Schema.Int }))
      )
      assert.include(error.message, "Cannot count the storks: ")
    })
  )
})
