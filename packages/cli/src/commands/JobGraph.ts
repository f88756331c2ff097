import { describe } from "@heddle/definitions/describe"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { CodeLocation } from "../CodeLocation.ts"
import { GraphMermaid } from "../GraphMermaid.ts"
import { JobGraph as Graph } from "../JobGraph.ts"
import { Output } from "../Output.ts"
import { JobFlags } from "./JobFlags.ts"

/**
 * `heddle job graph`: prints or draws the graph of a job.
 *
 * @since 0.1.0
 */
export const JobGraph = Command.make(
  "graph",
  {
    ...JobFlags,
    svg: Flag.String("svg").pipe(
      Flag.withMetavar("<file>"),
      Flag.withDescription("Write an SVG image to this file instead of printing Mermaid"),
      Flag.optional
    )
  },
  Effect.fnUntraced(function* ({ file, job: name, svg }) {
    const location = yield* CodeLocation.load(file)
    const job = yield* CodeLocation.job(location, Option.getOrUndefined(name))
    const picture = Graph.ofSnapshot(describe(job.definition))
    if (Option.isNone(svg)) return yield* Output.text(GraphMermaid.render(picture))
    // The layout library is slow to load, and only images need it.
    const { GraphSvg } = yield* Effect.promise(() => import("../GraphSvg.ts"))
    yield* Output.file(svg.value, GraphSvg.render(picture))
    yield* Output.errorLines([`Wrote ${svg.value}`])
  })
).pipe(
  Command.withDescription(
    "Print the graph of a job as a Mermaid flowchart, or write it to an SVG file. The SVG image shows nested graphs as boxes and marks dynamic outputs"
  ),
  Command.withShortDescription("Draw the graph of a job as Mermaid or SVG"),
  Command.withExamples([
    {
      command: "heddle job graph -f src/definitions.ts -j etl",
      description: "Print Mermaid, for a README or an issue"
    },
    { command: "heddle job graph -f src/definitions.ts -j etl --svg etl.svg", description: "Write an SVG image" }
  ])
)
