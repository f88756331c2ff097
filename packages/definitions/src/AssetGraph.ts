import { ConfigProblem } from "@heddle/config/ConfigProblem"
import { AssetCheckKey } from "@heddle/events/AssetCheckKey"
import { StepKey } from "@heddle/events/StepKey"
import type { InvalidPartitions } from "@heddle/partitions/InvalidPartitions"
import { PartitionMapping } from "@heddle/partitions/PartitionMapping"
import * as Result from "effect/Result"
import type { AssetNode, AssetSpec, CheckSpec } from "./AssetNode.ts"
import { DefinitionError, type DefinitionProblem } from "./DefinitionError.ts"
import { findCycle } from "./internal/findCycle.ts"
import { isPartitions, NOT_PARTITIONS } from "./internal/isPartitions.ts"

/** One asset at its place in a graph of assets. */
export interface GraphedAsset {
  readonly spec: AssetSpec
  /** What makes it. */
  readonly node: AssetNode
  /** Text keys of the assets that it depends on and that are in the graph, sorted. */
  readonly upstream: ReadonlyArray<string>
  /** Text keys of the assets that depend on it, sorted. */
  readonly downstream: ReadonlyArray<string>
  /** The keys of its checks as `asset:check`, sorted. */
  readonly checks: ReadonlyArray<string>
}

/** One check at its place in a graph of assets. */
export interface GraphedCheck {
  readonly spec: CheckSpec
  /** What evaluates it. */
  readonly node: AssetNode
}

/**
 * Assets and their checks, with what depends on what. It is checked, and does not change.
 *
 * @since 0.1.0
 * @source Dagster AssetGraph
 */
export interface AssetGraph {
  /** What makes the assets and evaluates the checks, in the order in which it was given. */
  readonly nodes: ReadonlyArray<AssetNode>
  /** The assets by text key. */
  readonly assets: ReadonlyMap<string, GraphedAsset>
  /** The checks by `asset:check`. */
  readonly checks: ReadonlyMap<string, GraphedCheck>
  /** The name of the code location that they belong to; absent where its definitions have none. */
  readonly codeLocation?: string
}

/** Whether a mapping that is meant where none is given makes several values of an input, which types do not know. */
const isMany = (inferred: Result.Result<PartitionMapping<boolean> | void, unknown>): boolean =>
  Result.isSuccess(inferred) && inferred.success?.many === true

/** What is wrong with nodes taken together. */
class GraphProblems {
  readonly #assets: ReadonlyMap<string, readonly [AssetSpec, AssetNode]>
  readonly list: Array<DefinitionProblem> = []

  constructor(assets: ReadonlyMap<string, readonly [AssetSpec, AssetNode]>) {
    this.#assets = assets
  }

  #guess(key: string): string {
    const nearest = ConfigProblem.nearest(key, [...this.#assets.keys()])
    return nearest === undefined ? "" : `; did you mean "${nearest}"?`
  }

  twice(place: string, what: string): void {
    this.list.push({ place, message: `${what}: each must be defined once` })
  }

  names(nodes: ReadonlyArray<AssetNode>): void {
    const first = new Map<string, AssetNode>()
    for (const node of nodes) {
      if (node.body === undefined) continue
      const place = `step "${node.name}"`
      const other = first.get(node.name)
      if (!StepKey.isName(node.name)) {
        this.list.push({
          place,
          message: `"${node.name}" is not a valid name: use letters, digits and underscores`
        })
      } else if (other === undefined) first.set(node.name, node)
      else {
        const of = (at: AssetNode) =>
          [...at.assets.map(({ key }) => `asset "${key}"`), ...at.checks.map((c) => `check "${c.name}"`)][0] ?? "a node"
        const instead = node.unmarked === undefined ? "rename one of them" : `name the graph of one, with .as("…")`
        this.list.push({ place, message: `${of(other)} and ${of(node)} have the same step name: ${instead}` })
      }
    }
  }

  /** Values can only be loaded of assets that are known; an order after others may be left to other code locations. */
  inputs(node: AssetNode): void {
    const [asset] = node.assets
    const [check] = node.checks
    const place =
      asset !== undefined
        ? `asset "${asset.key}"`
        : check === undefined
          ? `step "${node.name}"`
          : `check "${check.name}" of asset "${check.asset}"`
    for (const [input, { asset: key }] of Object.entries(node.inputs)) {
      if (this.#assets.has(key)) continue
      this.list.push({
        place: `${place} › input "${input}"`,
        message: `asset "${key}" is not among the assets: add it, or declare it with Asset.external${this.#guess(key)}`
      })
    }
  }

  partitions({ key, partitions }: AssetSpec): void {
    if (partitions === undefined || isPartitions(partitions)) return
    this.list.push({ place: `asset "${key}" › partitions`, message: NOT_PARTITIONS })
  }

  /** A mapping must fit the partitions of both sides, and where none is given there must be one that is meant. */
  mappings(node: AssetNode): void {
    const downstream = node.assets[0]
    if (downstream === undefined) return
    for (const [input, { asset: key, mapping }] of Object.entries(node.inputs)) {
      const upstream = this.#assets.get(key)?.[0].partitions
      if (upstream === undefined) continue
      const checked: Result.Result<PartitionMapping<boolean> | void, InvalidPartitions> =
        mapping === undefined
          ? PartitionMapping.infer(downstream.partitions, upstream)
          : PartitionMapping.check(mapping, downstream.partitions, upstream)
      if (mapping === undefined && downstream.partitions !== undefined && isMany(checked)) {
        const message = `several partitions of asset "${key}" arrive: name the mapping, such as Asset.in(${input}, PartitionMapping.window()), so that the body receives a map`
        this.list.push({ place: `asset "${downstream.key}" › input "${input}"`, message })
      }
      if (Result.isSuccess(checked)) continue
      for (const problem of checked.failure.problems) {
        this.list.push({ place: `asset "${downstream.key}" › input "${input}"`, message: problem })
      }
    }
  }

  checked({ asset, name }: CheckSpec): void {
    if (this.#assets.has(asset)) return
    this.list.push({
      place: `check "${name}"`,
      message: `asset "${asset}", which it checks, is not among the assets${this.#guess(asset)}`
    })
  }

  cycle(upstream: ReadonlyMap<string, ReadonlyArray<string>>): void {
    // An asset may depend on other partitions of itself.
    const isOther = (key: string) => (up: string) => up !== key || this.#assets.get(key)![0].partitions === undefined
    const cycle = findCycle(new Map([...upstream].map(([key, keys]) => [key, keys.filter(isOther(key))])))
    if (cycle === undefined) return
    const path = cycle.map((key) => `"${key}"`).join(" → ")
    this.list.push({ place: "", message: `its assets depend on each other in a cycle: ${path}` })
  }
}

const sorted = (keys: Iterable<string>): ReadonlyArray<string> => [...new Set(keys)].toSorted()

/**
 * Constructor of graphs of assets.
 *
 * @since 0.1.0
 */
export const AssetGraph = {
  /**
   * Makes the graph of nodes.
   *
   * @param given - what makes assets and evaluates checks; the same node may come several times
   * @param subject - what they belong to, such as `job "nightly"`
   * @throws DefinitionError with every mistake at once: two definitions of a key or a step name, upstream values and
   *   checked assets that are not there, mappings that do not fit the partitions of both sides, cycles
   */
  make: (given: ReadonlyArray<AssetNode>, subject: string): AssetGraph => {
    const nodes = [...new Set(given)]
    const specs = new Map<string, readonly [AssetSpec, AssetNode]>()
    const problems = new GraphProblems(specs)
    for (const node of nodes) {
      for (const spec of node.assets) {
        problems.partitions(spec)
        if (specs.has(spec.key)) problems.twice(`asset "${spec.key}"`, "two definitions have this key")
        else specs.set(spec.key, [spec, node])
      }
    }
    const checks = new Map<string, GraphedCheck>()
    const checksOf = new Map<string, Array<string>>()
    for (const node of nodes) {
      for (const spec of node.checks) {
        const key = AssetCheckKey.text(spec.asset, spec.name)
        problems.checked(spec)
        if (checks.has(key)) {
          problems.twice(`check "${spec.name}" of asset "${spec.asset}"`, "two definitions have this name")
          continue
        }
        checks.set(key, { spec, node })
        const list = checksOf.get(spec.asset)
        if (list === undefined) checksOf.set(spec.asset, [key])
        else list.push(key)
      }
      problems.inputs(node)
    }
    // What is not partitions has no mappings.
    if (problems.list.length === 0) for (const node of nodes) problems.mappings(node)
    problems.names(nodes)
    const upstream = new Map<string, ReadonlyArray<string>>()
    const downstream = new Map<string, Array<string>>()
    for (const [key, [spec]] of specs) {
      const keys = sorted(spec.deps.flatMap(({ asset }) => (specs.has(asset) ? [asset] : [])))
      upstream.set(key, keys)
      for (const up of keys) {
        const list = downstream.get(up)
        if (list === undefined) downstream.set(up, [key])
        else list.push(key)
      }
    }
    problems.cycle(upstream)
    if (problems.list.length > 0) throw new DefinitionError({ subject, problems: problems.list })
    const assets = new Map(
      [...specs].map(([key, [spec, node]]): [string, GraphedAsset] => [
        key,
        {
          spec,
          node,
          upstream: upstream.get(key)!,
          downstream: sorted(downstream.get(key) ?? []),
          checks: sorted(checksOf.get(key) ?? [])
        }
      ])
    )
    return { nodes, assets, checks }
  }
}
