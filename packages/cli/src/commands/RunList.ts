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

/** What the log must say of a run for it to have the status that is asked for. */
const stored = (status: LivingStatus): ReadonlyArray<RunStatus> =>
  status === "LOST" ? ["NOT_STARTED", "STARTING", "STARTED", "CANCELING"] : [status]

/** Runs that are looked at when a status needs a look at processes. */
const SEARCHED = 10_000

/**
 * `heddle run list`: the runs of the instance, the newest first.
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
        () => "Expected a number of at least 1"
      ),
      Flag.withMetavar("<n>"),
      Flag.withDescription("At most so many runs (default: 20)"),
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
    json: Flag.Boolean("json").pipe(Flag.withDescription("Write the list as JSON"), Flag.withDefault(false))
  },
  Effect.fnUntraced(function* ({ job, json, limit, status }) {
    const wanted = Option.getOrUndefined(status)
    const storage = yield* RunStorage
    const looks = wanted !== undefined && stored(wanted).some((it) => stored("LOST").includes(it))
    const unreadable: Array<string> = []
    const runs = yield* storage.list({
      onUnreadable: ({ problem, runId }) =>
        unreadable.push(
          `The record of run "${PlainText.oneLine(runId)}" cannot be read: ${PlainText.oneLine(problem)}`
        ),
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
      return yield* Output.errorLines([`No runs${narrowed ? " like that" : " yet"} in ${home}`])
    }
    const lines = RunListView.lines(listed, { paint: Output.paint(), now: Date.now(), width: Output.width() })
    yield* Output.lines(lines)
    if (listed.some((entry) => entry.status === "LOST") && Output.isTerminal()) {
      yield* Output.errorLines(["", "LOST: the process of the run is gone; `heddle run show <id>` tells what is known"])
    }
  }, Effect.provide(Home.layerReading))
).pipe(
  Command.withDescription(
    "List runs, the newest first. A run whose process on this machine is gone without having ended it is LOST"
  ),
  Command.withShortDescription("List runs, the newest first"),
  Command.withExamples([
    { command: "heddle run list", description: "The last 20 runs" },
    { command: "heddle run list --job etl --status FAILURE", description: "Failed runs of one job" },
    { command: "heddle run list --json | jq -r '.[0].runId'", description: "For other programs" }
  ])
)
