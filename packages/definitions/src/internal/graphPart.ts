import { Wire } from "@heddle/events/JobSnapshot"
import type { GraphDefinition } from "../GraphDefinition.ts"

const inputsOf = (wire: Wire): ReadonlyArray<string> =>
  "graphInput" in wire ? [wire.graphInput] : "many" in wire ? wire.many.flatMap(inputsOf) : []

/**
 * Returns the part of a graph that some of its outputs need.
 *
 * @param graph - the whole graph
 * @param isKept - tells whether an output is needed, by its name
 */
export const graphPart = (graph: GraphDefinition, isKept: (output: string) => boolean): GraphDefinition => {
  const outputs = Object.fromEntries(Object.entries(graph.outputs).filter(([output]) => isKept(output)))
  const byName = new Map(graph.nodes.map((node) => [node.name, node]))
  const needed = new Set(Object.values(outputs).flatMap(Wire.nodes))
  // Iterating over a set includes elements that are added meanwhile.
  for (const name of needed) {
    const node = byName.get(name)!
    for (const wire of [...Object.values(node.inputs), ...node.after]) for (const up of Wire.nodes(wire)) needed.add(up)
  }
  const nodes = graph.nodes.filter(({ name }) => needed.has(name))
  const wires = [...Object.values(outputs), ...nodes.flatMap((node) => [...Object.values(node.inputs), ...node.after])]
  const read = new Set(wires.flatMap(inputsOf))
  return { ...graph, nodes, outputs, inputs: graph.inputs.filter((input) => read.has(input)) }
}
