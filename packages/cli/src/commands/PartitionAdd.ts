import { DynamicPartitions } from "@heddle/storage/DynamicPartitions"
import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import { Home } from "../Home.ts"
import { Output } from "../Output.ts"
import { PlainText } from "../PlainText.ts"
import { UsageError } from "../UsageError.ts"
import { PartitionArguments } from "./PartitionArguments.ts"

/**
 * `heddle partition add`: adds keys of dynamic partitions.
 *
 * @since 0.1.0
 */
export const PartitionAdd = Command.make(
  "add",
  PartitionArguments,
  Effect.fnUntraced(function* ({ keys, name }) {
    const dynamic = yield* DynamicPartitions
    const added = yield* dynamic
      .add(name, keys)
      .pipe(Effect.catchTag("PartitionKeysInvalid", ({ message }) => new UsageError({ problems: message.split("\n") })))
    const before = new Set(keys).size - added.length
    const to = `the dynamic partitions "${PlainText.oneLine(name)}"`
    yield* Output.errorLines([
      before === 0
        ? `Added ${PlainText.count(added.length, "key")} to ${to}`
        : `Added ${PlainText.count(added.length, "key")} to ${to}, ${before} ${before === 1 ? "was" : "were"} there before`
    ])
  }, Effect.provide(Home.layer))
).pipe(
  Command.withDescription("Add keys of dynamic partitions: all of them, or none if one is not valid"),
  Command.withShortDescription("Add keys of dynamic partitions"),
  Command.withExamples([{ command: "heddle partition add customers acme globex", description: "Add two customers" }])
)
