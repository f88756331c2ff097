import type { GraphPicture, GraphPictureEdge, GraphPictureNode } from "./GraphPicture.ts"

/** Escapes a label: Mermaid reads `#…;` as a character entity, even inside quotes. */
const quoted = (text: string): string =>
  `"${text
    .replaceAll("#", "#35;")
    .replaceAll('"', "#quot;")
    .replaceAll("<", "#lt;")
    .replaceAll(">", "#gt;")
    .replaceAll(/\s+/g, " ")}"`

const shape = (node: GraphPictureNode): string => {
  if (node.kind === "input") return `([${quoted(node.name)}])`
  const label = quoted(node.note === undefined ? node.name : `${node.name} (${node.note})`)
  return node.mapped ? `[[${label}]]` : node.fansOut ? `[/${label}\\]` : `[${label}]`
}

const arrow = (edge: GraphPictureEdge): string => {
  const said = [edge.output, edge.kind === "each" || edge.kind === "collect" ? edge.kind : undefined].filter(
    (word) => word !== undefined
  )
  const label = said.length === 0 ? "" : `|${quoted(said.join(", "))}|`
  return edge.kind === "order" ? `-.->${label}` : edge.kind === "value" ? `-->${label}` : `==>${label}`
}

/** The colours of assets. They stand out on light and on dark pages. */
const STATES: { readonly [S in NonNullable<GraphPictureNode["state"]>]: string } = {
  fresh: "fill:#e3f4e6,stroke:#2f8f46,color:#123a1c",
  stale: "fill:#fdf1d8,stroke:#b97d10,color:#4a3204",
  missing: "fill:#f2f4f6,stroke:#8a97a5,color:#333d47,stroke-dasharray:4 3",
  external: "fill:#ffffff,stroke:#8a97a5,color:#333d47"
}

/**
 * Renders a picture as a Mermaid flowchart.
 *
 * @since 0.1.0
 */
export const GraphMermaid = {
  /**
   * Renders a flowchart. Nested graphs are subgraphs, ops with a dynamic output are trapezoids, and mapped ops have double
   * sides. Thick arrows are `each` and `collect` wires; dotted arrows only set the order.
   *
   * @param picture - what to draw
   */
  render: ({ edges, groups, nodes, title }: GraphPicture): string => {
    const ids = new Map([...nodes, ...groups].map(({ id }, i) => [id, `n${i}`]))
    const lines = ["---", `title: ${JSON.stringify(title)}`, "---", "flowchart TD"]
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
    const states = new Set(nodes.flatMap(({ state }) => state ?? []))
    for (const edge of edges) lines.push(`  ${ids.get(edge.from)!} ${arrow(edge)} ${ids.get(edge.to)!}`)
    for (const state of states) {
      const ofState = nodes.filter((node) => node.state === state).map(({ id }) => ids.get(id)!)
      lines.push(`  classDef ${state} ${STATES[state]}`, `  class ${ofState.join(",")} ${state}`)
    }
    return `${lines.join("\n")}\n`
  }
}
