import type { Durability } from "../systems/sqlite.ts"
import type { Workload } from "../Workload.ts"

const append = (name: string, batch: number, size: number): Workload => {
  const heddle = (durability: Durability) => async (n: number) => {
    const Effect = await import("effect/Effect")
    const { EventLog } = await import("@heddle/storage/EventLog")
    const { inInstance } = await import("../systems/sqlite.ts")
    const { storedEvents } = await import("../systems/storedEvents.ts")
    const batches = storedEvents(n, batch)
    const appending = Effect.gen(function* () {
      const log = yield* EventLog
      const from = performance.now()
      for (const events of batches) yield* log.append(events)
      return (performance.now() - from) / 1000
    })
    return { steps: n, seconds: await inInstance(appending, durability) }
  }
  const sqlite = (durability: Durability) => async (n: number) => {
    const { write } = await import("../systems/sqlite.ts")
    const { storedEvents } = await import("../systems/storedEvents.ts")
    return { steps: n, seconds: await write(storedEvents(n, batch), durability) }
  }
  return {
    name,
    sizes: [size],
    systems: {
      heddle: heddle("full"),
      sqlite: sqlite("full"),
      "heddle-relaxed": heddle("relaxed"),
      "sqlite-relaxed": sqlite("relaxed")
    }
  }
}

/**
 * `n` events that are appended one by one to a log in a file, each on the disk before the next; `relaxed`: each with the
 * operating system. `sqlite` is bare `node:sqlite` that writes the same rows in the same transactions, from JSON that is
 * made already.
 */
export const appendSqlite = append("append-sqlite", 1, 1_000)

/** The same in batches of a hundred. */
export const appendSqliteBatches = append("append-sqlite-100", 100, 10_000)
