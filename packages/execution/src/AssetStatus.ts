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

/** The latest events of assets by partition, then by text key. */
type LatestOfPartitions = ReadonlyMap<string, ReadonlyMap<string, LatestOfAsset>>

/** What is known of assets. */
interface KnownOfAssets {
  readonly graph: AssetGraph
  readonly latestOf: ReadonlyMap<string, LatestOfAsset>
  readonly ofPartitions: LatestOfPartitions
}

/**
 * The upstream assets whose partition an asset was last made from: what was made of another partition since says nothing of it.
 *
 * @returns the partition, and the assets with partitions
 */
const comparedByPartition = (
  { deps, key }: AssetSpec,
  { graph, latestOf }: Pick<KnownOfAssets, "graph" | "latestOf">
): { readonly partition: string; readonly assets: ReadonlyArray<string> } | undefined => {
  const partition = latestOf.get(key)?.materialization?.partition
  if (partition === undefined) return undefined
  const assets = deps.flatMap(({ asset }) => (graph.assets.get(asset)?.spec.partitions === undefined ? [] : [asset]))
  return assets.length === 0 ? undefined : { partition, assets }
}

const causesOf = (
  spec: AssetSpec,
  latest: LatestOfAsset,
  known: KnownOfAssets,
  statuses: ReadonlyMap<string, AssetStatus>
): ReadonlyArray<StaleCause> => {
  const { codeVersion, deps } = spec
  const { graph, latestOf, ofPartitions } = known
  const compared = comparedByPartition(spec, known)
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
    const isCompared = compared?.assets.includes(asset) === true
    const event = isCompared ? ofPartitions.get(compared.partition)?.get(asset) : latestOf.get(asset)
    // An upstream asset with other partitions has no such partition, and what of it is needed is not known here.
    const isKnown = !isCompared || event !== undefined
    if (isKnown && versionOf(event) !== before.dataVersion) {
      causes.push({ category: "data", ...upstream, message: `"${asset}" has new data` })
    } else if (statuses.get(asset)?.state === "stale") {
      causes.push({ category: "data", ...upstream, message: `"${asset}" is stale` })
    }
  }
  const named = new Set(deps.map(({ asset }) => asset))
  for (const asset of Object.keys(provenance.inputs)) {
    if (named.has(asset)) continue
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
   * @param ofPartitions - the latest events of upstream assets by partition, for assets that were last made of a partition
   * @returns the statuses by text key, in the order of the graph
   */
  of: (
    graph: AssetGraph,
    latestOf: ReadonlyMap<string, LatestOfAsset>,
    ofPartitions: LatestOfPartitions = new Map()
  ): ReadonlyMap<string, AssetStatus> => {
    const statuses = new Map<string, AssetStatus>()
    for (const key of inOrder(graph)) {
      const { spec } = graph.assets.get(key)!
      const latest = latestOf.get(key)
      const base = { key, latest, causes: [] }
      if (spec.kind !== "materializable") statuses.set(key, { ...base, state: "external" })
      else if (latest?.materialization === undefined) statuses.set(key, { ...base, state: "missing" })
      else {
        const causes = causesOf(spec, latest, { graph, latestOf, ofPartitions }, statuses)
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
    return Effect.gen(function* () {
      const log = yield* AssetLog
      const latestOf = yield* log.latest([...graph.assets.keys()])
      const upstream = new Map<string, Set<string>>()
      for (const { spec } of graph.assets.values()) {
        const compared = comparedByPartition(spec, { graph, latestOf })
        if (compared === undefined) continue
        const { assets, partition } = compared
        upstream.set(partition, new Set([...(upstream.get(partition) ?? []), ...assets]))
      }
      const ofPartitions = yield* Effect.forEach(upstream, ([partition, assets]) =>
        Effect.map(log.latest([...assets], partition), (latest) => [partition, latest] as const)
      )
      return AssetStatus.of(graph, latestOf, new Map(ofPartitions))
    })
  }
}
