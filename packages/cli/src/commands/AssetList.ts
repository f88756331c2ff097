import { AssetStatus } from "@heddle/execution/AssetStatus"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import { AssetListView } from "../AssetListView.ts"
import { AssetReference } from "../AssetReference.ts"
import { AssetRow } from "../AssetRow.ts"
import { CodeLocation } from "../CodeLocation.ts"
import { Home } from "../Home.ts"
import { Output } from "../Output.ts"
import { AssetFlags } from "./AssetFlags.ts"

/**
 * `heddle asset list`: lists assets and how they stand.
 *
 * @since 0.1.0
 */
export const AssetList = Command.make(
  "list",
  AssetFlags,
  Effect.fnUntraced(function* ({ file, json, select }) {
    const located = yield* Effect.flatMap(CodeLocation.load(file), AssetReference.all)
    const subset = yield* AssetReference.select(Option.getOrUndefined(select), located, file)
    const { assets, checks } = located.definition.assets.graph
    const statuses = yield* AssetStatus.read(located.definition.assets.graph)
    const rows = yield* Effect.forEach(
      [...assets].filter(([key]) => subset.assets.has(key)),
      ([key, entry]) => AssetRow.read(entry, statuses.get(key)!, (check) => checks.get(check)?.spec)
    )
    if (json) return yield* Output.json(rows.map(AssetRow.toJson))
    if (rows.length === 0) return yield* Output.errorLines(["No matching assets"])
    yield* Output.lines(AssetListView.lines(rows, { paint: yield* Output.paint, width: yield* Output.width }))
  }, Effect.provide(Home.layerReading))
).pipe(
  Command.withDescription(
    "List the assets of a module, and how each stands: missing (never materialized), fresh, or stale because its code, its upstream data or its dependencies have changed since"
  ),
  Command.withShortDescription("List assets and how they stand"),
  Command.withExamples([
    { command: "heddle asset list -f src/definitions.ts", description: "All assets" },
    { command: "heddle asset list -f src/definitions.ts --select 'group:finance'", description: "Those of a group" },
    {
      command: "heddle asset list -f src/definitions.ts --json | jq -r '.[] | select(.state==\"stale\") | .key'",
      description: "Print the keys of stale assets"
    }
  ])
)
