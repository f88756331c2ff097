import { AssetSelection, type AssetSelectionInput } from "./AssetSelection.ts"
import { AssetSubset } from "./AssetSubset.ts"
import { assetJobGraph } from "./internal/assetJobGraph.ts"
import { configLeft } from "./internal/configLeft.ts"
import type { JobAssets, JobDefinition } from "./JobDefinition.ts"

const parts = new WeakMap<JobDefinition, Map<string, JobDefinition>>()

/** A job of assets, as the engine sees it. */
export interface AssetJobDefinition extends JobDefinition {
  readonly assets: JobAssets
}

/**
 * A part of a job of assets, as a job of its own.
 *
 * @since 0.1.0
 */
export const AssetJobPart = {
  /** Tells whether a job is one of assets. */
  isPossible: (job: JobDefinition): job is AssetJobDefinition => job.assets !== undefined,

  /**
   * Works out which of the assets that a job knows a selection means; it may name assets that the job itself does not
   * select.
   *
   * @param job - the job
   * @param selection - the selection
   * @throws AssetSelectionError
   */
  resolve: (job: AssetJobDefinition, selection: AssetSelectionInput): AssetSubset =>
    AssetSelection.resolve(selection, job.assets.graph, `job "${job.name}"`),

  /**
   * Gives the job that makes some assets and evaluates some checks, made once for each selection.
   *
   * @param job - the job
   * @param subset - the assets and checks, of all that the job knows
   * @throws AssetSelectionError for assets that cannot be made without others
   */
  of: (job: AssetJobDefinition, subset: AssetSubset): JobDefinition => {
    let made = parts.get(job)
    if (made === undefined) parts.set(job, (made = new Map()))
    const key = JSON.stringify(AssetSubset.toData(subset))
    let part = made.get(key)
    if (part === undefined) {
      const graph = assetJobGraph(job.name, job.assets.graph, subset, `job "${job.name}"`)
      const names = new Set(graph.nodes.map(({ name }) => name))
      part = {
        ...job,
        ...configLeft(job.config, graph),
        graph,
        assets: { ...job.assets, selection: subset },
        unselected: job.graph.nodes.filter(({ name }) => !names.has(name))
      }
      made.set(key, part)
    }
    return part
  }
}
