import { HeddleEvent } from "@heddle/events/HeddleEvent"
import { RunStatus } from "@heddle/events/RunStatus"
import { Runs } from "@heddle/execution/Runs"
import type { Run } from "@heddle/storage/RunRecord"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { CommandExit } from "../CommandExit.ts"
import { ExitCode } from "../ExitCode.ts"
import * as GlobalFlags from "../GlobalFlags.ts"
import { Home } from "../Home.ts"
import { LiveDisplay } from "../LiveDisplay.ts"
import { Output } from "../Output.ts"
import { RunConclusion } from "../RunConclusion.ts"
import { RunProgress } from "../RunProgress.ts"
import { RunReference } from "../RunReference.ts"
import { StepColumn } from "../StepColumn.ts"

/** Follows a run with a display that closes before this returns. */
const show = Effect.fnUntraced(function* (run: Run, json: boolean) {
  const { createdAt, jobName, runId, startedAt } = run
  const level = Option.getOrElse(yield* GlobalFlags.LogLevel, () => "info" as const)
  const display = yield* LiveDisplay.open({ jobName, level, json })
  if (!json) display.expect(yield* StepColumn.keysOf(run))
  let status = RunStatus.initial
  let progress = RunProgress.initial(jobName, startedAt ?? createdAt)
  let endedAt: number | undefined
  const onEvent = (event: HeddleEvent) => {
    status = RunStatus.after(status, event)
    progress = RunProgress.after(progress, event)
    if (HeddleEvent.isRunEnd(event)) endedAt = event.timestamp
    display.show(event)
  }
  const lost = yield* Runs.follow(runId).pipe(
    Stream.runForEach((event) => Effect.sync(() => onEvent(event))),
    Effect.as(undefined),
    Effect.catchTag("RunLost", (error) => Effect.succeed(error))
  )
  return { lost, runId, status, progress, endedAt }
}, Effect.scoped)

/**
 * `heddle run watch`: follows a run until it ends, wherever it executes.
 *
 * @since 0.1.0
 */
export const RunWatch = Command.make(
  "watch",
  {
    run: Argument.String("run").pipe(
      Argument.withDescription("Run id, a unique prefix of one, or `last` for the latest run")
    ),
    json: Flag.Boolean("json").pipe(Flag.withDescription("Print one JSON event per line"), Flag.withDefault(false))
  },
  Effect.fnUntraced(function* ({ json, run: reference }) {
    const run = yield* RunReference.resolve(reference)
    const { runId } = run
    const shown = yield* show(run, json)
    if (shown.lost !== undefined) {
      yield* Output.errorLines([
        shown.lost.message,
        `  → heddle run cancel ${RunReference.short(runId)}`,
        `  → heddle run reexecute ${RunReference.short(runId)} -f <file>`
      ])
      return yield* new CommandExit({ code: ExitCode.failure })
    }
    if (!json) yield* Output.lines(RunConclusion.lines(shown, yield* Output.paint))
    const code = RunConclusion.exitCode(shown.status)
    if (code !== ExitCode.success) return yield* new CommandExit({ code })
  }, Effect.provide(Home.layerReading))
).pipe(
  Command.withDescription(
    "Follow a run until it ends, in whatever process it executes: first what has happened so far, then what happens. Ctrl-C stops watching; the run continues. The exit code is that of the run, as for `job execute`"
  ),
  Command.withShortDescription("Follow a run until it ends"),
  Command.withExamples([
    { command: "heddle run watch last", description: "The latest run" },
    { command: "heddle run watch 3f2a --json | jq -r ._tag", description: "Types of events, as they happen" }
  ])
)
