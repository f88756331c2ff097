import type { Workload } from "../Workload.ts"

/**
 * `n` assets, ten beside each other, each of which takes the values of the ten before, in an instance in a file. Each value is a
 * file, which is on the disk before the next asset starts.
 */
export const assets: Workload = {
  name: "assets",
  sizes: [100, 1_000],
  systems: {
    heddle: async (n) => {
      const { FileIOManager, materialize } = await import("heddle")
      const { layeredAssets } = await import("../jobs/assets.ts")
      const { timed } = await import("../systems/heddle.ts")
      const { inInstance, inNewFolder } = await import("../systems/sqlite.ts")
      return inNewFolder((folder) =>
        inInstance(timed(materialize(layeredAssets(n), { layer: FileIOManager.layer({ folder }) })))
      )
    }
  }
}

/** The same with the values in memory. */
export const assetsMemory: Workload = {
  name: "assets-memory",
  sizes: [100, 1_000],
  systems: {
    heddle: async (n) => {
      const { materializeToMemory } = await import("heddle")
      const { layeredAssets } = await import("../jobs/assets.ts")
      const { timed } = await import("../systems/heddle.ts")
      const { inInstance } = await import("../systems/sqlite.ts")
      return inInstance(timed(materializeToMemory(layeredAssets(n))))
    }
  }
}
