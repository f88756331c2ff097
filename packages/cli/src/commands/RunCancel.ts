import { RunLiveness } from "@heddle/engine/run/RunLiveness"
import type { ObservedRun } from "@heddle/execution/ObservedRun"
import { Runs } from "@heddle/execution/Runs"
import type { EventLog } from "@heddle/storage/EventLog"
import type { RunStorage } from "@heddle/storage/RunStorage"
import type { RunNotFound, StorageError } from "@heddle/storage/StorageError"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { CommandExit } from "../CommandExit.ts"
import { ExitCode } from "../ExitCode.ts"
import { Home } from "../Home.ts"
import { Output } from "../Output.ts"
import { RunReference } from "../RunReference.ts"
import { TimeText } from "../TimeText.ts"
import { UsageError } from "../UsageError.ts"

/** Waits for the end of a run that is being cancelled, and ends it if its process is gone. */
const awaitEnd = (
  runId: string,
  reason: string
): Effect.Effect<ObservedRun, RunNotFound | StorageError, EventLog | RunStorage> =>
  Runs.awaitEnd(runId).pipe(
    Effect.catchTag("RunLost", () =>
      Effect.andThen(
        // Another process may have ended it in the meantime.
        Effect.catchTag(Runs.cancel(runId, reason), "RunAlreadyEnded", () => Effect.void),
        Effect.suspend(() => awaitEnd(runId, reason))
      )
    )
  )

/**
 * `heddle run cancel`: cancels a run, wherever it executes.
 *
 * @since 0.1.0
 */
export const RunCancel = Command.make(
  "cancel",
  {
    run: Argument.String("run").pipe(
      Argument.withDescription("Run id, a unique prefix of one, or `last` for the latest run")
    ),
    reason: Flag.String("reason").pipe(
      Flag.withMetavar("<text>"),
      Flag.withDescription("Why; stored with the run"),
      Flag.optional
    ),
    noWait: Flag.Boolean("no-wait").pipe(
      Flag.withDescription("Do not wait until the run has ended"),
      Flag.withDefault(false)
    ),
    json: Flag.Boolean("json").pipe(Flag.withDescription("Print the run as JSON"), Flag.withDefault(false))
  },
  Effect.fnUntraced(function* ({ json, noWait, reason: given, run: reference }) {
    const run = yield* RunReference.resolve(reference)
    const { runId } = run
    const short = RunReference.short(runId)
    const reason = Option.getOrElse(given, () => "requested on the command line")
    const startedAt = performance.now()
    const wasLost = (yield* RunLiveness.now(run)) === "LOST"
    const outcome = yield* Runs.cancel(runId, reason).pipe(
      Effect.catchTag("RunAlreadyEnded", (error) =>
        Effect.fail(new UsageError({ problems: [error.message], hint: `See "heddle run show ${short}"` }))
      )
    )
    if (outcome === "requested" && !json) {
      const carrier = run.lease === undefined ? "" : `, which process ${run.lease.pid} on ${run.lease.host} executes`
      yield* Output.errorLines([`Cancelling run ${short}${carrier}…`])
    }
    const ended = outcome === "requested" && !noWait ? yield* awaitEnd(runId, reason) : yield* Runs.get(runId)
    if (json) yield* Output.json(ended)
    else if (ended.status === "CANCELED") {
      const how = wasLost
        ? "its process was gone"
        : outcome === "ended"
          ? "no process had started it"
          : `after ${TimeText.duration(performance.now() - startedAt)}`
      yield* Output.lines([
        `${(yield* Output.paint)("yellow", "■")} Run ${runId} was cancelled${outcome === "ended" ? `: ${how}` : ` ${how}`}`
      ])
    } else if (noWait) {
      yield* Output.lines([`Requested. Follow it with "heddle run watch ${short}"`])
    } else {
      yield* Output.errorLines([`Run ${runId} ended with status ${ended.status} before it could be cancelled`])
    }
    if (ended.status !== "CANCELED" && !noWait) return yield* new CommandExit({ code: ExitCode.failure })
  }, Effect.provide(Home.layer))
).pipe(
  Command.withDescription(
    "Cancel a run, in whatever process it executes: running steps are interrupted, their finalizers run, and the run ends as CANCELED. The request is stored; the process that executes the run acts on it within 100 milliseconds. A run whose process is gone is ended at once"
  ),
  Command.withShortDescription("Cancel a run"),
  Command.withExamples([
    { command: "heddle run cancel last", description: "The latest run" },
    { command: 'heddle run cancel 3f2a --reason "wrong input"', description: "With a reason" }
  ])
)
