import { ConcurrencySlots } from "@heddle/storage/ConcurrencySlots"
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { Home } from "../Home.ts"
import { Output } from "../Output.ts"

/**
 * `heddle pool unset`: takes the limit from a pool.
 *
 * @since 0.1.0
 */
export const PoolUnset = Command.make(
  "unset",
  { pool: Argument.String("pool").pipe(Argument.withDescription("Name of the pool")) },
  Effect.fnUntraced(function* ({ pool }) {
    yield* (yield* ConcurrencySlots).unsetLimit(pool)
    yield* Output.errorLines([`Pool "${pool}" has no limit of its own`])
  }, Effect.provide(Home.layer))
).pipe(
  Command.withDescription(
    "Take the limit from a pool: nothing holds its steps back any more, unless there is a default"
  ),
  Command.withShortDescription("Take the limit from a pool"),
  Command.withExamples([{ command: "heddle pool unset warehouse", description: "Let all of its steps run" }])
)
