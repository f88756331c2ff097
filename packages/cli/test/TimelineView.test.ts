import { assert, describe, it } from "@effect/vitest"
import { Paint } from "@heddle/cli/Paint"
import { PlainText } from "@heddle/cli/PlainText"
import { TimelineView } from "@heddle/cli/TimelineView"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import { RunTimeline } from "@heddle/events/RunTimeline"
import { stripVTControlCharacters } from "node:util"
import { flightDelays, story } from "./fixtures/events.ts"

const draw = (events: ReadonlyArray<HeddleEvent>, width = 100, paint = Paint.plain) =>
  TimelineView.lines(RunTimeline.ofEvents(events), { width, paint })

describe("TimelineView", () => {
  it("draws all steps on one axis, in the order in which they started", () => {
    const run = story()
    run.start()
    run.ok("extract", 0, 500)
    run.ok("load", 500, 1000)
    run.at(1000, "RUN_SUCCESS", {})
    const [axis, extract, load, ...rest] = draw(run.events(), 60)
    assert.deepStrictEqual(rest, [])
    assert.match(axis!, /╵0 .*╵500 ms/)
    assert.match(extract!, /^✓ extract .*█+ .* 500 ms$/)
    assert.match(load!, /^✓ load .*█+ .* 500 ms$/)
    // The second bar starts where the first ends.
    assert.strictEqual(extract!.lastIndexOf("█") + 1, load!.indexOf("█"))
  })

  it.each([40, 60, 80, 100, 120, 200])("never writes past %i cells", (width) => {
    for (const line of draw(flightDelays([3, 50, 51, 52, 53, 54, 200]), width)) {
      assert.isAtMost(PlainText.width(line), width, line)
    }
  })

  it("draws 229 copies of a mapped op as one line", () => {
    const lines = draw(flightDelays())
    assert.strictEqual(lines.length, 1 + 7 + 1)
    assert.strictEqual(lines.filter((line) => line.includes("airport_page")).length, 1)
    assert.match(
      lines.find((line) => line.includes("airport_page"))!,
      /^✓ airport_page ×229 .*█/
    )
  })

  it("shows failed copies below the line of their op, and the number of the others", () => {
    const lines = draw(flightDelays([3, 50, 51, 52, 53, 54, 200]))
    const at = lines.findIndex((line) => line.includes("airport_page ×229"))
    assert.match(lines[at]!, /^✗ .*7 failed$/)
    assert.deepStrictEqual(
      lines.slice(at + 1, at + 6).map((line) => line.slice(0, 5)),
      Array.from({ length: 5 }, () => "✗ └ [")
    )
    assert.include(lines[at + 6]!, "and 2 more failed")
  })

  it("draws few copies on separate lines", () => {
    const run = story()
    run.start()
    for (const key of ["a", "b", "c"]) run.ok(`page[${key}]`, 0, 10)
    assert.strictEqual(draw(run.events()).filter((line) => line.includes("page[")).length, 3)
  })

  it("groups the steps of graphs, and then all successful steps, if there are too many lines", () => {
    const run = story()
    run.start()
    for (let i = 0; i < 100; i++) run.ok(`left.step_${i}`, i, i + 5)
    for (let i = 0; i < 1900; i++) run.ok(`step_${i}`, 100 + i, 110 + i)
    run.fails("the_last", 2100, 2200)
    const lines = draw(run.events())
    assert.isAtMost(lines.length, 50)
    assert.isTrue(lines.some((line) => line.includes("left.* ×100")))
    assert.isTrue(lines.some((line) => line.startsWith("✗ the_last")))
    assert.isTrue(lines.some((line) => /others/.test(line)))
  })

  it("distinguishes attempts, running and skipped steps without colours", () => {
    const run = story()
    run.start()
    run.at(0, "STEP_START", { stepKey: "a", attempt: 1 })
    const error = { name: "Error", message: "x" }
    run.at(100, "STEP_UP_FOR_RETRY", { stepKey: "a", attempt: 1, waitMillis: 50, source: "USER_CODE_ERROR", error })
    run.ok("a", 150, 250, 2)
    run.at(250, "STEP_START", { stepKey: "b", attempt: 1 })
    run.at(400, "STEP_SKIPPED", { stepKey: "c", attempt: 1 })
    const [, a, b, c] = draw(run.events())
    assert.match(a!, /^✓ a .*░+ +█+.*2 attempts$/)
    assert.match(b!, /^● b .*▒+/)
    assert.strictEqual(c, "○ 1 step skipped: c")
  })

  it("adds colours and changes nothing else", () => {
    const events = flightDelays([3])
    const coloured = draw(events, 100, Paint.coloured)
    assert.deepStrictEqual(coloured.map(stripVTControlCharacters), draw(events, 100))
    assert.isTrue(coloured.some((line) => line !== stripVTControlCharacters(line)))
  })

  it("draws nothing for a run that has started no step", () => {
    const run = story()
    run.start()
    assert.deepStrictEqual(draw(run.events()), [])
  })
})
