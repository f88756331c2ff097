import { AssetStatus } from "@heddle/execution/AssetStatus"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { basename } from "node:path"
import { AssetPicture } from "../AssetPicture.ts"
import { AssetReference } from "../AssetReference.ts"
import { CodeLocation } from "../CodeLocation.ts"
import { GraphMermaid } from "../GraphMermaid.ts"
import { Home } from "../Home.ts"
import { Output } from "../Output.ts"
import { AssetFlags } from "./AssetFlags.ts"

/**
 * `heddle asset graph`: prints or draws assets.
 *
 * @since 0.1.0
 */
export const AssetGraph = Command.make(
  "graph",
  {
    file: AssetFlags.file,
    select: AssetFlags.select,
    svg: Flag.String("svg").pipe(
      Flag.withMetavar("<file>"),
      Flag.withDescription("Write an SVG image to this file instead of printing Mermaid"),
      Flag.optional
    )
  },
  Effect.fnUntraced(function* ({ file, select, svg }) {
    const located = yield* Effect.flatMap(CodeLocation.load(file), AssetReference.all)
    const subset = yield* AssetReference.select(Option.getOrUndefined(select), located, file)
    const { graph } = located.definition.assets
    const picture = AssetPicture.of(graph, subset, yield* AssetStatus.read(graph), `Assets of ${basename(file)}`)
    if (Option.isNone(svg)) return yield* Output.text(GraphMermaid.render(picture))
    // The layout library is slow to load, and only images need it.
    const { GraphSvg } = yield* Effect.promise(() => import("../GraphSvg.ts"))
    yield* Output.file(svg.value, GraphSvg.render(picture))
    yield* Output.errorLines([`Wrote ${svg.value}`])
  }, Effect.provide(Home.layerReading))
).pipe(
  Command.withDescription(
    "Print assets and what they depend on as a Mermaid flowchart, or write them to an SVG file. Colours say how each asset stands: fresh, stale, missing or external; dotted lines are dependencies without a value"
  ),
  Command.withShortDescription("Draw assets as Mermaid or SVG"),
  Command.withExamples([
    { command: "heddle asset graph -f src/definitions.ts", description: "Print Mermaid, for a README or an issue" },
    {
      command: "heddle asset graph -f src/definitions.ts --select '*report' --svg report.svg",
      description: "Draw what the report is made from"
    }
  ])
)
