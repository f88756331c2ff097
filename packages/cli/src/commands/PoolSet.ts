import { ConcurrencySlots } from "@heddle/storage/ConcurrencySlots"
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { Home } from "../Home.ts"
import { Output } from "../Output.ts"
import { UsageError } from "../UsageError.ts"

/**
 * `heddle pool set`: gives a pool a limit.
 *
 * @since 0.1.0
 */
export const PoolSet = Command.make(
  "set",
  {
    pool: Argument.String("pool").pipe(Argument.withDescription("Name of the pool")),
    limit: Argument.Int("limit").pipe(
      Argument.withDescription("How many steps of it may run at once, in all runs together; none may with 0")
    )
  },
  Effect.fnUntraced(function* ({ limit, pool }) {
    const slots = yield* ConcurrencySlots
    yield* slots
      .setLimit(pool, limit)
      .pipe(Effect.catchTag("PoolLimitInvalid", ({ message }) => new UsageError({ problems: [message] })))
    yield* Output.errorLines([`Pool "${pool}" has limit ${limit}`])
  }, Effect.provide(Home.layer))
).pipe(
  Command.withDescription(
    "Give a pool a limit. Steps that run keep their slots; those that wait may go when they next ask"
  ),
  Command.withShortDescription("Give a pool a limit"),
  Command.withExamples([{ command: "heddle pool set warehouse 3", description: "At most three steps at once" }])
)
