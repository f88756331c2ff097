import { AssetPartitions as Partitions } from "@heddle/execution/AssetPartitions"
import { PartitionsDescription } from "@heddle/partitions/PartitionsDescription"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { AssetReference } from "../AssetReference.ts"
import { CodeLocation } from "../CodeLocation.ts"
import { Home } from "../Home.ts"
import { Output } from "../Output.ts"
import { PartitionStrip } from "../PartitionStrip.ts"
import { PlainText } from "../PlainText.ts"
import { UsageError } from "../UsageError.ts"
import { AssetFlags } from "./AssetFlags.ts"

const STATUSES = {
  materialized: "materialized",
  failed: "failed",
  "in-progress": "inProgress",
  missing: "missing"
} as const

/**
 * `heddle asset partitions`: shows how the partitions of an asset stand.
 *
 * @since 0.1.0
 */
export const AssetPartitions = Command.make(
  "partitions",
  {
    key: Argument.String("key").pipe(Argument.withDescription("Key of the asset, such as `sales/daily`")),
    file: AssetFlags.file,
    status: Flag.Literals("status", Object.keys(STATUSES) as Array<keyof typeof STATUSES>).pipe(
      Flag.withMetavar("<status>"),
      Flag.withDescription(`List the keys of partitions with this status: ${Object.keys(STATUSES).join(", ")}`),
      Flag.optional
    ),
    json: AssetFlags.json
  },
  Effect.fnUntraced(function* ({ file, json, key, status }) {
    const located = yield* Effect.flatMap(CodeLocation.load(file), AssetReference.all)
    const { spec } = yield* AssetReference.one(key, located, file)
    if (spec.partitions === undefined) {
      return yield* new UsageError({
        problems: [`Asset "${key}" has no partitions`],
        hint: "Give it some: `Asset.make(key, { partitions: Partitions.daily({ start: … }), … })`"
      })
    }
    const partitions = yield* Partitions.read(key, spec.partitions)
    if (Option.isSome(status)) {
      const keys = [...partitions.keysOf(STATUSES[status.value])]
      return yield* json ? Output.json(keys) : Output.lines(keys.map(PlainText.oneLine))
    }
    if (json) return yield* Output.json(PartitionStrip.toJson(key, partitions))
    const paint = yield* Output.paint
    const what = PartitionsDescription.describe(spec.partitions.description)
    yield* Output.lines([
      `${paint("bold", PlainText.oneLine(key))}  ${PlainText.count(partitions.set.count, "partition")}: ${PlainText.oneLine(what)}`,
      "",
      ...PartitionStrip.lines(partitions, { paint, width: yield* Output.width })
    ])
  }, Effect.provide(Home.layerReading))
).pipe(
  Command.withDescription(
    "Show how the partitions of an asset stand: materialized, failed (the last run that was to make them has failed), in progress, or missing. A cell of the strip stands for several partitions if there are more than the terminal is wide"
  ),
  Command.withShortDescription("Show how the partitions of an asset stand"),
  Command.withExamples([
    { command: "heddle asset partitions sales/daily -f src/definitions.ts", description: "A strip of states" },
    {
      command: "heddle asset partitions sales/daily -f src/definitions.ts --status failed",
      description: "Print the keys of failed partitions"
    }
  ])
)
