import type { GraphSnapshot, JobSnapshot, NodeSnapshot, Wire } from "@heddle/events/JobSnapshot"
import type { ExecutionPlan, Source } from "./ExecutionPlan.ts"
import { PlanIndex } from "./PlanIndex.ts"

/** A node of a job, with the graphs and nodes around it, the innermost last. */
interface Place {
  readonly graphs: ReadonlyArray<GraphSnapshot>
  readonly nodes: ReadonlyArray<NodeSnapshot>
}

/** What is known of an output that was asked for: its source, or what there is instead. */
export type NodeOutput =
  | { readonly _tag: "Found"; readonly source: Source }
  | { readonly _tag: "NoNode"; readonly nodes: ReadonlyArray<string> }
  | { readonly _tag: "NoOutput"; readonly outputs: ReadonlyArray<string> }

const outputsOf = ({ body }: NodeSnapshot): ReadonlyArray<string> =>
  "op" in body ? body.op.outputs.map(({ name }) => name) : Object.keys(body.graph.outputs)

const pathsIn = (graph: GraphSnapshot, prefix = ""): ReadonlyArray<string> =>
  graph.nodes.flatMap((node) => [
    prefix + node.name,
    ...("graph" in node.body ? pathsIn(node.body.graph, `${prefix}${node.name}.`) : [])
  ])

const placeOf = (job: JobSnapshot, nodePath: string): Place | undefined => {
  const graphs = [job.graph]
  const nodes: Array<NodeSnapshot> = []
  const names = nodePath.split(".")
  for (const [i, name] of names.entries()) {
    const node = graphs.at(-1)!.nodes.find((one) => one.name === name)
    if (node === undefined) return undefined
    nodes.push(node)
    if (i === names.length - 1) break
    if ("op" in node.body) return undefined
    graphs.push(node.body.graph)
  }
  return { graphs, nodes }
}

/**
 * Finds the source of an output of any node of a job, a graph or an op.
 *
 * @since 0.1.0
 * @source Dagster ExecutionResult.output_for_node
 */
export const NodeOutput = {
  /**
   * Finds the source.
   *
   * @param job - the job as data
   * @param plan - the plan that was made of it
   * @param nodePath - path of the node, `graph.op`
   * @param output - name of the output
   * @returns the source, or the nodes or outputs that there are instead
   */
  find: (job: JobSnapshot, plan: ExecutionPlan, nodePath: string, output: string): NodeOutput => {
    const { byNodePath } = PlanIndex.of(plan)
    /** The source of a wire inside the innermost graph of a place. */
    const wired = (wire: Wire, { graphs, nodes }: Place): Source => {
      if ("many" in wire) return { _tag: "Many", sources: wire.many.map((inner) => wired(inner, { graphs, nodes })) }
      if ("asset" in wire) return { _tag: "Asset", asset: wire.asset }
      if ("graphInput" in wire) {
        const around = nodes.at(-1)
        if (around === undefined) return { _tag: "JobInput", input: wire.graphInput }
        const outer = around.inputs[wire.graphInput]
        return outer === undefined
          ? { _tag: "Config", node: nodes.map(({ name }) => name), input: wire.graphInput }
          : wired(outer, { graphs: graphs.slice(0, -1), nodes: nodes.slice(0, -1) })
      }
      const name = "from" in wire ? wire.from : "each" in wire ? wire.each : wire.collect
      const node = graphs.at(-1)!.nodes.find((one) => one.name === name)!
      const source = given({ graphs, nodes: [...nodes, node] }, wire.output)
      return "collect" in wire && source._tag === "Output" ? { ...source, _tag: "Collect" } : source
    }
    /** The source of an output of the innermost node of a place. */
    const given = ({ graphs, nodes }: Place, name: string): Source => {
      const { body } = nodes.at(-1)!
      if ("graph" in body) return wired(body.graph.outputs[name]!, { graphs: [...graphs, body.graph], nodes })
      return { _tag: "Output", step: byNodePath.get(nodes.map((node) => node.name).join("."))!, output: name }
    }
    const place = placeOf(job, nodePath)
    if (place === undefined) return { _tag: "NoNode", nodes: pathsIn(job.graph) }
    const outputs = outputsOf(place.nodes.at(-1)!)
    return outputs.includes(output) ? { _tag: "Found", source: given(place, output) } : { _tag: "NoOutput", outputs }
  }
}
