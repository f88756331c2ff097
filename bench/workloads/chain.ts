import type { BareGraph } from "../BareGraph.ts"
import type { Workload } from "../Workload.ts"

const graph = (n: number): BareGraph => ({
  steps: Array.from({ length: n }, (_, i) =>
    i === 0 ? { needs: [], run: () => 0 } : { needs: [i - 1], run: ([x]) => x + 1 }
  )
})

/** Each of `n` steps takes the value of the one before. */
export const chain: Workload = {
  name: "chain",
  sizes: [100, 1_000, 10_000],
  systems: {
    heddle: async (n) => {
      const { executeInProcess } = await import("heddle")
      const { chain } = await import("../jobs/chain.ts")
      const { heddle } = await import("../systems/heddle.ts")
      return heddle(executeInProcess(chain(n)))
    },
    fibers: async (n) => (await import("../systems/fibers.ts")).fibers(graph(n)),
    workflow: async (n) => (await import("../systems/workflow.ts")).workflow("chain", n),
    promises: async (n) => (await import("../systems/promises.ts")).promises(graph(n))
  }
}
