import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { writeAirportPage } from "../src/AirportPage.ts"
import { ArtifactStore } from "../src/ArtifactStore.ts"
import { airports, country } from "./SmallCountry.ts"

const written = Effect.fnUntraced(function* (index: number) {
  const files = new Map<string, string | Uint8Array>()
  const page = yield* Effect.provide(writeAirportPage(airports[index]!, country), ArtifactStore.layerMemory(files))
  return { page, files, html: String(files.get(page.path)) }
})

describe("AirportPage", () => {
  it.effect("writes a page with three charts, and the first chart as a picture", () =>
    Effect.gen(function* () {
      const { page, files, html } = yield* written(0)
      assert.deepStrictEqual([...files.keys()].toSorted(), ["airports/AAA.html", "airports/AAA.svg"])
      assert.strictEqual(html.match(/<svg /g)?.length, 3)
      assert.match(String(files.get("airports/AAA.svg")), /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/)
      assert.deepInclude(page, { path: "airports/AAA.html", flights: 40, meanDelay: 10, lateShare: 0.25 })
    })
  )

  it.effect("compares with the country", () =>
    Effect.gen(function* () {
      const { html } = yield* written(0)
      assert.include(html, "they landed 10.0 min late, 6.0 minutes less than in the whole country")
    })
  )

  it.effect("does not compare an airport with too few flights", () =>
    Effect.gen(function* () {
      const { html } = yield* written(2)
      assert.include(html, "4 flights left from here between January and June 2001: too few to compare")
    })
  )

  it.effect("needs nothing from elsewhere and escapes names", () =>
    Effect.gen(function* () {
      const { html } = yield* written(0)
      assert.include(html, "Ay &lt;&amp; Co&gt; City")
      const addresses = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map((match) => match[1])
      assert.deepStrictEqual(addresses, ["data:,", "../report.html", "AAA.svg"])
    })
  )
})
