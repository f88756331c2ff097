import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { executeInProcess } from "heddle"
import { ArtifactStore } from "../src/ArtifactStore.ts"
import { cleanFlights, flightDelays, profileAirports } from "../src/FlightDelays.ts"
import { airports, clean, noFlights, warehouse } from "./SmallCountry.ts"

type Files = Map<string, string | Uint8Array>
const layers = (files: Files, other?: Parameters<typeof warehouse>[0]) => ({
  warehouse: warehouse(other),
  artifacts: ArtifactStore.layerMemory(files)
})
const source = { folder: "", flights: 62, firstDay: "", lastDay: "", earliest: 0, latest: 0, origins: 3 }

/** Two of the small country's flights are bad: more than the job takes by itself. */
const lenient = { clean_flights: { config: { maximumDropped: 0.1 } } }

describe("FlightDelays", () => {
  it.effect("writes a page for each airport and the report", () =>
    Effect.gen(function* () {
      const files: Files = new Map()
      const result = yield* executeInProcess(flightDelays, { resources: layers(files), runConfig: { ops: lenient } })
      assert.isTrue(result.success)
      if (!result.success) return
      assert.deepInclude(result.output, { path: "report.html", airports: 3, worstRoute: "AAA-BBB" })
      const pages = [...files.keys()].filter((path) => /^airports\/.*html$/.test(path))
      assert.sameMembers(pages, ["airports/AAA.html", "airports/BBB.html", "airports/CCC.html"])
    })
  )

  it.effect("takes the number of airports and of flights from run config", () =>
    Effect.gen(function* () {
      const files: Files = new Map()
      const result = yield* executeInProcess(flightDelays, {
        resources: layers(files),
        runConfig: { ops: { ...lenient, profile_airports: { config: { minimumFlights: 10, airports: 1 } } } }
      })
      assert.isTrue(result.success)
      assert.sameMembers(
        [...files.keys()].filter((path) => path.startsWith("airports/")),
        ["airports/AAA.html", "airports/AAA.svg"]
      )
    })
  )

  it.effect("writes nothing when the data cannot be used", () =>
    Effect.gen(function* () {
      const files: Files = new Map()
      const result = yield* executeInProcess(flightDelays, {
        resources: layers(files, { source: Effect.fail(noFlights) })
      })
      assert.isFalse(result.success)
      if (result.success) return
      assert.deepStrictEqual(
        result.failures.map(({ stepKey, error }) => [stepKey, typeof error === "string" ? error : error._tag]),
        [["load_flights", "DataUnusable"]]
      )
      assert.strictEqual(files.size, 0)
    })
  )

  it.effect("asks for the folders before it runs when the resources are real", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        executeInProcess(flightDelays, {
          runConfig: {
            resources: {
              warehouse: { config: { dataFolder: "/no/such/folder", workFolder: "/tmp" } },
              artifacts: { config: { folder: "/tmp" } }
            }
          }
        })
      )
      assert.include(JSON.stringify(error) + String(error), "/no/such/folder")
    })
  )
})

describe("clean_flights", () => {
  it.effect("stops when more rows break a rule than run config allows, and names the rule", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(cleanFlights.invoke({ source }, { config: { maximumDropped: 0.01 } }))
      assert.strictEqual(error._tag, "TooManyDropped")
      assert.include(
        error.message,
        `3.23 % of the flights break a rule, but ops.clean_flights.config.maximumDropped allows only 1.00 %. Most of them break "date_slipped"`
      )
    }).pipe(Effect.provide(warehouse()))
  )

  it.effect("goes on when no more than that do", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* cleanFlights.invoke({ source }, { config: { maximumDropped: 0.04 } }), clean)
    }).pipe(Effect.provide(warehouse()))
  )
})

describe("profile_airports", () => {
  it.effect("gives each airport under its code", () =>
    Effect.gen(function* () {
      const { airport } = yield* profileAirports.invoke({ flights: clean }, { config: {} })
      assert.deepStrictEqual(
        [...airport],
        airports.map((profile) => [profile.place.code, profile])
      )
    }).pipe(Effect.provide(warehouse()))
  )
})
