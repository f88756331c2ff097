import type { PoolState, SlotHolder } from "@heddle/storage/PoolState"
import { Paint } from "./Paint.ts"
import { PlainText } from "./PlainText.ts"
import { RunReference } from "./RunReference.ts"

const named = ({ attempt, runId, stepKey }: SlotHolder): string =>
  PlainText.oneLine(`${stepKey} of ${RunReference.short(runId)}${attempt === 1 ? "" : `, attempt ${attempt}`}`)

/**
 * Prints pools as a table.
 *
 * @since 0.1.0
 */
export const PoolListView = {
  /**
   * Prints one line for each pool, followed by one line for each step that holds a slot or waits for one.
   *
   * @param pools - the pools, in display order
   */
  lines: (pools: ReadonlyArray<PoolState>, paint: Paint = Paint.plain): ReadonlyArray<string> => {
    const names = pools.map(({ pool }) => PlainText.fit(PlainText.oneLine(pool), 40))
    const width = names.reduce((most, name) => Math.max(most, PlainText.width(name)), "POOL".length)
    const limits = pools.map(({ limit }) => (limit === undefined ? "none" : String(limit)))
    const limitWidth = limits.reduce((most, limit) => Math.max(most, limit.length), "LIMIT".length)
    const row = (pool: string, limit: string, held: string, waiting: string): string =>
      [
        PlainText.pad(pool, width),
        PlainText.padStart(limit, limitWidth),
        PlainText.padStart(held, 4),
        PlainText.padStart(waiting, 7)
      ].join("  ")
    return [
      paint("dim", row("POOL", "LIMIT", "HELD", "WAITING")),
      ...pools.flatMap(({ holders, waiting }, i) => [
        row(names[i]!, limits[i]!, String(holders.length), String(waiting.length)),
        ...holders.map((holder) => `  ${paint("cyan", "held by")} ${named(holder)}`),
        ...waiting.map((holder) => `  ${paint("yellow", "waiting")} ${named(holder)}`)
      ])
    ]
  }
}
