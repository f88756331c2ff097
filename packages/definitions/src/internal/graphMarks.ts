import type { Wire } from "@heddle/events/JobSnapshot"
import type { AssetSpec, CheckSpec } from "../AssetNode.ts"
import type { GraphDefinition, NodeDefinition } from "../GraphDefinition.ts"
import type { OpDefinition, OutputDefinition } from "../OpDefinition.ts"
import { assetOutput, checkOutput } from "./assetSpec.ts"

/** The output of an op that an output of a graph stands for. */
export interface Producer {
  readonly output: OutputDefinition
  /** The names of the nodes down to the op, and of the output. */
  readonly place: string
  /** The nodes that take its value, at every level between the op and the graph. */
  readonly readers: ReadonlyArray<string>
}

const isSame = (one: Wire, other: Wire): boolean =>
  "many" in one
    ? one.many.some((wire) => isSame(wire, other))
    : "from" in one && "from" in other && one.from === other.from && one.output === other.output

const readersOf = (graph: GraphDefinition, wire: Wire): ReadonlyArray<string> =>
  graph.nodes.filter(({ inputs }) => Object.values(inputs).some((input) => isSame(input, wire))).map(({ name }) => name)

/** Finds the output of an op that an output of a graph stands for; nothing where it is not one value of one op. */
export const producerOf = (graph: GraphDefinition, output: string): Producer | undefined => {
  const wire = graph.outputs[output]
  if (wire === undefined || !("from" in wire)) return undefined
  const body = graph.nodes.find(({ name }) => name === wire.from)?.body
  if (body === undefined) return undefined
  const readers = readersOf(graph, wire)
  if (body._tag === "GraphDefinition") {
    const inner = producerOf(body, wire.output)
    if (inner === undefined) return undefined
    return { output: inner.output, place: `${wire.from}.${inner.place}`, readers: [...inner.readers, ...readers] }
  }
  const found = body.outputs.find(({ name }) => name === wire.output)
  return found === undefined || found.dynamic
    ? undefined
    : { output: found, place: `${wire.from}.${found.name}`, readers }
}

/** The graph with another definition of the output of an op that one of its outputs stands for. */
const withOutput = (
  graph: GraphDefinition,
  output: string,
  change: (declared: OutputDefinition) => OutputDefinition
): GraphDefinition => {
  const wire = graph.outputs[output]
  if (wire === undefined || !("from" in wire)) return graph
  const changed = (op: OpDefinition): OpDefinition => ({
    ...op,
    ofAssets: true,
    outputs: op.outputs.map((declared) => (declared.name === wire.output ? change(declared) : declared))
  })
  const inside = (node: NodeDefinition): NodeDefinition => ({
    ...node,
    body: node.body._tag === "OpDefinition" ? changed(node.body) : withOutput(node.body, wire.output, change)
  })
  return { ...graph, nodes: graph.nodes.map((node) => (node.name === wire.from ? inside(node) : node)) }
}

/**
 * Returns the graph in which outputs of ops are assets and results of checks.
 *
 * @param graph - the graph
 * @param assets - the assets; the output of each is one of the graph
 * @param checks - the checks; the output of each is one of the graph
 */
export const markGraph = (
  graph: GraphDefinition,
  assets: ReadonlyArray<AssetSpec>,
  checks: ReadonlyArray<CheckSpec>
): GraphDefinition => {
  let marked = graph
  for (const spec of assets) marked = withOutput(marked, spec.output, (declared) => assetOutput(declared, spec))
  for (const spec of checks) {
    marked = withOutput(marked, spec.output, ({ name, required }) => ({ ...checkOutput(spec), name, required }))
  }
  return marked
}
