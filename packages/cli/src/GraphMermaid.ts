import type { JobSnapshot } from "@heddle/events/JobSnapshot"
import { type JobGraphEdge, JobGraph, type JobGraphNode } from "./JobGraph.ts"

/** Escapes a label: Mermaid reads `#…;` as a character entity, even inside quotes. */
const quoted = (text: string): string =>
  `"${text
    .replaceAll("#", "#35;")
    .replaceAll('"', "#quot;")
    .replaceAll("<", "#lt;")
    .replaceAll(">", "#gt;")
    .replaceAll(/\s+/g, " ")}"`

const shape = (node: JobGraphNode): string => {
  if (node.kind === "input") return `([${quoted(node.name)}])`
  const label = quoted(node.op === undefined ? node.name : `${node.name} (${node.op})`)
  return node.mapped ? `[[${label}]]` : node.fansOut ? `[/${label}\\]` : `[${label}]`
}

const arrow = (edge: JobGraphEdge): string => {
  const said = [edge.output, edge.kind === "each" || edge.kind === "collect" ? edge.kind : undefined].filter(
    (word) => word !== undefined
  )
  const label = said.length === 0 ? "" : `|${quoted(said.join(", "))}|`
  return edge.kind === "order" ? `-.->${label}` : edge.kind === "value" ? `-->${label}` : `==>${label}`
}

/**
 * Renders a job's graph as a Mermaid flowchart.
 *
 * @since 0.1.0
 */
export const GraphMermaid = {
  /**
   * Renders a flowchart. Nested graphs are subgraphs, ops with a dynamic output are trapezoids, and mapped ops have double
   * sides. Thick arrows are `each` and `collect` wires; dotted arrows only set the order.
   *
   * @param snapshot - snapshot of the job
   */
  render: (snapshot: JobSnapshot): string => {
    const { edges, groups, nodes } = JobGraph.ofSnapshot(snapshot)
    const ids = new Map([...nodes, ...groups].map(({ id }, i) => [id, `n${i}`]))
    const lines = ["---", `title: ${JSON.stringify(snapshot.name)}`, "---", "flowchart TD"]
    const write = (group: string | undefined, indent: string): void => {
      for (const node of nodes) if (node.group === group) lines.push(`${indent}${ids.get(node.id)!}${shape(node)}`)
      for (const inner of groups) {
        if (inner.group !== group) continue
        lines.push(`${indent}subgraph ${ids.get(inner.id)!} [${quoted(inner.name)}]`)
        write(inner.id, `${indent}  `)
        lines.push(`${indent}end`)
      }
    }
    write(undefined, "  ")
    for (const edge of edges) lines.push(`  ${ids.get(edge.from)!} ${arrow(edge)} ${ids.get(edge.to)!}`)
    return `${lines.join("\n")}\n`
  }
}
