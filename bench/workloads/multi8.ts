import type { Workload } from "../Workload.ts"

/**
 * Eight steps that burn `n` milliseconds each and one that adds up, in two processes at once and an instance in a file.
 * `forks` are two bare child processes, `fork-each` is one for each step.
 */
export const multi8: Workload = {
  name: "multi8",
  sizes: [1, 100],
  systems: {
    heddle: async (n) => {
      const { join } = await import("node:path")
      const Effect = await import("effect/Effect")
      const { executeJob } = await import("heddle")
      const { multi8Pointer, runConfig } = await import("../jobs/multi8.ts")
      const { inInstance, inNewFolder } = await import("../systems/sqlite.ts")
      return inNewFolder((folder) => {
        let steps = 0
        const run = executeJob(multi8Pointer, {
          values: join(folder, "values"),
          runConfig: runConfig(n),
          onEvents: (events) => {
            steps += events.filter(({ _tag }) => _tag === "STEP_SUCCESS").length
          }
        })
        const measured = Effect.gen(function* () {
          const from = performance.now()
          const { success } = yield* run
          const seconds = (performance.now() - from) / 1000
          if (!success) throw new Error("the run did not succeed")
          return { steps, seconds }
        })
        return inInstance(measured)
      })
    },
    forks: async (n) => {
      const { BURNS } = await import("../busy.ts")
      const { forks } = await import("../systems/forks.ts")
      return forks({ burns: BURNS, ms: n, concurrent: 2, warm: true })
    },
    "fork-each": async (n) => {
      const { BURNS } = await import("../busy.ts")
      const { forks } = await import("../systems/forks.ts")
      return forks({ burns: BURNS, ms: n, concurrent: 2, warm: false })
    }
  }
}
