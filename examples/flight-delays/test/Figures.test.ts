import { assert, describe, it } from "@effect/vitest"
import { count, day, duration, inWords, lateness, several, share, tenth } from "../src/Figures.ts"

describe("Figures", () => {
  it("writes numbers as people read them", () => {
    assert.strictEqual(count(2999959), "2,999,959")
    assert.strictEqual(several(1, "flight"), "1 flight")
    assert.strictEqual(several(1200, "flight"), "1,200 flights")
    assert.strictEqual(share(0.2088), "21%")
    assert.strictEqual(inWords(4.79), "five")
    assert.strictEqual(inWords(11.2), "11")
    assert.strictEqual(day("2001-04-06"), "6 April")
    assert.strictEqual(duration(59), "59 min")
    assert.strictEqual(duration(940), "15 h 40 min")
  })

  it("never writes minus zero", () => {
    assert.strictEqual(tenth(-0.04), "0.0")
    assert.strictEqual(tenth(-3.96), "−4.0")
    assert.strictEqual(lateness(-0.04), "0.0 min late")
    assert.strictEqual(lateness(-1.25), "1.3 min early")
  })
})
