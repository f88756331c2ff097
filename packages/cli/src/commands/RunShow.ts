import { EventLog } from "@heddle/storage/EventLog"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as GlobalFlags from "../GlobalFlags.ts"
import { Home } from "../Home.ts"
import { Output } from "../Output.ts"
import { RunLiveness } from "@heddle/engine/run/RunLiveness"
import { RunReference } from "../RunReference.ts"
import { RunReport } from "../RunReport.ts"

/**
 * `heddle run show`: shows what happened in a run.
 *
 * @since 0.1.0
 */
export const RunShow = Command.make(
  "show",
  {
    run: Argument.String("run").pipe(
      Argument.withDescription("Run id, a unique prefix of one, or `last` for the latest run")
    ),
    json: Flag.Boolean("json").pipe(Flag.withDescription("Print the report as JSON"), Flag.withDefault(false)),
    svg: Flag.String("svg").pipe(
      Flag.withMetavar("<file>"),
      Flag.withDescription("Write the timeline as an SVG image to this file"),
      Flag.optional
    )
  },
  Effect.fnUntraced(function* ({ json, run: reference, svg }) {
    const level = Option.getOrElse(yield* GlobalFlags.LogLevel, () => "info" as const)
    const run = yield* RunReference.resolve(reference)
    const events = yield* Stream.runCollect(EventLog.readAll(run.runId))
    const report = RunReport.make(run, yield* RunLiveness.now(run), events)
    const now = Date.now()
    if (Option.isSome(svg)) {
      const { TimelineSvg } = yield* Effect.promise(() => import("../TimelineSvg.ts"))
      const picture = TimelineSvg.render(report.timeline, {
        title: run.jobName,
        runId: run.runId,
        status: report.status,
        until: RunReport.until(report, now)
      })
      yield* Output.file(svg.value, picture)
      yield* Output.errorLines([`Wrote ${svg.value}`])
      if (!json) return
    }
    if (json) {
      const { eventCounts, run: record, status, ...rest } = report
      return yield* Output.json({ run: { ...record, status }, ...rest, eventCounts: Object.fromEntries(eventCounts) })
    }
    yield* Output.lines(
      RunReport.lines(report, { paint: yield* Output.paint, width: yield* Output.width, now, full: level === "debug" })
    )
  }, Effect.provide(Home.layerReading))
).pipe(
  Command.withDescription(
    "Show a run: its status, a timeline with a bar for each step, failures with their causes, and event counts. Copies of a mapped op share one line; --log-level debug prints full stack traces"
  ),
  Command.withShortDescription("Show what happened in a run"),
  Command.withExamples([
    { command: "heddle run show last", description: "The latest run" },
    { command: "heddle run show 3f2a", description: "By a prefix of its id" },
    { command: "heddle run show last --svg timeline.svg", description: "Write the timeline as an SVG image" },
    { command: "heddle run show last --json | jq '.failures'", description: "Print the failures as JSON" }
  ])
)
