import { ConcurrencySlots } from "@heddle/storage/ConcurrencySlots"
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { Home } from "../Home.ts"
import { Output } from "../Output.ts"
import { UsageError } from "../UsageError.ts"

/**
 * `heddle pool set`: sets the limit of a pool.
 *
 * @since 0.1.0
 */
export const PoolSet = Command.make(
  "set",
  {
    pool: Argument.String("pool").pipe(Argument.withDescription("Name of the pool")),
    limit: Argument.Int("limit").pipe(
      Argument.withDescription("How many of its steps may run at the same time, across all runs; 0 lets none run")
    )
  },
  Effect.fnUntraced(function* ({ limit, pool }) {
    const slots = yield* ConcurrencySlots
    yield* slots
      .setLimit(pool, limit)
      .pipe(Effect.catchTag("PoolLimitInvalid", ({ message }) => new UsageError({ problems: [message] })))
    yield* Output.errorLines([`Set the limit of pool "${pool}" to ${limit}`])
  }, Effect.provide(Home.layer))
).pipe(
  Command.withDescription(
    "Set the limit of a pool. Running steps keep their slots; waiting steps see the new limit the next time they ask for a slot"
  ),
  Command.withShortDescription("Set the limit of a pool"),
  Command.withExamples([{ command: "heddle pool set warehouse 3", description: "Run at most three steps at once" }])
)
