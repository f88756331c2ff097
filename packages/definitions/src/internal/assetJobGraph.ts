import { AssetCheckKey } from "@heddle/events/AssetCheckKey"
import { Wire } from "@heddle/events/JobSnapshot"
import type { AssetGraph } from "../AssetGraph.ts"
import type { AssetNode } from "../AssetNode.ts"
import { AssetSelectionError, type AssetSelectionProblem } from "../AssetSelectionError.ts"
import type { AssetSubset } from "../AssetSubset.ts"
import type { GraphDefinition, NodeDefinition } from "../GraphDefinition.ts"
import type { OpDefinition } from "../OpDefinition.ts"
import { type AssetPart, assetParts, dependenciesOf } from "./assetParts.ts"
import { findCycle } from "./findCycle.ts"
import { markGraph } from "./graphMarks.ts"
import { graphPart } from "./graphPart.ts"

/** The output of a node that an asset or a check is. */
interface Place {
  readonly part: AssetPart
  readonly output: string
}

const outputOf = (node: AssetNode, key: string): string => node.assets.find((spec) => spec.key === key)!.output

const wireTo = ({ output, part }: Place): Wire => ({ from: part.name, output })

/** The body of a node with only the outputs of a part. */
const bodyOf = ({ assets, checks, node }: AssetPart): OpDefinition | GraphDefinition => {
  const body = node.body!
  if (assets.size === node.assets.length && checks.size === node.checks.length) return body
  const madeAssets = node.assets.filter(({ key }) => assets.has(key))
  const madeChecks = node.checks.filter(({ asset, name }) => checks.has(AssetCheckKey.text(asset, name)))
  const made = new Set([...madeAssets, ...madeChecks].map(({ output }) => output))
  if (body._tag === "GraphDefinition") {
    // What an op gives to others, and the run was not asked for, is a plain value.
    return markGraph(
      graphPart(node.unmarked!, (output) => made.has(output)),
      madeAssets,
      madeChecks
    )
  }
  const isAsked = ({ asset, check, name }: OpDefinition["outputs"][number]) =>
    (asset === undefined && check === undefined) || made.has(name)
  return { ...body, outputs: body.outputs.filter(isAsked), isSubset: true }
}

/** Where the assets and the blocking checks of a run come from. */
class Places {
  readonly #assets = new Map<string, Place>()
  /** Blocking checks that are evaluated by another step than makes their asset, by the asset. */
  readonly #gates = new Map<string, Array<Place>>()

  constructor(parts: ReadonlyArray<AssetPart>) {
    for (const part of parts) {
      for (const asset of part.assets) this.#assets.set(asset, { part, output: outputOf(part.node, asset) })
      // What one body makes and checks is one step.
      if (part.assets.size > 0 && part.node.body?._tag === "OpDefinition") continue
      for (const { asset, blocking, name, output } of part.node.checks) {
        if (!blocking || !part.checks.has(AssetCheckKey.text(asset, name))) continue
        const list = this.#gates.get(asset)
        if (list === undefined) this.#gates.set(asset, [{ part, output }])
        else list.push({ part, output })
      }
    }
  }

  /** The wire of a value: from the step that makes it, or else from where it is stored. */
  value(part: AssetPart, asset: string): Wire {
    const place = this.#assets.get(asset)
    return place === undefined || place.part === part ? { asset } : wireTo(place)
  }

  /** What a part waits for beside its values. */
  after(part: AssetPart): ReadonlyArray<Wire> {
    const values = new Set(Object.values(part.node.inputs).map(({ asset }) => asset))
    const wires: Array<Wire> = []
    for (const asset of new Set(dependenciesOf(part.node, part.assets).map((dependency) => dependency.asset))) {
      const place = this.#assets.get(asset)
      if (place !== undefined && place.part !== part && !values.has(asset)) wires.push(wireTo(place))
      if (part.assets.size === 0) continue
      wires.push(...(this.#gates.get(asset) ?? []).filter((gate) => gate.part !== part).map(wireTo))
    }
    return wires
  }
}

/**
 * Makes the graph of a run that makes some assets and evaluates some checks: one node for each op or graph behind them.
 *
 * @param name - name of the graph
 * @param graph - all assets that are known
 * @param subset - the assets and checks of the run
 * @param subject - what they belong to, such as `job "nightly"`
 * @throws AssetSelectionError for assets that cannot be made without others, and for cycles
 */
export const assetJobGraph = (
  name: string,
  graph: AssetGraph,
  subset: AssetSubset,
  subject: string
): GraphDefinition => {
  const problems: Array<AssetSelectionProblem> = []
  const parts = assetParts(graph, subset, problems)
  const places = new Places(parts)
  const nodes = parts.map((part): NodeDefinition => {
    const body = bodyOf(part)
    const inputs = Object.entries(part.node.inputs).filter(
      // A part of a graph has only the inputs that it reads.
      ([input]) => body._tag === "OpDefinition" || body.inputs.includes(input)
    )
    return {
      name: part.name,
      body,
      inputs: Object.fromEntries(inputs.map(([input, { asset }]) => [input, places.value(part, asset)])),
      after: places.after(part),
      tags: { ...(body._tag === "OpDefinition" ? body.settings.tags : {}), ...part.node.tags },
      hooks: part.node.hooks
    }
  })
  const cycle = findCycle(
    new Map(nodes.map((node) => [node.name, [...Object.values(node.inputs), ...node.after].flatMap(Wire.nodes)]))
  )
  if (cycle !== undefined) {
    const path = cycle.map((step) => `"${step}"`).join(" → ")
    problems.push({ clause: "", message: `steps wait for each other in a cycle: ${path}` })
  }
  if (problems.length > 0) throw new AssetSelectionError({ subject, problems })
  return { _tag: "GraphDefinition", name, inputs: [], outputs: {}, nodes }
}
