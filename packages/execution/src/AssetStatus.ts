import type { AnyJob } from "@heddle/definitions/Job"
import type { AssetGraph } from "@heddle/definitions/AssetGraph"
import type { AssetSpec } from "@heddle/definitions/AssetNode"
import { AssetLog, type LatestOfAsset } from "@heddle/storage/AssetLog"
import type { StorageError } from "@heddle/storage/StorageError"
import * as Effect from "effect/Effect"

/** Why an asset is stale. */
export interface StaleCause {
  /** What changed: the code of the asset, the data of an upstream asset, or which assets it depends on. */
  readonly category: "code" | "data" | "dependencies"
  /** The upstream asset, where one is the cause. */
  readonly upstream?: string
  /** The cause in one sentence. */
  readonly message: string
}

/**
 * How an asset stands.
 *
 * `missing` was never materialized; `stale` was, and its code, its upstream data or its dependencies have changed since;
 * `fresh` was, and nothing has; `external` is made elsewhere.
 */
export interface AssetStatus {
  readonly key: string
  readonly state: "missing" | "stale" | "fresh" | "external"
  readonly causes: ReadonlyArray<StaleCause>
  readonly latest: LatestOfAsset | undefined
}

/** The version of the data of an asset, by its latest event. */
const versionOf = (latest: LatestOfAsset | undefined): string | undefined => {
  if (latest === undefined) return undefined
  const { isObservedLast, materialization, observation } = latest
  return isObservedLast
    ? observation?.dataVersion
    : (materialization?.provenance?.dataVersion ?? observation?.dataVersion)
}

/** Assets with what they depend on before them. */
const inOrder = ({ assets }: AssetGraph): ReadonlyArray<string> => {
  const waiting = new Map<string, number>()
  for (const [key, { upstream }] of assets) waiting.set(key, upstream.filter((up) => up !== key).length)
  const ready = new Set([...waiting].filter(([, count]) => count === 0).map(([key]) => key))
  // A set gives what is added to it while it is gone through.
  for (const key of ready) {
    for (const down of assets.get(key)!.downstream) {
      const left = waiting.get(down)! - 1
      waiting.set(down, left)
      if (left === 0) ready.add(down)
    }
  }
  return [...ready]
}

const causesOf = (
  { codeVersion, deps }: AssetSpec,
  graph: AssetGraph,
  latest: LatestOfAsset,
  latestOf: ReadonlyMap<string, LatestOfAsset>,
  statuses: ReadonlyMap<string, AssetStatus>
): ReadonlyArray<StaleCause> => {
  // An event that a body or another program logged says nothing of what the data was made from.
  const provenance = latest.materialization?.provenance
  if (provenance === undefined) return []
  const causes: Array<StaleCause> = []
  if (codeVersion !== undefined && codeVersion !== provenance.codeVersion) {
    const message = `its code version is now "${codeVersion}", it was made with "${provenance.codeVersion}"`
    causes.push({ category: "code", message })
  }
  for (const { asset } of deps) {
    const upstream = { upstream: asset }
    const before = provenance.inputs[asset]
    if (before === undefined) {
      causes.push({ category: "dependencies", ...upstream, message: `it now depends on "${asset}"` })
      continue
    }
    if (!graph.assets.has(asset)) continue
    const now = versionOf(latestOf.get(asset))
    if (now !== before.dataVersion) {
      causes.push({ category: "data", ...upstream, message: `"${asset}" has new data` })
    } else if (statuses.get(asset)?.state === "stale") {
      causes.push({ category: "data", ...upstream, message: `"${asset}" is stale` })
    }
  }
  const known = new Set(deps.map(({ asset }) => asset))
  for (const asset of Object.keys(provenance.inputs)) {
    if (known.has(asset)) continue
    causes.push({ category: "dependencies", upstream: asset, message: `it no longer depends on "${asset}"` })
  }
  return causes
}

/**
 * How assets stand, as a reading of the event log: nothing watches them.
 *
 * @since 0.1.0
 * @source Dagster CachingStaleStatusResolver
 */
export const AssetStatus = {
  /**
   * Works out how the assets of a graph stand.
   *
   * @param graph - the assets
   * @param latestOf - the latest events of each, by text key
   * @returns the statuses by text key, in the order of the graph
   */
  of: (graph: AssetGraph, latestOf: ReadonlyMap<string, LatestOfAsset>): ReadonlyMap<string, AssetStatus> => {
    const statuses = new Map<string, AssetStatus>()
    for (const key of inOrder(graph)) {
      const { spec } = graph.assets.get(key)!
      const latest = latestOf.get(key)
      const base = { key, latest, causes: [] }
      if (spec.kind !== "materializable") statuses.set(key, { ...base, state: "external" })
      else if (latest?.materialization === undefined) statuses.set(key, { ...base, state: "missing" })
      else {
        const causes = causesOf(spec, graph, latest, latestOf, statuses)
        statuses.set(key, { ...base, causes, state: causes.length === 0 ? "fresh" : "stale" })
      }
    }
    return new Map([...graph.assets.keys()].map((key) => [key, statuses.get(key)!]))
  },

  /**
   * Reads how assets stand in the provided instance.
   *
   * @param assets - a job of assets, which stands for all assets that it knows, or a graph of assets
   * @returns the statuses by text key; none of a job that is not one of assets
   */
  read: (
    assets: AssetGraph | Pick<AnyJob, "definition">
  ): Effect.Effect<ReadonlyMap<string, AssetStatus>, StorageError, AssetLog> => {
    const graph = "definition" in assets ? assets.definition.assets?.graph : assets
    if (graph === undefined) return Effect.succeed(new Map())
    return Effect.map(
      Effect.flatMap(AssetLog, (log) => log.latest([...graph.assets.keys()])),
      (latest) => AssetStatus.of(graph, latest)
    )
  }
}
