import { DuckDBInstance } from "@duckdb/node-api"
import { assert, describe, it } from "@effect/vitest"
import { files, installed } from "@heddle/example-flight-delays/DataFolder"
import { Effect } from "effect"
import { instanceForTest, materialize } from "heddle"
import { execFile } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { assets, resources } from "../src/definitions.ts"
import { allMonths, made, only } from "./SmallRun.ts"

/** The same questions put to the file directly: no rules table, no join, no stored table. */
const figures = (sql: string) =>
  Effect.promise(async () => {
    const connection = await (await DuckDBInstance.create(":memory:")).connect()
    const reader = await connection.runAndReadAll(
      `WITH f AS (FROM '${join(installed, files.flights)}' WHERE delay BETWEEN -120 AND 1379 AND month(date) < 7) ${sql}`
    )
    connection.closeSync()
    return reader.getRowObjectsJson()[0]!
  })

const place = (path: string) => fileURLToPath(new URL(path, import.meta.url))

describe("FlightAssets over the real flights", () => {
  it.live("hold the figures that a query of its own finds, also for another process", () =>
    Effect.gen(function* () {
      const folder = mkdtempSync(join(tmpdir(), "flight-assets-"))
      const home = join(folder, "home")
      const runConfig = {
        ops: { profiles: { config: { airports: 3 } } },
        resources: {
          parquet: { config: { folder: join(folder, "tables") } },
          artifacts: { config: { folder } }
        }
      }
      const result = yield* materialize(assets, { resources, runConfig, partitionRange: allMonths }).pipe(
        Effect.provide(instanceForTest({ home }))
      )
      assert.isTrue(result.success)

      const country = yield* figures(
        "SELECT count(*)::INTEGER AS flights, sum(delay)::DOUBLE / count(*) AS mean, count(CASE WHEN delay > 14 THEN 1 END)::DOUBLE / count(*) AS late FROM f"
      )
      const route = yield* figures(
        "SELECT origin || '-' || destination AS name FROM f GROUP BY origin, destination HAVING count(*) > 99 ORDER BY sum(delay) / count(*) DESC"
      )
      const report = result.assetValue("report")
      assert.strictEqual(report.flights, country["flights"])
      assert.closeTo(report.meanDelay, Number(country["mean"]), 1e-9)
      assert.closeTo(report.lateShare, Number(country["late"]), 1e-9)
      assert.strictEqual(report.worstRoute, route["name"])
      assert.strictEqual(report.airports, 3)

      const months = only(result.allEvents, "ASSET_CHECK_EVALUATION").find(({ check }) => check === "months_are_whole")
      assert.deepInclude(months, { passed: false, severity: "WARN" })
      assert.match(months?.description ?? "", /^2001-07 has 6 flights, on 1 of its 31 days$/)

      // Another process makes the report alone: everything that it takes was stored by this one.
      const page = readFileSync(join(folder, "report.html"), "utf8")
      rmSync(join(folder, "report.html"))
      const command = ["asset", "materialize", "-f", place("../src/definitions.ts"), "--select", "report", "--json"]
      const given = ["--config-json", JSON.stringify(runConfig), "--home", home]
      const { stdout } = yield* Effect.promise(() =>
        promisify(execFile)(process.execPath, [place("../../../packages/cli/src/main.ts"), ...command, ...given])
      )
      const events = stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line))
      assert.deepStrictEqual(made(events), ["report"])
      assert.strictEqual(readFileSync(join(folder, "report.html"), "utf8"), page)
    })
  )
})
