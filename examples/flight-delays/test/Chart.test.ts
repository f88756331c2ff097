import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { draw } from "../src/Chart.ts"
import { byDelay, byHour, classRows, slotRows } from "../src/PatternCharts.ts"
import { country, pattern } from "./SmallCountry.ts"

const bars = (svg: string) => [...svg.matchAll(/aria-label="([^"]*% of \d+ flights late)"/g)].map((match) => match[1])

describe("Chart", () => {
  it.effect("draws one chart many times, each time with its own rows", () =>
    Effect.gen(function* () {
      const first = yield* draw(byHour, { rows: slotRows(country.hours) })
      const second = yield* draw(byHour, { rows: slotRows(pattern(10, 0.2).hours) })
      const again = yield* draw(byHour, { rows: slotRows(country.hours) })
      assert.deepStrictEqual(bars(first), ["20% of 30 flights late", "60% of 30 flights late"])
      assert.deepStrictEqual(bars(second), ["10% of 5 flights late", "30% of 5 flights late"])
      assert.strictEqual(again, first)
    })
  )

  it.effect("draws bars of few flights faint", () =>
    Effect.gen(function* () {
      const svg = yield* draw(byHour, {
        rows: slotRows([
          { slot: 1, flights: 19, lateShare: 0.5 },
          { slot: 2, flights: 20, lateShare: 0.5 }
        ])
      })
      assert.match(svg, /aria-label="50% of 19 flights late"[^>]*opacity="0.35"/)
      assert.match(svg, /aria-label="50% of 20 flights late"[^>]*opacity="1"/)
    })
  )

  it.effect("takes its text colour from the page, so that it can be read on dark paper", () =>
    Effect.gen(function* () {
      const svg = yield* draw(byDelay, { rows: classRows(country, country) })
      assert.include(svg, `fill="currentColor"`)
      assert.notMatch(svg, /<text[^>]*fill="(#000|black)/)
    })
  )

  it.effect("names the chart that cannot be drawn", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(draw(byHour, { nothing: [] }))
      assert.strictEqual(error._tag, "ChartFailed")
      assert.include(error.message, `Cannot draw the chart "late flights by hour"`)
    })
  )
})
