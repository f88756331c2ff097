import { ConcurrencySlots } from "@heddle/storage/ConcurrencySlots"
import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { Home } from "../Home.ts"
import { Output } from "../Output.ts"
import { PoolListView } from "../PoolListView.ts"

/**
 * `heddle pool list`: lists pools with the steps that hold their slots or wait for one.
 *
 * @since 0.1.0
 */
export const PoolList = Command.make(
  "list",
  { json: Flag.Boolean("json").pipe(Flag.withDescription("Print the list as JSON"), Flag.withDefault(false)) },
  Effect.fnUntraced(function* ({ json }) {
    const pools = yield* (yield* ConcurrencySlots).list
    if (json) return yield* Output.json(pools)
    if (pools.length === 0) {
      return yield* Output.errorLines([`No pool has a limit in ${yield* Home.folder}`])
    }
    yield* Output.lines(PoolListView.lines(pools, yield* Output.paint))
  }, Effect.provide(Home.layerReading))
).pipe(
  Command.withDescription(
    "List pools with their limits, the steps that hold slots, and the steps that wait, first in line first"
  ),
  Command.withShortDescription("List pools with their limits and slots"),
  Command.withExamples([
    { command: "heddle pool list", description: "Pools that have a limit or that steps are using" },
    {
      command: "heddle pool list --json | jq '.[].waiting | length'",
      description: "Count the waiting steps of each pool"
    }
  ])
)
