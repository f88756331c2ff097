import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { writeAirportPage } from "../src/AirportPage.ts"
import { ArtifactStore } from "../src/ArtifactStore.ts"
import { writeDelayMap } from "../src/DelayMap.ts"
import { writeHourlyProfile } from "../src/HourlyProfile.ts"
import { writeReport } from "../src/Report.ts"
import { Warehouse } from "../src/Warehouse.ts"
import { airports, clean, country, warehouse } from "./SmallCountry.ts"

const written = Effect.gen(function* () {
  const files = new Map<string, string | Uint8Array>()
  const report = yield* Effect.gen(function* () {
    const pages = yield* Effect.forEach(airports, (airport) => writeAirportPage(airport, country))
    const warehouse = yield* Warehouse
    const routes = yield* warehouse.worstRoutes(clean, { minimumFlights: 1, routes: 10 })
    const map = yield* writeDelayMap(pages, yield* warehouse.outlines)
    const hours = yield* writeHourlyProfile(country)
    return yield* writeReport({
      quality: clean.quality,
      country,
      hours,
      worst: { minimumFlights: 1, routes },
      pages,
      map
    })
  }).pipe(Effect.provide([ArtifactStore.layerMemory(files), warehouse()]))
  return { report, files, html: String(files.get(report.path)) }
})

describe("Report", () => {
  it.effect("leads to every airport, from the map and from the list", () =>
    Effect.gen(function* () {
      const { html } = yield* written
      for (const code of ["AAA", "BBB", "CCC"]) {
        assert.include(html, `xlink:href="airports/${code}.html"`)
        assert.include(html, `<td><a href="airports/${code}.html">`)
      }
    })
  )

  it.effect("links only airports that have a page", () =>
    Effect.gen(function* () {
      const { html } = yield* written
      assert.include(html, `<a href="airports/CCC.html">Cee City</a> <small>CCC</small>`)
      assert.include(html, `<td>Far City <small>ZZZ</small></td>`)
    })
  )

  it.effect("tells what was left out and which answers that changes", () =>
    Effect.gen(function* () {
      const { html } = yield* written
      assert.include(html, "62 rows were read, 2 break a rule and are left out")
      assert.include(html, "with them AAA to BBB would average 80.0 minutes instead of 10.0")
      assert.include(html, `<td>The date is a day off</td> <td class="n">2</td>`)
    })
  )

  it.effect("gives its first figures as the value of the step", () =>
    Effect.gen(function* () {
      const { report } = yield* written
      assert.deepStrictEqual(report, {
        path: "report.html",
        flights: 60,
        meanDelay: 16,
        lateShare: 0.4,
        worstRoute: "AAA-BBB",
        airports: 3
      })
    })
  )

  it.effect("writes the map as PNG too", () =>
    Effect.gen(function* () {
      const { files } = yield* written
      const png = files.get("map.png") as Uint8Array
      assert.deepStrictEqual([...png.subarray(1, 4)], [...Buffer.from("PNG")])
      assert.strictEqual(Buffer.from(png).readUInt32BE(16), 1960)
    })
  )
})
