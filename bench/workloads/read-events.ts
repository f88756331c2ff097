import type { Workload } from "../Workload.ts"

const PAGE = 1_000

/**
 * A log of `n` events in a file is read page by page. `sqlite` is bare `node:sqlite` that reads the same rows and parses
 * their JSON.
 */
export const readEvents: Workload = {
  name: "read-events",
  sizes: [10_000],
  systems: {
    heddle: async (n) => {
      const Effect = await import("effect/Effect")
      const { EventLog } = await import("@heddle/storage/EventLog")
      const { inInstance } = await import("../systems/sqlite.ts")
      const { runId, storedEvents } = await import("../systems/storedEvents.ts")
      const reading = Effect.gen(function* () {
        const log = yield* EventLog
        yield* log.append(storedEvents(n, n).flat())
        let seen = 0
        let after: string | undefined
        const from = performance.now()
        for (;;) {
          const page = yield* log.read(runId, { after, limit: PAGE })
          seen += page.events.length
          after = page.next
          if (page.events.length < PAGE) break
        }
        const seconds = (performance.now() - from) / 1000
        if (seen !== n) throw new Error(`read ${seen} events`)
        return seconds
      })
      return { steps: n, seconds: await inInstance(reading, "relaxed") }
    },
    sqlite: async (n) => {
      const { read } = await import("../systems/sqlite.ts")
      const { storedEvents } = await import("../systems/storedEvents.ts")
      return { steps: n, seconds: await read(storedEvents(n, n), PAGE) }
    }
  }
}
