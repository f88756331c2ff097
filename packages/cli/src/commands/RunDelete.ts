import { Runs } from "@heddle/execution/Runs"
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { Home } from "../Home.ts"
import { Output } from "../Output.ts"
import { RunReference } from "../RunReference.ts"
import { UsageError } from "../UsageError.ts"

/**
 * `heddle run delete`: deletes runs with their events.
 *
 * @since 0.1.0
 */
export const RunDelete = Command.make(
  "delete",
  {
    runs: Argument.String("run").pipe(
      Argument.withDescription("Run ids, unique prefixes of them, or `last` for the latest run"),
      Argument.atLeast(1)
    ),
    json: Flag.Boolean("json").pipe(
      Flag.withDescription("Print the ids of the deleted runs as JSON"),
      Flag.withDefault(false)
    )
  },
  Effect.fnUntraced(function* ({ json, runs: references }) {
    // All of them are found before one is deleted.
    const runs = yield* Effect.forEach(references, RunReference.resolve)
    const ids = [...new Set(runs.map(({ runId }) => runId))]
    for (const runId of ids) {
      yield* Runs.delete(runId).pipe(
        Effect.catchTag("RunHeld", ({ host, pid }) =>
          Effect.fail(
            new UsageError({
              problems: [`Run "${runId}" cannot be deleted: process ${pid} on ${host} executes it`],
              hint: `Cancel it first: heddle run cancel ${RunReference.short(runId)}`
            })
          )
        ),
        // Another process has deleted it in the meantime.
        Effect.catchTag("RunNotFound", () => Effect.void)
      )
      if (!json) yield* Output.lines([`Deleted run ${runId}`])
    }
    if (json) yield* Output.json(ids)
  }, Effect.provide(Home.layer))
).pipe(
  Command.withDescription(
    "Delete runs with their events. Values of their outputs stay in the home folder, because re-executions may read them. A run that is still executing is not deleted"
  ),
  Command.withShortDescription("Delete runs"),
  Command.withExamples([
    { command: "heddle run delete 3f2a", description: "One run" },
    {
      command: "heddle run list --status FAILURE --json | jq -r '.[].runId' | xargs heddle run delete",
      description: "The 20 latest failed runs"
    }
  ])
)
