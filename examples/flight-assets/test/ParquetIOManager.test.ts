import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Schema } from "effect"
import { Asset, Instance, materialize, Resource } from "heddle"
import { existsSync, mkdirSync, mkdtempSync, readdirSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Database } from "../src/Database.ts"
import { ParquetIOManager } from "../src/ParquetIOManager.ts"
import { from, Table, table } from "../src/Table.ts"
import { only } from "./SmallRun.ts"

const numbers = (sql: string) =>
  Asset.make("some/numbers", { output: Table, io: ParquetIOManager, run: () => table(sql) })
const total = Asset.make("total", {
  inputs: { numbers: numbers("") },
  output: Schema.Int,
  run: ({ numbers }) =>
    Effect.gen(function* () {
      const rows = yield* (yield* Database).rows(
        "add up",
        `SELECT sum(n)::INTEGER AS total FROM ${from(numbers)}`,
        Schema.Struct({ total: Schema.Int })
      )
      return rows[0]!.total
    })
})

const into = (folder: string) => ({
  database: Resource.fromLayer(Database.layer),
  parquet: Resource.fromLayer(ParquetIOManager.layer({ folder }), { needs: { database: Database } })
})
const newFolder = Effect.sync(() => mkdtempSync(join(tmpdir(), "tables-")))
const inMemory = Effect.provide(Instance.layerMemory)

describe("ParquetIOManager", () => {
  it.effect("names the file after the asset, and tells its rows, bytes and path", () =>
    Effect.gen(function* () {
      const folder = yield* newFolder
      const result = yield* materialize([numbers("SELECT unnest([1, 2, 3]) AS n"), total], { resources: into(folder) })
      assert.isTrue(result.success)
      assert.strictEqual(result.assetValue("total"), 6)
      const path = join(folder, "some/numbers.parquet")
      assert.deepStrictEqual(only(result.allEvents, "ASSET_MATERIALIZATION")[0]?.metadata, {
        rows: { _tag: "int", value: 3 },
        bytes: { _tag: "int", value: statSync(path).size },
        path: { _tag: "path", value: path }
      })
      assert.deepStrictEqual(readdirSync(join(folder, "some")), ["numbers.parquet"])
    })
  )

  it.effect("keeps the old table when a new one fails half-way, and leaves no other file", () =>
    Effect.gen(function* () {
      const folder = yield* newFolder
      const resources = into(folder)
      assert.isTrue((yield* materialize([numbers("SELECT 7 AS n")], { resources })).success)
      const failing = numbers(
        "SELECT CASE WHEN n < 900000 THEN n ELSE error('no more') END AS n FROM range(1000000) r(n)"
      )
      const failed = yield* materialize([failing], { resources })
      assert.include(only(failed.allEvents, "STEP_FAILURE")[0]?.error.message, "no more")
      assert.deepStrictEqual(readdirSync(join(folder, "some")), ["numbers.parquet"])
      const after = yield* materialize([failing, total], { resources, selection: total })
      assert.strictEqual(after.assetValue("total"), 7)
    }).pipe(inMemory)
  )

  it.effect("says what stands in the place of a table, and leaves no other file", () =>
    Effect.gen(function* () {
      const folder = yield* newFolder
      const path = join(folder, "some/numbers.parquet")
      mkdirSync(path, { recursive: true })
      const failed = yield* materialize([numbers("SELECT 7 AS n")], { resources: into(folder) })
      const message = only(failed.allEvents, "STEP_FAILURE")[0]?.error.message
      assert.include(message, `Cannot store "${path}": `)
      assert.deepStrictEqual(readdirSync(join(folder, "some")), ["numbers.parquet"])
    })
  )

  it.effect("leaves no file when it is interrupted", () =>
    Effect.gen(function* () {
      const folder = yield* newFolder
      const endless = numbers("SELECT max(n) AS n FROM range(1000000000000) r(n)")
      const run = yield* Effect.forkChild(materialize([endless], { resources: into(folder) }))
      const written = () => existsSync(join(folder, "some")) && readdirSync(join(folder, "some")).length > 0
      while (!written()) yield* Effect.yieldNow
      yield* Fiber.interrupt(run)
      assert.deepStrictEqual(readdirSync(join(folder, "some")), [])
    })
  )

  it.effect("says which table to make first", () =>
    Effect.gen(function* () {
      const result = yield* materialize([numbers(""), total], {
        resources: into(yield* newFolder),
        selection: total
      })
      assert.include(
        only(result.allEvents, "STEP_FAILURE")[0]?.error.message,
        'no value of asset "some/numbers": materialize the asset first'
      )
    })
  )
})
