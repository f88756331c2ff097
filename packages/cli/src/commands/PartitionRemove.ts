import { ConfigProblem } from "@heddle/config/ConfigProblem"
import { DynamicPartitions } from "@heddle/storage/DynamicPartitions"
import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import { Home } from "../Home.ts"
import { Output } from "../Output.ts"
import { PlainText } from "../PlainText.ts"
import { UsageError } from "../UsageError.ts"
import { PartitionArguments } from "./PartitionArguments.ts"

/**
 * `heddle partition remove`: removes keys of dynamic partitions.
 *
 * @since 0.1.0
 */
export const PartitionRemove = Command.make(
  "remove",
  PartitionArguments,
  Effect.fnUntraced(function* ({ keys, name }) {
    const dynamic = yield* DynamicPartitions
    const there = yield* dynamic.list(name)
    const unknown = keys.filter((key) => !there.includes(key))
    if (unknown.length > 0) {
      return yield* new UsageError({
        problems: unknown.map((key) => {
          const near = ConfigProblem.nearest(key, there)
          const suggestion = near === undefined ? "" : ` - did you mean "${PlainText.oneLine(near)}"?`
          return `The dynamic partitions "${PlainText.oneLine(name)}" have no key "${PlainText.oneLine(key)}"${suggestion}`
        }),
        hint: `See "heddle partition list ${name}"`
      })
    }
    const removed = yield* dynamic.remove(name, keys)
    yield* Output.errorLines([
      `Removed ${PlainText.count(removed.length, "key")} from the dynamic partitions "${PlainText.oneLine(name)}"`
    ])
  }, Effect.provide(Home.layer))
).pipe(
  Command.withDescription(
    "Remove keys of dynamic partitions: all of them, or none if one does not exist. What was materialized for them stays"
  ),
  Command.withShortDescription("Remove keys of dynamic partitions"),
  Command.withExamples([{ command: "heddle partition remove customers acme", description: "Remove a customer" }])
)
