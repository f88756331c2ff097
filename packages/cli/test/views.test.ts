import { assert, describe, it } from "@effect/vitest"
import { ErrorView } from "@heddle/cli/ErrorView"
import { PlainText } from "@heddle/cli/PlainText"
import { RunLogView } from "@heddle/cli/RunLogView"
import { RunProgress } from "@heddle/cli/RunProgress"
import { RunReport } from "@heddle/cli/RunReport"
import { StepColumn } from "@heddle/cli/StepColumn"
import { TimeText } from "@heddle/cli/TimeText"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import { flightDelays, START, story } from "./fixtures/events.ts"

const log = (events: ReadonlyArray<HeddleEvent>, level: "debug" | "info" | "error") =>
  events.flatMap((event) => RunLogView.lines(event, { level, stack: "none", time: "iso" }))

describe("TimeText", () => {
  it.each([
    [0, "0 ms"],
    [999.4, "999 ms"],
    [999.6, "1.00 s"],
    [9_994, "9.99 s"],
    [59_949, "59.9 s"],
    [59_950, "1 m 00 s"],
    [3_599_400, "59 m 59 s"],
    [3_600_000, "1 h 00 m"],
    [90_000_000, "1 d 01 h"]
  ])("duration of %d ms is %s", (millis, text) => assert.strictEqual(TimeText.duration(millis), text))

  it.each([1, 7, 999, 12_345, 3_000_000, 90_000_000, 4_000_000_000])(
    "ticks of %d ms are few and start at zero",
    (span) => {
      const ticks = TimeText.ticks(span, 8)
      assert.strictEqual(ticks[0], 0)
      assert.isAtMost(ticks.length, 9)
      assert.isTrue(ticks.every((tick) => tick <= span))
    }
  )
})

describe("PlainText", () => {
  it("prevents messages from moving the cursor or breaking out of their line", () => {
    assert.strictEqual(PlainText.oneLine("a\u001b[31mred\u001b[0m\u0007\r\nb\tc"), "ared\\x07 ⏎ b c")
    assert.strictEqual(PlainText.oneLine("\u202Eright to left"), "\\u202eright to left")
  })

  it("cuts by cells and not by characters", () => {
    assert.strictEqual(PlainText.width("日本"), 4)
    assert.strictEqual(PlainText.fit("日本語テスト", 7), "日本語…")
    assert.strictEqual(PlainText.fitMiddle("airport_page[ATL]", 11).length, 11)
  })
})

describe("RunLogView", () => {
  const run = story()
  run.start()
  run.at(1, "STEP_START", { stepKey: "a", attempt: 1 })
  run.at(2, "STEP_OUTPUT", { stepKey: "a", attempt: 1, output: "result" })
  run.at(3, "LOG_MESSAGE", { stepKey: "a", level: "DEBUG", message: "quiet" })
  run.at(4, "LOG_MESSAGE", { stepKey: "a", level: "INFO", message: "two\nlines", data: { n: 1 } })
  run.at(5, "STEP_FAILURE", {
    stepKey: "a",
    attempt: 1,
    source: "USER_CODE_ERROR",
    error: { name: "Error", message: "broken" }
  })
  const events = run.events()

  it("prints time, step and message of each event at or above the level", () => {
    assert.deepStrictEqual(
      log(events, "info").map((line) => line.replace(/ +/g, " ")),
      [
        '2026-11-24T03:41:07.000Z Run started with executor "inProcess" in process 4242',
        "2026-11-24T03:41:07.001Z a Started",
        '2026-11-24T03:41:07.004Z a two ⏎ lines {"n":1}',
        "2026-11-24T03:41:07.005Z a Failed: Error: broken"
      ]
    )
    assert.strictEqual(log(events, "error").length, 1)
    assert.strictEqual(log(events, "debug").length, events.length)
  })

  describe("of long step names", () => {
    const keys = ["shop__orders", "shop__orders_every_amount_is_positive"]
    const checked = story()
    const blocking = { asset: "shop/orders", check: "every_amount_is_positive", passed: false, blocking: true } as const
    const metadata = { negative: { _tag: "int", value: 1 } } as const
    checked.ok(keys[0]!, 1, 2)
    checked.at(3, "ASSET_CHECK_EVALUATION", {
      ...blocking,
      stepKey: keys[1]!,
      attempt: 1,
      severity: "WARN",
      description: "1 of 3 amounts is negative",
      metadata
    })
    checked.at(4, "ASSET_CHECK_EVALUATION", { ...blocking, stepKey: keys[1]!, attempt: 1, severity: "ERROR", metadata })
    checked.at(5, "STEP_FAILURE", {
      stepKey: keys[1]!,
      attempt: 1,
      source: "USER_CODE_ERROR",
      error: { name: "AssetCheckFailed", message: "the check failed\n  negative = 1" }
    })
    const print = (columns?: number, known: ReadonlyArray<string> = keys) =>
      checked.events().flatMap((event) =>
        RunLogView.lines(event, {
          level: "info",
          stack: "short",
          time: columns === undefined ? "iso" : "clock",
          columns,
          stepWidth: StepColumn.width(known, columns)
        })
      )

    it("keeps the columns of a log whose steps are known, and cuts nothing", () => {
      const lines = print()
      assert.deepStrictEqual(new Set(lines.map((line) => line.slice(26 + 37).search(/\S/))), new Set([2, 6]))
      assert.deepStrictEqual(
        lines.slice(2).map((line) => line.slice(26)),
        [
          'shop__orders_every_amount_is_positive  Check "every_amount_is_positive" of asset "shop/orders" failed with severity WARN: 1 of 3 amounts is negative',
          `${" ".repeat(37)}  negative = 1`,
          'shop__orders_every_amount_is_positive  Check "every_amount_is_positive" of asset "shop/orders" failed',
          "shop__orders_every_amount_is_positive  Failed: AssetCheckFailed: the check failed",
          `${" ".repeat(37)}      negative = 1`
        ]
      )
      // A key that nobody expected goes beyond its column, which others keep.
      assert.include(print(undefined, []), `2026-11-24T03:41:07.001Z  shop__orders          Started`)
      assert.strictEqual(StepColumn.width(["x".repeat(99)], undefined), 40)
    })

    it("cuts keys and wraps messages in a narrow terminal", () => {
      for (const columns of [70, 80, 100]) {
        const lines = print(columns)
        for (const line of lines) assert.isAtMost(PlainText.width(line), columns, line)
        assert.isAbove(lines.length, 7)
      }
      assert.deepStrictEqual(
        print(80)
          .slice(2, 6)
          .map((line) => line.slice(14)),
        [
          'shop__order…ount_is_positive  Check "every_amount_is_positive" of',
          '                              asset "shop/orders" failed with',
          "                              severity WARN: 1 of 3 amounts is",
          "                              negative"
        ]
      )
      // Where there is no room beside the keys, what follows is below them.
      assert.include(print(40), "    negative = 1")
    })
  })
})

describe("ErrorView", () => {
  const error = {
    name: "LoadFailed",
    message: "cannot load\nsecond line",
    stack: [
      "LoadFailed: cannot load",
      "second line",
      "    at load (file:///srv/my%20job/load.ts:3:4)",
      "    at node:internal/process:1:1",
      "    at run (/srv/node_modules/effect/src/Effect.ts:1:2)"
    ].join("\n"),
    cause: { name: "TypeError", message: "x is undefined" }
  }

  it("shows the user's frames in short, all frames in full, and the chain of causes", () => {
    const short = ErrorView.lines(error, { stack: "short" })
    assert.deepStrictEqual(short, [
      "LoadFailed: cannot load",
      "  second line",
      "  at load (/srv/my job/load.ts:3:4)",
      "  … 2 more frames",
      "caused by TypeError: x is undefined"
    ])
    assert.strictEqual(ErrorView.lines(error, { stack: "full" }).filter((line) => line.startsWith("  at ")).length, 3)
    assert.strictEqual(ErrorView.lines(error, { stack: "none" }).length, 3)
  })

  it("shows no frames in short of an error that Heddle made itself", () => {
    const made = (...frames: ReadonlyArray<string>) =>
      ErrorView.lines(
        {
          name: "AssetCheckFailed",
          message: "it failed",
          stack: ["AssetCheckFailed: it failed", ...frames].join("\n")
        },
        { stack: "short" }
      )
    const engine = "    at get failure (/srv/node_modules/@heddle/engine/dist/step/StepAssets.js:1:2)"
    const source = `    at get failure (${new URL("../../engine/src/step/StepAssets.ts", import.meta.url).href}:1:2)`
    const effect = "    at run (/srv/node_modules/effect/dist/internal/effect.js:1:2)"
    for (const first of [engine, source]) {
      assert.deepStrictEqual(made("    at Generator.next (<anonymous>)", first, effect), [
        "AssetCheckFailed: it failed"
      ])
    }
    // Where the code of a user called it, the place in that code is shown.
    assert.deepStrictEqual(made(engine, "    at run (/srv/job.ts:3:4)", effect).slice(1), [
      "  at run (/srv/job.ts:3:4)",
      "  … 2 more frames"
    ])
    assert.deepStrictEqual(made(effect, "    at node:internal/process:1:1", effect).slice(1), [
      "  at run (/srv/node_modules/effect/dist/internal/effect.js:1:2)",
      "  at node:internal/process:1:1",
      "  … 1 more frame"
    ])
  })

  it("shows the errors inside an error with numbers, and the number of the others", () => {
    const parts = [
      { name: "Error", message: "no row\nat all", cause: { name: "Error", message: "offline" } },
      { name: "TypeError", message: "x is undefined" }
    ]
    const shown = ErrorView.lines(
      { name: "AggregateError", message: "3 loads failed", errors: parts, moreErrors: 1, cause: error.cause },
      { stack: "short" }
    )
    assert.deepStrictEqual(shown, [
      "AggregateError: 3 loads failed",
      "  1 of 3: Error: no row",
      "      at all",
      "    caused by Error: offline",
      "  2 of 3: TypeError: x is undefined",
      "  … 1 more error",
      "caused by TypeError: x is undefined"
    ])
  })
})

describe("RunProgress", () => {
  const after = (events: ReadonlyArray<HeddleEvent>) =>
    events.reduce(RunProgress.after, RunProgress.initial("flight_delays", START))

  it("counts finished, running and failed steps", () => {
    assert.strictEqual(RunProgress.counts(after(flightDelays([3]))), "234 done · 1 failed")
    const halfway = after(flightDelays().slice(0, 80))
    assert.match(RunProgress.counts(halfway), /^\d+ done · \d+ running$/)
    assert.strictEqual(halfway.running.size, 17)
  })

  it.each([30, 60, 80, 120])("draws running copies of one op in one line of at most %i cells", (width) => {
    const lines = RunProgress.lines(after(flightDelays().slice(0, 80)), { width, now: START + 5800 })
    assert.strictEqual(lines.length, 3)
    for (const line of lines) assert.isAtMost(PlainText.width(line), width, line)
    assert.include(lines[2]!, "airport_page ×16")
  })

  it("counts interrupted steps as such", () => {
    const run = story()
    run.at(0, "STEP_START", { stepKey: "a", attempt: 1 })
    const error = { name: "Error", message: "The step was interrupted" }
    run.at(1, "STEP_FAILURE", { stepKey: "a", attempt: 1, source: "INTERRUPT", error })
    assert.strictEqual(RunProgress.counts(after(run.events())), "0 done · 1 interrupted")
  })
})

describe("RunReport", () => {
  const record = {
    runId: "r1",
    jobName: "flight_delays",
    createdAt: START,
    tags: { team: "x" },
    runConfig: {},
    startedAt: START,
    lease: { runId: "r1", fence: 1, pid: 4242, host: "workshop", since: START, until: START + 15_000 }
  }
  const show = (events: ReadonlyArray<HeddleEvent>, status: "FAILURE" | "LOST") => {
    const run = { ...record, status: status === "LOST" ? ("STARTED" as const) : status }
    return RunReport.lines(RunReport.make(run, status, events), { width: 100, now: START + 60_000 }).join("\n")
  }

  it("shows the error of many similar failures once, and names the others", () => {
    const text = show(flightDelays([3, 50, 51, 52, 53, 54, 200]), "FAILURE")
    assert.strictEqual(text.match(/^ {2}Error: no rows for this airport$/gm)!.length, 3)
    assert.include(text, "same error in 4 more steps: airport_page[")
    assert.include(text, "235: 7 failed, 228 succeeded")
  })

  it("explains a run whose process is gone, and ends its timeline at the last event", () => {
    const events = flightDelays().slice(0, 120)
    const text = show(events, "LOST")
    assert.match(text, /^flight_delays {2}LOST$/m)
    assert.include(text, "Process 4242 on workshop is gone")
    assert.match(text.replaceAll("\n", " "), /\d+ steps succeeded, \d+ were running\. The run will not continue/)
    assert.include(text, `last event after ${TimeText.duration(events.at(-1)!.timestamp - START)}`)
  })

  it("counts events by type", () => {
    assert.include(show(flightDelays([3]), "FAILURE"), "STEP_SUCCESS 234")
  })
})
