import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { CodeLocation } from "../CodeLocation.ts"
import { Output } from "../Output.ts"
import { PlainText } from "../PlainText.ts"
import { JobFlags } from "./JobFlags.ts"

/**
 * `heddle job list`: lists the jobs of a module.
 *
 * @since 0.1.0
 */
export const JobList = Command.make(
  "list",
  {
    file: JobFlags.file,
    json: Flag.Boolean("json").pipe(Flag.withDescription("Print the list as JSON"), Flag.withDefault(false))
  },
  Effect.fnUntraced(function* ({ file, json }) {
    const { assetJob, jobs } = yield* CodeLocation.load(file)
    const rows = jobs.map(({ definition }) => ({
      name: definition.name,
      nodes: definition.graph.nodes.length,
      ...(definition.description === undefined ? {} : { description: definition.description }),
      tags: definition.tags
    }))
    if (json) return yield* Output.json(rows)
    if (rows.length === 0 && assetJob !== undefined) {
      return yield* Output.errorLines([`No jobs, but assets: see "heddle asset list -f ${file}"`])
    }
    const paint = yield* Output.paint
    const name = rows.reduce((most, row) => Math.max(most, PlainText.width(row.name)), 0)
    yield* Output.lines(
      rows.map((row) =>
        [
          paint("bold", row.name) + " ".repeat(name - PlainText.width(row.name)),
          PlainText.padStart(PlainText.count(row.nodes, "node"), 9),
          PlainText.oneLine(row.description ?? "")
        ]
          .join("  ")
          .trimEnd()
      )
    )
  })
).pipe(
  Command.withDescription(
    "List the jobs of a module: those in the Definitions it exports, and those it exports directly"
  ),
  Command.withShortDescription("List the jobs of a module"),
  Command.withExamples([
    { command: "heddle job list -f src/definitions.ts", description: "List the jobs of a project" },
    {
      command: "heddle job list -f src/definitions.ts --json | jq -r '.[].name'",
      description: "Print only their names"
    }
  ])
)
