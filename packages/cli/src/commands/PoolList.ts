import { ConcurrencySlots } from "@heddle/storage/ConcurrencySlots"
import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { Home } from "../Home.ts"
import { Output } from "../Output.ts"
import { PoolListView } from "../PoolListView.ts"

/**
 * `heddle pool list`: the pools of the instance, with who holds their slots and who waits for them.
 *
 * @since 0.1.0
 */
export const PoolList = Command.make(
  "list",
  { json: Flag.Boolean("json").pipe(Flag.withDescription("Write the list as JSON"), Flag.withDefault(false)) },
  Effect.fnUntraced(function* ({ json }) {
    const pools = yield* (yield* ConcurrencySlots).list
    if (json) return yield* Output.json(pools)
    if (pools.length === 0) {
      return yield* Output.errorLines([`No pool has a limit in ${yield* Home.folder}`])
    }
    yield* Output.lines(PoolListView.lines(pools, Output.paint()))
  }, Effect.provide(Home.layerReading))
).pipe(
  Command.withDescription("List pools with their limits, who holds their slots, and who waits for them, in that order"),
  Command.withShortDescription("List pools with their limits"),
  Command.withExamples([
    { command: "heddle pool list", description: "All pools that have a limit, or that steps are in" },
    { command: "heddle pool list --json | jq '.[].waiting | length'", description: "For other programs" }
  ])
)
