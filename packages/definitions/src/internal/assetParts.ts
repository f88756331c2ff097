import { AssetCheckKey } from "@heddle/events/AssetCheckKey"
import type { AssetDependency } from "../AssetDependency.ts"
import type { AssetGraph } from "../AssetGraph.ts"
import type { AssetNode } from "../AssetNode.ts"
import type { AssetSelectionProblem } from "../AssetSelectionError.ts"
import type { AssetSubset } from "../AssetSubset.ts"

/** What of a node one step of a run makes and checks. */
export interface AssetPart {
  readonly node: AssetNode
  readonly name: string
  readonly assets: ReadonlySet<string>
  readonly checks: ReadonlySet<string>
}

/** A node with what of it is still to be given to a part. */
interface Rest {
  readonly node: AssetNode
  readonly assets: Set<string>
  readonly checks: Set<string>
}

const checkKey = ({ asset, name }: AssetNode["checks"][number]): string => AssetCheckKey.text(asset, name)

/** The assets that a part of a node waits for, with or without loading their values. */
export const dependenciesOf = (node: AssetNode, assets: ReadonlySet<string>): ReadonlyArray<AssetDependency> => [
  ...Object.values(node.inputs),
  ...node.after,
  ...node.assets.filter(({ key }) => assets.has(key)).flatMap(({ deps }) => deps)
]

/** What of each node is selected; what cannot be selected alone is a problem. */
const select = (graph: AssetGraph, subset: AssetSubset, problems: Array<AssetSelectionProblem>): ReadonlyArray<Rest> =>
  graph.nodes.flatMap((node): ReadonlyArray<Rest> => {
    if (node.body === undefined) return []
    const assets = new Set(node.assets.map(({ key }) => key).filter((key) => subset.assets.has(key)))
    const checks = new Set(node.checks.map(checkKey).filter((key) => subset.checks.has(key)))
    if (assets.size + checks.size === 0) return []
    const left = [
      ...node.assets.filter(({ key }) => !assets.has(key)).map(({ key }) => `asset "${key}"`),
      ...node.checks
        .filter((check) => !checks.has(checkKey(check)))
        .map(({ asset, name }) => `check "${name}" of asset "${asset}"`)
    ]
    if (left.length > 0 && !node.canSubset) {
      const [key] = [...assets, ...checks]
      const message = `step "${node.name}" also makes ${left.join(", ")}, and cannot leave that out: select all of it${node.assets.length > 1 ? ", or make the step with canSubset" : ""}`
      problems.push({ clause: key!, message })
      return []
    }
    return [{ node, assets, checks }]
  })

/** Gives what is selected to parts, in an order in which what a part waits for comes before it. */
class Division {
  readonly #graph: AssetGraph
  /** Selected assets that no part makes yet. */
  readonly #waiting: Set<string>
  /** What waits for an asset. */
  readonly #dependents = new Map<string, Set<Rest>>()
  readonly #left: Set<Rest>
  readonly parts = new Map<AssetNode, Array<Omit<AssetPart, "name">>>()

  constructor(graph: AssetGraph, selected: ReadonlyArray<Rest>) {
    this.#graph = graph
    this.#left = new Set(selected)
    this.#waiting = new Set(selected.flatMap(({ assets }) => [...assets]))
    for (const rest of selected) {
      for (const { asset } of dependenciesOf(rest.node, rest.assets)) {
        if (!this.#waiting.has(asset) || rest.assets.has(asset)) continue
        const rests = this.#dependents.get(asset)
        if (rests === undefined) this.#dependents.set(asset, new Set([rest]))
        else rests.add(rest)
      }
    }
  }

  /** Divides all; returns what is left because it waits for itself. */
  run(): ReadonlyArray<Rest> {
    const queue = new Set(this.#left)
    while (this.#left.size > 0) {
      // A set gives what is added to it while it is gone through.
      for (const rest of queue) {
        queue.delete(rest)
        if (!this.#left.has(rest)) continue
        const own = this.#possible(rest)
        if (own.size < rest.assets.size) continue
        this.#add(rest, own, queue)
        this.#left.delete(rest)
      }
      if (this.#left.size === 0) break
      const partly = [...this.#left].find((rest) => rest.node.canSubset && this.#possible(rest).size > 0)
      if (partly === undefined) break
      this.#add(partly, this.#possible(partly), queue)
      queue.add(partly)
    }
    return [...this.#left]
  }

  /** The assets of a rest that wait for nothing but each other. */
  #possible(rest: Rest): ReadonlySet<string> {
    const own = new Set(rest.assets)
    const isThere = ({ asset }: AssetDependency) => own.has(asset) || !this.#waiting.has(asset)
    if (![...Object.values(rest.node.inputs), ...rest.node.after].every(isThere)) return new Set()
    for (let size = -1; size !== own.size;) {
      size = own.size
      for (const key of own) if (!this.#graph.assets.get(key)!.spec.deps.every(isThere)) own.delete(key)
    }
    return own
  }

  #add(rest: Rest, assets: ReadonlySet<string>, queue: Set<Rest>): void {
    const isLast = assets.size === rest.assets.size
    const checks = new Set([...rest.checks].filter((key) => isLast || assets.has(AssetCheckKey.parse(key).asset)))
    for (const key of assets) {
      rest.assets.delete(key)
      this.#waiting.delete(key)
      for (const dependent of this.#dependents.get(key) ?? []) queue.add(dependent)
    }
    for (const key of checks) rest.checks.delete(key)
    const list = this.parts.get(rest.node)
    const part = { node: rest.node, assets: new Set(assets), checks }
    if (list === undefined) this.parts.set(rest.node, [part])
    else list.push(part)
  }
}

/**
 * Divides what is selected into parts, one for each step. A node whose assets depend on each other through other nodes is
 * divided into several; the last one keeps its name, and `_2`, `_3` … are before it.
 *
 * @param graph - all assets
 * @param subset - what is selected
 * @param problems - receives what cannot be selected
 */
export const assetParts = (
  graph: AssetGraph,
  subset: AssetSubset,
  problems: Array<AssetSelectionProblem>
): ReadonlyArray<AssetPart> => {
  const division = new Division(graph, select(graph, subset, problems))
  const left = division.run()
  if (left.length > 0) {
    const names = left.map(({ node }) => `"${node.name}"`).join(", ")
    const message = `the steps ${names} wait for each other: make one of them with canSubset, so that it can run in parts`
    problems.push({ clause: "", message })
  }
  return [...division.parts.values()].flatMap((list) =>
    list.map((part, i): AssetPart => {
      const place = list.length - i
      return { ...part, name: place === 1 ? part.node.name : `${part.node.name}_${place}` }
    })
  )
}
