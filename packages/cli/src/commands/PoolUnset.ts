import { ConcurrencySlots } from "@heddle/storage/ConcurrencySlots"
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { Home } from "../Home.ts"
import { Output } from "../Output.ts"

/**
 * `heddle pool unset`: removes the limit of a pool.
 *
 * @since 0.1.0
 */
export const PoolUnset = Command.make(
  "unset",
  { pool: Argument.String("pool").pipe(Argument.withDescription("Name of the pool")) },
  Effect.fnUntraced(function* ({ pool }) {
    const removed = yield* (yield* ConcurrencySlots).unsetLimit(pool)
    yield* Output.errorLines([removed ? `Removed the limit of pool "${pool}"` : `Pool "${pool}" has no limit`])
  }, Effect.provide(Home.layer))
).pipe(
  Command.withDescription(
    "Remove the limit of a pool. Its steps no longer wait for slots, unless a default limit is set"
  ),
  Command.withShortDescription("Remove the limit of a pool"),
  Command.withExamples([{ command: "heddle pool unset warehouse", description: "Let any number of its steps run" }])
)
