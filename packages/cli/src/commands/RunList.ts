import { RunStatus } from "@heddle/events/RunStatus"
import { RunStorage } from "@heddle/storage/RunStorage"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { Home } from "../Home.ts"
import { Output } from "../Output.ts"
import { type LivingStatus, RunLiveness } from "@heddle/engine/run/RunLiveness"
import { PlainText } from "../PlainText.ts"
import { RunListView } from "../RunListView.ts"

const STATUSES: ReadonlyArray<LivingStatus> = [...RunStatus.schema.literals, "LOST"]

/** The stored statuses that a run with this status can have. */
const stored = (status: LivingStatus): ReadonlyArray<RunStatus> =>
  status === "LOST" ? ["NOT_STARTED", "STARTING", "STARTED", "CANCELING"] : [status]

/** How many runs to check when a status depends on whether processes are alive. */
const SEARCHED = 10_000

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
    json: Flag.Boolean("json").pipe(Flag.withDescription("Print the list as JSON"), Flag.withDefault(false))
  },
  Effect.fnUntraced(function* ({ job, json, limit, status }) {
    const wanted = Option.getOrUndefined(status)
    const storage = yield* RunStorage
    const looks = wanted !== undefined && stored(wanted).some((it) => stored("LOST").includes(it))
    const unreadable: Array<string> = []
    const runs = yield* storage.list({
      onUnreadable: ({ problem, runId }) =>
        unreadable.push(`Cannot read the record of run "${PlainText.oneLine(runId)}": ${PlainText.oneLine(problem)}`),
      jobName: Option.getOrUndefined(job),
      statuses: wanted === undefined ? undefined : stored(wanted),
      limit: looks ? SEARCHED : limit
    })
    if (unreadable.length > 0) yield* Output.errorLines(unreadable)
    const viewpoint = yield* RunLiveness.viewpoint
    const listed = runs
      .map((run) => ({ run, status: RunLiveness.status(run, viewpoint) }))
      .filter((entry) => wanted === undefined || entry.status === wanted)
      .slice(0, limit)
    if (json) return yield* Output.json(listed.map((entry) => ({ ...entry.run, status: entry.status })))
    if (listed.length === 0) {
      const home = yield* Home.folder
      const narrowed = Option.isSome(status) || Option.isSome(job)
      return yield* Output.errorLines([`No ${narrowed ? "matching runs" : "runs yet"} in ${home}`])
    }
    const lines = RunListView.lines(listed, { paint: Output.paint(), now: Date.now(), width: Output.width() })
    yield* Output.lines(lines)
    if (listed.some((entry) => entry.status === "LOST") && Output.isTerminal()) {
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
    { command: "heddle run list --json | jq -r '.[0].runId'", description: "Print the id of the latest run" }
  ])
)
