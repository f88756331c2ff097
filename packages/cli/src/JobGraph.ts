import type { GraphSnapshot, JobSnapshot, NodeSnapshot, Wire } from "@heddle/events/JobSnapshot"
import type {
  GraphPicture,
  GraphPictureEdge,
  GraphPictureEdgeKind,
  GraphPictureGroup,
  GraphPictureNode
} from "./GraphPicture.ts"
import { PlainText } from "./PlainText.ts"

/** A graph and its path in the job. */
interface Scope {
  readonly graph: GraphSnapshot
  readonly path: string
  readonly parent?: { readonly scope: Scope; readonly node: NodeSnapshot }
}

interface Source {
  readonly from: string
  readonly kind: GraphPictureEdgeKind
  readonly output?: string
}

const join = (path: string, name: string): string => (path === "" ? name : `${path}.${name}`)

const inside = (scope: Scope, node: NodeSnapshot, graph: GraphSnapshot): Scope => ({
  graph,
  path: join(scope.path, node.name),
  parent: { scope, node }
})

/** Follows a wire across graph boundaries to the ops it starts from. */
const sourcesOf = (scope: Scope, wire: Wire): ReadonlyArray<Source> => {
  if ("many" in wire) return wire.many.flatMap((part) => sourcesOf(scope, part))
  // The stored value of an asset that no op of the job makes.
  if ("asset" in wire) return []
  if ("graphInput" in wire) {
    if (scope.parent === undefined) return [{ from: `input:${wire.graphInput}`, kind: "value" }]
    const outer = scope.parent.node.inputs[wire.graphInput]
    return outer === undefined ? [] : sourcesOf(scope.parent.scope, outer)
  }
  const [name, kind] =
    "from" in wire
      ? ([wire.from, "value"] as const)
      : "each" in wire
        ? ([wire.each, "each"] as const)
        : ([wire.collect, "collect"] as const)
  const node = scope.graph.nodes.find((candidate) => candidate.name === name)
  if (node === undefined) return []
  if ("op" in node.body) {
    const several = node.body.op.outputs.length > 1
    return [{ from: join(scope.path, name), kind, ...(several ? { output: wire.output } : {}) }]
  }
  const inner = node.body.graph.outputs[wire.output]
  return inner === undefined
    ? []
    : sourcesOf(inside(scope, node, node.body.graph), inner).map((source) =>
        kind === "value" ? source : { ...source, kind }
      )
}

/** The description of a job, or how large it is. */
const saidOf = ({ description }: JobSnapshot, ops: number, graphs: number): string =>
  description ??
  [PlainText.count(ops, "op"), ...(graphs === 0 ? [] : [PlainText.count(graphs, "nested graph")])].join(", ")

/**
 * Expands the nested graphs of a job, for drawing.
 *
 * @since 0.1.0
 */
export const JobGraph = {
  /** Lists ops, nested graphs and wires in the order of their definition. */
  ofSnapshot: (snapshot: JobSnapshot): GraphPicture => {
    const nodes: Array<Omit<GraphPictureNode, "mapped">> = []
    const groups: Array<GraphPictureGroup> = []
    const edges = new Map<string, GraphPictureEdge>()
    const connect = (source: Source, to: string) => {
      const key = `${source.from}>${to}>${source.kind}>${source.output ?? ""}`
      if (!edges.has(key)) edges.set(key, { ...source, to })
    }
    const visit = (scope: Scope): void => {
      const group = scope.path === "" ? {} : { group: scope.path }
      for (const node of scope.graph.nodes) {
        const id = join(scope.path, node.name)
        // `after` on a nested graph applies to each op in it that has no upstream op in the graph.
        const after = node.after
          .flatMap((wire) => sourcesOf(scope, wire))
          .map((source): Source => ({
            from: source.from,
            kind: source.kind === "each" ? "each" : "order"
          }))
        if ("graph" in node.body) {
          groups.push({ id, name: node.name, ...group })
          visit(inside(scope, node, node.body.graph))
          const within = nodes.filter((inner) => inner.id.startsWith(`${id}.`))
          const fed = new Set(
            Array.from(edges.values()).flatMap((edge) => (edge.from.startsWith(`${id}.`) ? [edge.to] : []))
          )
          for (const source of after) for (const inner of within) if (!fed.has(inner.id)) connect(source, inner.id)
          continue
        }
        const { op } = node.body
        nodes.push({
          id,
          name: node.name,
          kind: "op",
          ...(op.name === node.name ? {} : { note: op.name }),
          fansOut: op.outputs.some((output) => output.dynamic),
          ...group
        })
        for (const input of op.inputs) {
          const wire = node.inputs[input.name]
          if (wire === undefined) continue
          for (const source of sourcesOf(scope, wire)) {
            connect(input.kind === "nothing" && source.kind === "value" ? { ...source, kind: "order" } : source, id)
          }
        }
        for (const source of after) connect(source, id)
      }
    }
    visit({ graph: snapshot.graph, path: "" })
    const list = Array.from(edges.values())
    const inputs = [...new Set(list.map((edge) => edge.from).filter((from) => from.startsWith("input:")))]
    const mapped = mappedIds(list)
    return {
      title: snapshot.name,
      said: saidOf(snapshot, nodes.length, groups.length),
      nodes: [
        ...inputs.map((id): GraphPictureNode => ({
          id,
          name: id.slice("input:".length),
          kind: "input",
          mapped: false,
          fansOut: false
        })),
        ...nodes.map((node): GraphPictureNode => ({ ...node, mapped: mapped.has(node.id) }))
      ],
      groups,
      edges: list
    }
  }
}

/** Ids of the nodes downstream of a dynamic output, up to where its values are collected. */
const mappedIds = (edges: ReadonlyArray<GraphPictureEdge>): ReadonlySet<string> => {
  const mapped = new Set<string>()
  const from = Map.groupBy(edges, (edge) => edge.from)
  const open = edges.filter((edge) => edge.kind === "each").map((edge) => edge.to)
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (mapped.has(id)) continue
    mapped.add(id)
    for (const edge of from.get(id) ?? []) if (edge.kind !== "collect") open.push(edge.to)
  }
  return mapped
}
