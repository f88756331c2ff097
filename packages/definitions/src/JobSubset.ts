import type { Wire } from "@heddle/events/JobSnapshot"
import type { GraphDefinition, NodeDefinition } from "./GraphDefinition.ts"
import { configLeft } from "./internal/configLeft.ts"
import type { JobDefinition } from "./JobDefinition.ts"

/** What is left of a wire when only some nodes are: nothing where its source is gone. */
const pruned = (wire: Wire, has: (node: string, output: string) => boolean): Wire | undefined => {
  if ("graphInput" in wire || "asset" in wire) return wire
  if ("many" in wire) {
    return { many: wire.many.flatMap((inner) => pruned(inner, has) ?? []) }
  }
  const node = "from" in wire ? wire.from : "each" in wire ? wire.each : wire.collect
  return has(node, wire.output) ? wire : undefined
}

const inputsOf = (wire: Wire): ReadonlyArray<string> =>
  "graphInput" in wire ? [wire.graphInput] : "many" in wire ? wire.many.flatMap(inputsOf) : []

const outputsOf = (body: NodeDefinition["body"]): ReadonlyArray<string> =>
  body._tag === "OpDefinition" ? body.outputs.map(({ name }) => name) : Object.keys(body.outputs)

const subset = (graph: GraphDefinition, prefix: string, selected: ReadonlySet<string>): GraphDefinition => {
  const kept = graph.nodes.flatMap((node): ReadonlyArray<NodeDefinition> => {
    const path = prefix + node.name
    if (selected.has(path)) return [node]
    if (node.body._tag === "OpDefinition") return []
    const body = subset(node.body, `${path}.`, selected)
    return body.nodes.length === 0 ? [] : [{ ...node, body }]
  })
  const outputs = new Map(kept.map(({ body, name }) => [name, new Set(outputsOf(body))]))
  const has = (node: string, output: string): boolean => outputs.get(node)?.has(output) === true
  const wires = <W extends { readonly [name: string]: Wire }>(from: W): { readonly [name: string]: Wire } =>
    Object.fromEntries(
      Object.entries(from).flatMap(([name, wire]) => {
        const left = pruned(wire, has)
        return left === undefined ? [] : [[name, left] as const]
      })
    )
  const nodes = kept.map((node) => {
    const inputs = wires(node.inputs)
    const open = node.body._tag === "OpDefinition" ? undefined : node.body.inputs
    return {
      ...node,
      // A graph of which only a part is left has lost the inputs that only the others read.
      inputs:
        open === undefined
          ? inputs
          : Object.fromEntries(Object.entries(inputs).filter(([name]) => open.includes(name))),
      after: node.after.flatMap((wire) => pruned(wire, has) ?? [])
    }
  })
  const read = new Set(nodes.flatMap((node) => [...Object.values(node.inputs), ...node.after].flatMap(inputsOf)))
  return {
    ...graph,
    nodes,
    inputs: graph.inputs.filter((input) => read.has(input)),
    outputs: wires(graph.outputs)
  }
}

const subsets = new WeakMap<JobDefinition, Map<string, JobDefinition>>()

/**
 * A part of a job, as a job of its own.
 *
 * @since 0.1.0
 */
export const JobSubset = {
  /**
   * Gives the job of some of its nodes, made once for each selection. Inputs whose source is not selected are left to run
   * config; lists of sources get shorter; outputs whose source is not selected are gone.
   *
   * @param job - the whole job
   * @param paths - paths of the selected nodes; of a graph all nodes inside are selected
   * @returns the part; run config of the nodes that were not selected is still checked, and not asked for
   */
  of: (job: JobDefinition, paths: ReadonlyArray<string>): JobDefinition => {
    let made = subsets.get(job)
    if (made === undefined) subsets.set(job, (made = new Map()))
    const key = paths.toSorted().join(",")
    let part = made.get(key)
    if (part === undefined) {
      const graph = subset(job.graph, "", new Set(paths))
      const names = new Set(graph.nodes.map(({ name }) => name))
      const inputs = Object.fromEntries(Object.entries(job.inputs).filter(([input]) => graph.inputs.includes(input)))
      part = {
        ...job,
        ...configLeft(job.config, graph),
        graph,
        inputs,
        unselected: job.graph.nodes.filter(({ name }) => !names.has(name))
      }
      made.set(key, part)
    }
    return part
  }
}
