import { assert, describe, it } from "@effect/vitest"
import { files } from "@heddle/example-flight-delays/DataFolder"
import { Effect } from "effect"
import { AssetSelection, Instance } from "heddle"
import { existsSync, readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { folderWith, type Row, twoAirports } from "../../flight-delays/test/FlightFiles.ts"
import { delayMap } from "../src/FlightAssets.ts"
import { made, makeFrom, makeWhole, only } from "./SmallRun.ts"

/** Twenty flights in one month, on as many days. */
const month = (name: string): ReadonlyArray<Row> =>
  Array.from({ length: 20 }, (_, i) => [`${name}-${String(i + 1).padStart(2, "0")} 12:00:00`, i, "AAA", "BBB"])
const halfYear = ["2001-01", "2001-02", "2001-03", "2001-04", "2001-05", "2001-06"].flatMap(month)
const allMonths = folderWith([...halfYear, ...month("2001-07")])
const inMemory = Effect.provide(Instance.layerMemory)

describe("FlightAssets", () => {
  it.live("make everything from the files to the report", () =>
    Effect.gen(function* () {
      const folder = yield* allMonths
      const result = yield* makeFrom(folder)
      assert.isTrue(result.success)
      assert.strictEqual(made(result.allEvents).at(-1), "report")
      assert.deepInclude(result.assetValue("report"), {
        flights: 120,
        meanDelay: 9.5,
        worstRoute: "AAA-BBB",
        airports: 1
      })
      assert.deepStrictEqual(
        only(result.allEvents, "ASSET_CHECK_EVALUATION")
          .map(({ check, passed }) => [check, passed])
          .toSorted(),
        [
          ["airports_are_usable", true],
          ["few_are_dropped", true],
          ["months_are_whole", true]
        ]
      )
      assert.isTrue(existsSync(join(folder, "output/report.html")))
    })
  )

  it.live("flag a month of a few flights, and go on", () =>
    Effect.gen(function* () {
      const folder = yield* folderWith([...halfYear, ["2001-07-01 00:00:00", 1, "AAA", "BBB"]])
      const result = yield* makeFrom(folder)
      assert.isTrue(result.success)
      const found = only(result.allEvents, "ASSET_CHECK_EVALUATION").find(({ check }) => check === "months_are_whole")
      assert.deepInclude(found, {
        passed: false,
        severity: "WARN",
        description: "2001-07 has 1 flight, on 1 of its 31 days"
      })
      assert.strictEqual(result.assetValue("report").flights, 120)
    })
  )

  for (const [what, airports, description] of [
    [
      "an airport has no place",
      twoAirports.replace("38,-98", ",-98"),
      "2 airports: 0 without a code of their own, 1 without a place"
    ],
    [
      "two airports have one code",
      twoAirports.replace("BBB", "AAA"),
      "2 airports: 1 without a code of their own, 0 without a place"
    ],
    [
      "there are no airports",
      twoAirports.split("\n")[0]!,
      "0 airports: 0 without a code of their own, 0 without a place"
    ]
  ] as const) {
    it.live(`make nothing that depends on the airports when ${what}`, () =>
      Effect.gen(function* () {
        const folder = yield* allMonths
        writeFileSync(join(folder, files.airports), airports)
        const result = yield* makeFrom(folder)
        assert.isFalse(result.success)
        assert.sameMembers([...made(result.allEvents)], ["flights", "airports"])
        const [failure, ...others] = only(result.allEvents, "STEP_FAILURE")
        assert.strictEqual(others.length, 0)
        assert.include(failure?.error.message, `"airports_are_usable" of asset "airports" failed: ${description}`)
        assert.deepStrictEqual(readdirSync(join(folder, "tables")).toSorted(), ["airports.parquet", "flights"])
        assert.isFalse(existsSync(join(folder, "output")))
      })
    )
  }

  it.live("hold back the report, and nothing else, when too many flights break a rule", () =>
    Effect.gen(function* () {
      const folder = yield* folderWith([...month("2001-03"), ...month("2001-07"), ...month("2001-07")])
      const result = yield* makeFrom(folder)
      assert.isFalse(result.success)
      assert.include(made(result.allEvents), "delay_map")
      assert.notInclude(made(result.allEvents), "report")
    })
  )

  it.live("are made in part by a second run, from what the first one stored", () =>
    Effect.gen(function* () {
      const folder = yield* allMonths
      const first = yield* makeFrom(folder)
      writeFileSync(join(folder, files.flights), "the raw flights are not read again")
      const second = yield* makeWhole(folder, AssetSelection.downstream(delayMap))
      assert.isTrue(first.success && second.success)
      assert.deepStrictEqual(made(second.allEvents), ["delay_map", "report"])
      assert.deepStrictEqual(second.assetValue("report"), first.assetValue("report"))
    }).pipe(inMemory)
  )

  it.live("put each flight into the month of its own clock, also in the nights in which the clocks change", () =>
    Effect.gen(function* () {
      const times = [
        "2001-03-31 23:59:59",
        "2001-04-01 00:00:00",
        "2001-04-01 02:30:00",
        "2001-04-30 23:59:59",
        "2001-05-01 00:00:00"
      ]
      const folder = yield* folderWith(times.map((time): Row => [time, 0, "AAA", "BBB"]))
      const { allEvents } = yield* makeFrom(folder, AssetSelection.parse("flights"), { from: "2001-03", to: "2001-05" })
      assert.deepStrictEqual(
        only(allEvents, "ASSET_MATERIALIZATION").map(({ metadata, partition }) => [partition, metadata?.["rows"]]),
        [
          ["2001-03", { _tag: "int", value: 1 }],
          ["2001-04", { _tag: "int", value: 3 }],
          ["2001-05", { _tag: "int", value: 1 }]
        ]
      )
    })
  )

  it.live("are made again for one month, and of all months where they are of all", () =>
    Effect.gen(function* () {
      const folder = yield* allMonths
      assert.isTrue((yield* makeFrom(folder)).success)
      const july = { from: "2001-07", to: "2001-07" }
      const again = yield* makeFrom(folder, AssetSelection.parse("clean_flights or country"), july)
      const materializations = only(again.allEvents, "ASSET_MATERIALIZATION")
      assert.deepStrictEqual(
        materializations.map(({ asset, partition }) => [asset, partition]),
        [
          ["clean_flights", "2001-07"],
          ["country", undefined]
        ]
      )
      assert.strictEqual(again.assetValue("country").flights, 120)
    }).pipe(inMemory)
  )

  it.live("that one body makes can be made alone", () =>
    Effect.gen(function* () {
      const folder = yield* allMonths
      assert.isTrue((yield* makeFrom(folder, AssetSelection.parse("group:tables"))).success)
      const result = yield* makeWhole(folder, AssetSelection.parse("country"))
      assert.deepStrictEqual(made(result.allEvents), ["country"])
      assert.strictEqual(result.assetValue("country").flights, 120)
    }).pipe(inMemory)
  )

  it.live("look at the raw files when they are asked for, and tell of new contents", () =>
    Effect.gen(function* () {
      const folder = yield* allMonths
      const look = makeWhole(folder, AssetSelection.parse('key:"files/airports"'))
      const version = Effect.map(look, ({ allEvents }) => only(allEvents, "ASSET_OBSERVATION")[0]?.dataVersion)
      const before = yield* version
      assert.strictEqual(yield* version, before)
      writeFileSync(join(folder, files.airports), `${twoAirports}\n`)
      assert.notStrictEqual(yield* version, before)
    })
  )
})
