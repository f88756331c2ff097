import type { BareGraph, BareStep } from "../BareGraph.ts"
import type { Workload } from "../Workload.ts"

const graph = (n: number): BareGraph => ({
  steps: [{ needs: [], run: () => Array.from({ length: n }, (_, i) => i) }],
  grow: (step, value) => {
    if (step !== 0) return []
    const mids = (value as ReadonlyArray<number>).map((x): BareStep => ({ needs: [], run: () => x + 1 }))
    const needs = mids.map((_, i) => i + 1)
    return [...mids, { needs, run: (xs) => xs.reduce((sum, x) => sum + x, 0) }]
  }
})

/** The first step gives `n` values, each of which gets a step of its own, and one step needs all of those. */
export const dynamic: Workload = {
  name: "dynamic",
  sizes: [100, 1_000, 10_000],
  systems: {
    heddle: async (n) => {
      const { executeInProcess } = await import("heddle")
      const { dynamic } = await import("../jobs/dynamic.ts")
      const { heddle } = await import("../systems/heddle.ts")
      return heddle(executeInProcess(dynamic(n)))
    },
    fibers: async (n) => (await import("../systems/fibers.ts")).fibers(graph(n)),
    workflow: async (n) => (await import("../systems/workflow.ts")).workflow("fan", n),
    promises: async (n) => (await import("../systems/promises.ts")).promises(graph(n))
  }
}
