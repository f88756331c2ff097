import { RunStatus } from "@heddle/events/RunStatus"
import { Runs } from "@heddle/execution/Runs"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { Home } from "../Home.ts"
import { Output } from "../Output.ts"
import type { LivingStatus } from "@heddle/engine/run/RunLiveness"
import { PlainText } from "../PlainText.ts"
import { RunListView } from "../RunListView.ts"

const STATUSES: ReadonlyArray<LivingStatus> = [...RunStatus.schema.literals, "LOST"]

/**
 * `heddle run list`: lists runs, newest first.
 *
 * @since 0.1.0
 */
export const RunList = Command.make(
  "list",
  {
    limit: Flag.Int("limit").pipe(
      Flag.withAlias("n"),
      Flag.filter(
        (n) => n >= 1,
        () => "Expected a whole number of at least 1"
      ),
      Flag.withMetavar("<n>"),
      Flag.withDescription("Maximum number of runs to list (default: 20)"),
      Flag.withDefault(20)
    ),
    status: Flag.Literals("status", STATUSES).pipe(
      Flag.withMetavar("<status>"),
      Flag.withDescription(`Only runs with this status: ${STATUSES.join(", ")}`),
      Flag.optional
    ),
    job: Flag.String("job").pipe(
      Flag.withAlias("j"),
      Flag.withMetavar("<name>"),
      Flag.withDescription("Only runs of this job"),
      Flag.optional
    ),
    tags: Flag.KeyValuePair("tag").pipe(
      Flag.withMetavar("<key=value>"),
      Flag.withDescription("Only runs with this tag, such as heddle/backfill=<id>; repeatable"),
      Flag.withDefault({})
    ),
    json: Flag.Boolean("json").pipe(Flag.withDescription("Print the list as JSON"), Flag.withDefault(false))
  },
  Effect.fnUntraced(function* ({ job, json, limit, status, tags }) {
    const unreadable: Array<string> = []
    const { runs } = yield* Runs.list({
      onUnreadable: ({ problem, runId }) =>
        unreadable.push(`Cannot read the record of run "${PlainText.oneLine(runId)}": ${PlainText.oneLine(problem)}`),
      jobName: Option.getOrUndefined(job),
      statuses: Option.isNone(status) ? undefined : [status.value],
      tags,
      limit
    })
    if (unreadable.length > 0) yield* Output.errorLines(unreadable)
    const listed = runs.map((run) => ({ run, status: run.status }))
    if (json) return yield* Output.json(runs)
    if (listed.length === 0) {
      const home = yield* Home.folder
      const narrowed = Option.isSome(status) || Option.isSome(job) || Object.keys(tags).length > 0
      return yield* Output.errorLines([`No ${narrowed ? "matching runs" : "runs yet"} in ${home}`])
    }
    const lines = RunListView.lines(listed, { paint: yield* Output.paint, now: Date.now(), width: yield* Output.width })
    yield* Output.lines(lines)
    if (listed.some((entry) => entry.status === "LOST") && (yield* Output.isTerminal)) {
      yield* Output.errorLines([
        "",
        "LOST: the process of the run is gone. `heddle run show <id>` shows what it recorded"
      ])
    }
  }, Effect.provide(Home.layerReading))
).pipe(
  Command.withDescription(
    "List runs, newest first. Status LOST means that the process of the run is gone and did not finish the run"
  ),
  Command.withShortDescription("List runs, newest first"),
  Command.withExamples([
    { command: "heddle run list", description: "The 20 most recent runs" },
    { command: "heddle run list --job etl --status FAILURE", description: "Failed runs of one job" },
    { command: "heddle run list --tag heddle/backfill=january", description: "Runs of a range of partitions" },
    { command: "heddle run list --json | jq -r '.[0].runId'", description: "Print the id of the latest run" }
  ])
)
