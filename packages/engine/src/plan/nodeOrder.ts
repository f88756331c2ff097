import { type GraphSnapshot, type NodeSnapshot, Wire } from "@heddle/events/JobSnapshot"

/** Names are compared by code point everywhere. */
export const byName = ({ name: a }: { readonly name: string }, { name: b }: { readonly name: string }): number =>
  a < b ? -1 : a > b ? 1 : 0

/** Names of the nodes that a node waits for, each once. */
const upstreamOf = ({ after, inputs }: NodeSnapshot): ReadonlyArray<string> => {
  const names: Array<string> = []
  for (const wire of Object.values(inputs)) names.push(...Wire.nodes(wire))
  for (const wire of after) names.push(...Wire.nodes(wire))
  return names.length < 2 ? names : [...new Set(names)]
}

/** The nodes of a graph by dependency level, by name inside a level. */
export const nodeOrder = (graph: GraphSnapshot): ReadonlyArray<NodeSnapshot> => {
  const waiting = new Map<NodeSnapshot, number>()
  const downstream = new Map<string, Array<NodeSnapshot>>()
  let level: Array<NodeSnapshot> = []
  for (const node of graph.nodes) {
    const names = upstreamOf(node)
    if (names.length === 0) level.push(node)
    else waiting.set(node, names.length)
    for (const name of names) {
      const list = downstream.get(name)
      if (list === undefined) downstream.set(name, [node])
      else list.push(node)
    }
  }
  const ordered: Array<NodeSnapshot> = []
  while (level.length > 0) {
    if (level.length > 1) level.sort(byName)
    const next: Array<NodeSnapshot> = []
    for (const node of level) {
      ordered.push(node)
      for (const after of downstream.get(node.name) ?? []) {
        const left = waiting.get(after)! - 1
        waiting.set(after, left)
        if (left === 0) next.push(after)
      }
    }
    level = next
  }
  return ordered
}
