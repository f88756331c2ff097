/**
 * Tests the runner. In every case that passes, it drops one event, or swaps it with its neighbour, before the projection.
 * The case must then fail: `honesty.ts [folder] [--seed n] [--rounds n] [--width n]`.
 *
 * It chooses only events that have a record, because the comparison sees no others. If only the order within each step is
 * compared, it swaps neighbours of the same step.
 */
import { HeddleEvent } from "@heddle/events/HeddleEvent"
import { readdirSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { recordOfEvent } from "./projection.ts"
import { runCase } from "./runCase.ts"
import { seeded } from "./Surroundings.ts"

/** Of the tampered passes, so many must fail. */
const AT_LEAST = 0.95

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: "string", default: "1" },
    rounds: { type: "string", default: "4" },
    width: { type: "string", default: "1" }
  }
})
const folder = positionals[0] ?? process.env["CONFORMANCE_CASES"] ?? fileURLToPath(new URL("../cases", import.meta.url))
const random = seeded(Number(values.seed))
const draw = <A>(list: ReadonlyArray<A>): A | undefined => list[Math.floor(random() * list.length)]

/** Pairs of places whose order is compared. */
const neighbours = (events: ReadonlyArray<HeddleEvent>, seen: ReadonlyArray<number>, loose: boolean) => {
  const last = new Map<string, number>()
  return seen.flatMap((i): ReadonlyArray<readonly [number, number]> => {
    const line = loose ? (HeddleEvent.stepKey(events[i]!) ?? "") : ""
    const before = last.get(line)
    last.set(line, i)
    return before === undefined ? [] : [[before, i]]
  })
}

interface Tampered {
  readonly what: string
  readonly events: ReadonlyArray<HeddleEvent>
}

const tamper = (events: ReadonlyArray<HeddleEvent>, loose: boolean, how: "drop" | "swap"): Tampered | undefined => {
  const seen = [...events.keys()].filter((i) => recordOfEvent(events[i]!) !== undefined)
  const name = (i: number) => `${events[i]!._tag} ${HeddleEvent.stepKey(events[i]!) ?? ""}`
  if (how === "drop") {
    const place = draw(seen)
    return place === undefined
      ? undefined
      : { what: `without ${name(place)}`, events: events.filter((_, i) => i !== place) }
  }
  const pair = draw(neighbours(events, seen, loose))
  if (pair === undefined) return undefined
  const [a, b] = pair
  return {
    what: `${name(b)} before ${name(a)}`,
    events: events.map((event, i) => (i === a ? events[b]! : i === b ? events[a]! : event))
  }
}

let tampered = 0
let caught = 0
for (const file of readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .toSorted()) {
  await runCase(
    join(folder, file),
    { width: Number(values.width), delays: undefined, overProcesses: false },
    async (run) => {
      if (run.verdict._tag !== "Passed") return
      const calls = [...run.events.keys()].filter((i) => run.events[i]!.length > 0)
      for (let round = 0; round < Number(values.rounds); round++) {
        const call = draw(calls)
        if (call === undefined) return
        const changed = tamper(run.events[call]!, run.loose[call]!, random() < 0.5 ? "drop" : "swap")
        if (changed === undefined) continue
        tampered += 1
        const differences = await run.again(call, changed.events)
        if (differences.length > 0) caught += 1
        else console.log(`UNSEEN ${run.id} call ${call}: ${changed.what}`)
      }
    }
  )
}
const share = tampered === 0 ? 0 : caught / tampered
console.log(`${caught} of ${tampered} tampered passes failed, ${(share * 100).toFixed(1)} %`)
process.exit(share >= AT_LEAST ? 0 : 1)
