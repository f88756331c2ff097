import { assert, describe, it } from "@effect/vitest"
import { RunLogView } from "@heddle/cli/RunLogView"
import { RunProgress } from "@heddle/cli/RunProgress"
import { TimelineSvg } from "@heddle/cli/TimelineSvg"
import { TimelineView } from "@heddle/cli/TimelineView"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import { RunTimeline } from "@heddle/events/RunTimeline"
import { START, story } from "./fixtures/events.ts"

/** A run during which the clock is set back by an hour: everything ends before it started. */
const setBack = (): ReadonlyArray<HeddleEvent> => {
  const run = story()
  run.start()
  run.ok("load", 10, 20)
  run.at(30, "RUN_SUCCESS", {})
  return run.events().map((event): HeddleEvent => {
    const timestamp = event.timestamp - 3_600_000
    if (event._tag === "STEP_SUCCESS") return { ...event, timestamp, durationMillis: -3_599_990 }
    return event._tag === "RUN_SUCCESS" ? { ...event, timestamp } : event
  })
}

describe("a run during which the clock is set back", () => {
  it("has no negative durations in the log, the timeline, the image and the live view", () => {
    const events = setBack()
    const timeline = RunTimeline.ofEvents(events)
    const progress = events.reduce(RunProgress.after, RunProgress.initial("etl", START))
    const text = [
      ...events.flatMap((event) => RunLogView.lines(event, { level: "debug", stack: "none", time: "clock" })),
      ...TimelineView.lines(timeline, { width: 80 }),
      ...RunProgress.lines(progress, { width: 80, now: START - 3_600_000 })
    ].join("\n")
    assert.include(text, "Succeeded in 0 ms")
    assert.notMatch(text, /-\d|NaN/)
    const svg = TimelineSvg.render(timeline, { title: "etl", runId: "r1", status: timeline.status })
    assert.notMatch(svg, /(width|height)="-|NaN|-\d+(\.\d+)? m?s/)
  })

  it.each([20, 30, 40])("draws a live view of at most %i cells", (width) => {
    const running = Array.from({ length: 9 }, (_, i) => [`a_long_name_of_a_step_${i}`, START + i] as const)
    const progress = { ...RunProgress.initial("a_long_name_of_a_job", START), running: new Map(running) }
    for (const line of RunProgress.lines(progress, { width, now: START + 61_000 })) {
      assert.isAtMost(line.length, width, line)
    }
  })
})
