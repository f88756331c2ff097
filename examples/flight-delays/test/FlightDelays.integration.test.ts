import { DuckDBInstance } from "@duckdb/node-api"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { executeInProcess } from "heddle"
import { mkdtempSync, readFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { files, installed } from "../src/DataFolder.ts"
import { flightDelays } from "../src/FlightDelays.ts"

/** The same questions put to the file directly: no rules table, no join, no cleaned copy. */
const figures = (sql: string) =>
  Effect.promise(async () => {
    const connection = await (await DuckDBInstance.create(":memory:")).connect()
    const reader = await connection.runAndReadAll(
      `WITH f AS (FROM '${join(installed, files.flights)}' WHERE delay BETWEEN -120 AND 1379 AND month(date) < 7) ${sql}`
    )
    connection.closeSync()
    return reader.getRowObjectsJson()[0]!
  })

describe("FlightDelays over the real flights", () => {
  it.effect("reports the figures that a query of its own finds", () =>
    Effect.gen(function* () {
      const folder = mkdtempSync(join(tmpdir(), "flight-delays-"))
      const result = yield* executeInProcess(flightDelays, {
        runConfig: {
          ops: { profile_airports: { config: { airports: 3 } } },
          resources: { warehouse: { config: { workFolder: join(folder, "work") } }, artifacts: { config: { folder } } }
        }
      })
      assert.isTrue(result.success)
      if (!result.success) return
      const country = yield* figures(
        "SELECT count(*)::INTEGER AS flights, sum(delay)::DOUBLE / count(*) AS mean, count(CASE WHEN delay > 14 THEN 1 END)::DOUBLE / count(*) AS late FROM f"
      )
      const [route, largest] = [
        yield* figures(
          "SELECT origin || '-' || destination AS name FROM f GROUP BY origin, destination HAVING count(*) > 99 ORDER BY sum(delay) / count(*) DESC"
        ),
        yield* figures(
          "SELECT origin AS code, count(*)::INTEGER AS flights, mean(delay) AS delay FROM f GROUP BY 1 ORDER BY 2 DESC"
        )
      ]
      assert.strictEqual(result.output.flights, country["flights"])
      assert.closeTo(result.output.meanDelay, Number(country["mean"]), 1e-9)
      assert.closeTo(result.output.lateShare, Number(country["late"]), 1e-9)
      assert.strictEqual(result.output.worstRoute, route["name"])
      assert.strictEqual(result.output.airports, 3)

      const html = readFileSync(join(folder, "report.html"), "utf8")
      const flights = Number(largest["flights"]).toLocaleString("en-US")
      const delay = Number(largest["delay"]).toFixed(1)
      assert.match(
        html,
        new RegExp(
          `<small>${largest["code"]}</small></td> <td class="wordy">[^<]*</td> <td class="n">${flights}</td> <td class="n">[^<]*</td> <td class="n">${delay}</td> </tr>`
        )
      )
    })
  )
})
