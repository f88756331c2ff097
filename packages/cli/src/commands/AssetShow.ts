import { AssetStatus } from "@heddle/execution/AssetStatus"
import { AssetLog } from "@heddle/storage/AssetLog"
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { AssetReference } from "../AssetReference.ts"
import { AssetRow } from "../AssetRow.ts"
import { AssetView } from "../AssetView.ts"
import { CodeLocation } from "../CodeLocation.ts"
import { Home } from "../Home.ts"
import { Output } from "../Output.ts"
import { AssetFlags } from "./AssetFlags.ts"

/** How many materializations are shown. */
const HISTORY = 5

/**
 * `heddle asset show`: shows what is known of one asset.
 *
 * @since 0.1.0
 */
export const AssetShow = Command.make(
  "show",
  {
    key: Argument.String("key").pipe(Argument.withDescription("Key of the asset, such as `sales/daily`")),
    file: AssetFlags.file,
    json: AssetFlags.json
  },
  Effect.fnUntraced(function* ({ file, json, key }) {
    const located = yield* Effect.flatMap(CodeLocation.load(file), AssetReference.all)
    const entry = yield* AssetReference.one(key, located, file)
    const { graph } = located.definition.assets
    const statuses = yield* AssetStatus.read(graph)
    const row = yield* AssetRow.read(entry, statuses.get(key)!, (check) => graph.checks.get(check)?.spec)
    const log = yield* AssetLog
    const { events } = yield* log.history("materialization", key, { limit: HISTORY })
    if (json) {
      return yield* Output.json({ ...AssetRow.toJson(row), usedBy: entry.downstream, materializations: events })
    }
    yield* Output.lines(AssetView.lines(entry, row, events, yield* Output.paint))
  }, Effect.provide(Home.layerReading))
).pipe(
  Command.withDescription(
    "Show an asset: its definition, what it depends on, whether and why it is stale, what its checks last found, and its latest materializations with their metadata"
  ),
  Command.withShortDescription("Show what is known of an asset"),
  Command.withExamples([
    { command: "heddle asset show sales/daily -f src/definitions.ts", description: "One asset" },
    {
      command: "heddle asset show sales/daily -f src/definitions.ts --json | jq '.latestMaterialization.metadata'",
      description: "Print the metadata of its latest materialization"
    }
  ])
)
