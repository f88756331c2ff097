import { DynamicPartitions } from "@heddle/storage/DynamicPartitions"
import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { Home } from "../Home.ts"
import { Output } from "../Output.ts"
import { PlainText } from "../PlainText.ts"
import { PartitionArguments } from "./PartitionArguments.ts"

/**
 * `heddle partition list`: lists the keys of dynamic partitions.
 *
 * @since 0.1.0
 */
export const PartitionList = Command.make(
  "list",
  {
    name: PartitionArguments.name,
    json: Flag.Boolean("json").pipe(Flag.withDescription("Print the keys as JSON"), Flag.withDefault(false))
  },
  Effect.fnUntraced(function* ({ json, name }) {
    const dynamic = yield* DynamicPartitions
    const keys = yield* dynamic.list(name)
    if (json) return yield* Output.json(keys)
    if (keys.length === 0) {
      return yield* Output.errorLines([`The dynamic partitions "${PlainText.oneLine(name)}" have no keys`])
    }
    yield* Output.lines(keys.map(PlainText.oneLine))
  }, Effect.provide(Home.layerReading))
).pipe(
  Command.withDescription("List the keys of dynamic partitions, in the order in which they were added"),
  Command.withShortDescription("List the keys of dynamic partitions"),
  Command.withExamples([{ command: "heddle partition list customers", description: "All customers" }])
)
