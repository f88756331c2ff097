import type { BareGraph } from "../BareGraph.ts"
import type { Workload } from "../Workload.ts"

const graph = (n: number): BareGraph => ({
  steps: [
    { needs: [], run: () => 1 },
    ...Array.from({ length: n }, () => ({ needs: [0], run: ([x]: ReadonlyArray<number>) => x! + 1 })),
    { needs: Array.from({ length: n }, (_, i) => i + 1), run: (xs) => xs.reduce((sum, x) => sum + x, 0) }
  ]
})

/** `n` steps beside each other, between one that all need and one that needs all. */
export const fan: Workload = {
  name: "fan",
  sizes: [100, 1_000, 10_000],
  systems: {
    heddle: async (n) => {
      const { executeInProcess } = await import("heddle")
      const { fan } = await import("../jobs/fan.ts")
      const { heddle } = await import("../systems/heddle.ts")
      return heddle(executeInProcess(fan(n)))
    },
    fibers: async (n) => (await import("../systems/fibers.ts")).fibers(graph(n)),
    workflow: async (n) => (await import("../systems/workflow.ts")).workflow("fan", n),
    promises: async (n) => (await import("../systems/promises.ts")).promises(graph(n))
  }
}
