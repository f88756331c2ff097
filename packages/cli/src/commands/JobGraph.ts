import { describe } from "@heddle/definitions/describe"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { CodeLocation } from "../CodeLocation.ts"
import { GraphMermaid } from "../GraphMermaid.ts"
import { Output } from "../Output.ts"
import { JobFlags } from "./JobFlags.ts"

/**
 * `heddle job graph`: a job's ops and wires as text or picture.
 *
 * @since 0.1.0
 */
export const JobGraph = Command.make(
  "graph",
  {
    ...JobFlags,
    svg: Flag.String("svg").pipe(
      Flag.withMetavar("<file>"),
      Flag.withDescription("Write a laid-out picture to a file, in place of Mermaid on standard output"),
      Flag.optional
    )
  },
  Effect.fnUntraced(function* ({ file, job: name, svg }) {
    const location = yield* CodeLocation.load(file)
    const job = yield* CodeLocation.job(location, Option.getOrUndefined(name))
    const snapshot = describe(job.definition)
    if (Option.isNone(svg)) return yield* Output.text(GraphMermaid.render(snapshot))
    // The layout library is worth loading only for a picture.
    const { GraphSvg } = yield* Effect.promise(() => import("../GraphSvg.ts"))
    yield* Output.file(svg.value, GraphSvg.render(snapshot))
    yield* Output.errorLines([`Wrote ${svg.value}`])
  })
).pipe(
  Command.withDescription(
    "Show the graph of a job: Mermaid on standard output, or a laid-out SVG picture with nested graphs as boxes and dynamic fan-outs marked"
  ),
  Command.withShortDescription("Show the graph of a job as Mermaid or SVG"),
  Command.withExamples([
    { command: "heddle job graph -f src/definitions.ts -j etl", description: "Mermaid, for a README or an issue" },
    { command: "heddle job graph -f src/definitions.ts -j etl --svg etl.svg", description: "A picture" }
  ])
)
