import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { Workload } from "../Workload.ts"

const runId = "6f1d3c1e-8a52-4b0e-9d0c-0a3c8f6f2b11"

/** Batches of one event each, as steps would send them. */
const batches = (count: number): ReadonlyArray<readonly [HeddleEvent]> =>
  Array.from({ length: count }, (_, n): readonly [HeddleEvent] => {
    const stepKey = `load_${Math.trunc(n / 4)}`
    const of = { id: `${stepKey}~1~${n % 4}`, runId, timestamp: 1_700_000_000_000 + n, stepKey, attempt: 1 }
    switch (n % 4) {
      case 0:
        return [{ ...of, _tag: "STEP_START" }]
      case 1:
        return [
          {
            ...of,
            _tag: "STEP_OUTPUT",
            output: "result",
            metadata: { rows: { _tag: "int", value: n }, table: { _tag: "text", value: "flights_of_the_day" } }
          }
        ]
      case 2:
        return [
          {
            ...of,
            _tag: "HANDLED_OUTPUT",
            output: "result",
            ioManager: "ioManager",
            metadata: { path: { _tag: "path", value: `/var/lib/heddle/storage/${runId}/${stepKey}/result` } }
          }
        ]
      default:
        return [{ ...of, _tag: "STEP_SUCCESS", durationMillis: 12.5 }]
    }
  })

/**
 * `n` events that are appended one by one to a log in a file, each on the disk before the next. `sqlite` is bare
 * `node:sqlite` that writes the same rows in the same transactions.
 */
export const appendSqlite: Workload = {
  name: "append-sqlite",
  sizes: [1_000],
  systems: {
    heddle: async (n) => {
      const Effect = await import("effect/Effect")
      const { EventLog } = await import("@heddle/storage/EventLog")
      const { inInstance } = await import("../systems/sqlite.ts")
      const all = batches(n)
      const append = Effect.gen(function* () {
        const log = yield* EventLog
        const from = performance.now()
        for (const batch of all) yield* log.append(batch)
        return (performance.now() - from) / 1000
      })
      return { steps: n, seconds: await inInstance(append) }
    },
    sqlite: async (n) => ({ steps: n, seconds: await (await import("../systems/sqlite.ts")).write(batches(n)) })
  }
}
