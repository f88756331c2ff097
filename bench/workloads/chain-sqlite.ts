import type { Workload } from "../Workload.ts"

/**
 * The steps of `chain` in an instance in a file: what a step did is on the disk before the next one starts. `sqlite` is
 * bare `node:sqlite` that writes the same events in the same transactions.
 */
export const chainSqlite: Workload = {
  name: "chain-sqlite",
  sizes: [100, 1_000],
  systems: {
    heddle: async (n) => {
      const { executeInProcess } = await import("heddle")
      const { chain } = await import("../jobs/chain.ts")
      const { timed } = await import("../systems/heddle.ts")
      const { inInstance } = await import("../systems/sqlite.ts")
      return inInstance(timed(executeInProcess(chain(n))))
    },
    sqlite: async (n) => {
      const { executeInProcess } = await import("heddle")
      const { chain } = await import("../jobs/chain.ts")
      const { appendedBy, write } = await import("../systems/sqlite.ts")
      return { steps: n, seconds: await write(await appendedBy(executeInProcess(chain(n)))) }
    }
  }
}
