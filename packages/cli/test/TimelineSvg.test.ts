import { assert, describe, it } from "@effect/vitest"
import { TimelineSvg } from "@heddle/cli/TimelineSvg"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import { RunTimeline } from "@heddle/events/RunTimeline"
import { flightDelays, story } from "./fixtures/events.ts"

const draw = (events: ReadonlyArray<HeddleEvent>, title = "job") => {
  const timeline = RunTimeline.ofEvents(events)
  return TimelineSvg.render(timeline, { title, runId: "r1", status: timeline.status })
}

/** The bars of a picture: those rectangles that tell of an attempt. */
const bars = (svg: string) =>
  Array.from(
    svg.matchAll(
      /<g><title>([^<]*)<\/title><rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"[^>]*fill="(#\w+)"/g
    ),
    ([, title, x, y, width, height, fill]) => ({
      title: title!,
      x: Number(x),
      y: Number(y),
      right: Number(x) + Number(width),
      bottom: Number(y) + Number(height),
      fill: fill!
    })
  )

describe("TimelineSvg", () => {
  it("draws every attempt once, inside the picture", () => {
    const svg = draw(flightDelays([3]))
    const all = bars(svg)
    assert.strictEqual(all.length, 235)
    const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg)!
    for (const bar of all) {
      assert.isAtMost(bar.right, Number(width))
      assert.isAtMost(bar.bottom, Number(height))
    }
  })

  it("puts overlapping bars into different lanes", () => {
    const all = bars(draw(flightDelays())).toSorted((a, b) => a.y - b.y || a.x - b.x)
    const overlapping = all.filter((bar, i) => {
      const next = all[i + 1]
      return next !== undefined && next.y === bar.y && bar.right > next.x + 0.05
    })
    assert.deepStrictEqual(overlapping, [])
  })

  it("draws failures in red and lists them with their errors", () => {
    const svg = draw(flightDelays([3, 50]))
    assert.strictEqual(bars(svg).filter((bar) => bar.fill === "#d3302f").length, 2)
    assert.include(svg, "Error: no rows for this airport")
  })

  it("gives copies of one op one colour, and one line in the legend", () => {
    const svg = draw(flightDelays())
    const pages = bars(svg).filter((bar) => bar.title.startsWith("airport_page["))
    assert.strictEqual(new Set(pages.map((bar) => bar.fill)).size, 1)
    assert.include(svg, "airport_page ×229")
  })

  it("labels every bar of a small run", () => {
    const run = story()
    run.start()
    run.ok("extract", 0, 3)
    run.ok("transform_the_rows", 3, 5)
    run.ok("load", 5, 1000)
    const svg = draw(run.events())
    for (const key of ["extract", "transform_the_rows", "load"])
      assert.match(svg, new RegExp(`<text[^>]*>${key}</text>`))
  })

  it("limits the height for 2,000 concurrent steps", () => {
    const run = story()
    run.start()
    for (let i = 0; i < 2000; i++) run.ok(`step_${i}`, i % 7, 1000 + i)
    const height = Number(/viewBox="0 0 \d+ (\d+)"/.exec(draw(run.events()))![1])
    assert.isAtMost(height, 9000)
  })

  it("escapes all text of a run", () => {
    const run = story()
    run.start()
    run.fails("a", 0, 10, `<script>alert("x")</script> & \u0000\u001b[31m`)
    const svg = draw(run.events(), `<job> & "quotes"`)
    assert.notInclude(svg, "<script>")
    assert.include(svg, "&lt;script&gt;")
    assert.include(svg, "&lt;job&gt; &amp; &quot;quotes&quot;")
    // oxlint-disable-next-line no-control-regex -- XML knows no control characters
    assert.notMatch(svg, /[\u0000-\u0008\u001b]/)
  })

  it("draws a run that has not started", () => {
    assert.include(draw([]), "No step has started.")
  })
})
