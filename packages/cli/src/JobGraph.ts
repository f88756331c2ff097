import type { GraphSnapshot, JobSnapshot, NodeSnapshot, Wire } from "@heddle/events/JobSnapshot"

/** One use of an op, or an input of the job. */
export interface JobGraphNode {
  /** Dotted path of node names; for an input of the job, `input:` and its name. */
  readonly id: string
  readonly name: string
  readonly kind: "op" | "input"
  /** Name of the op, if the node has a different name. */
  readonly op?: string
  /** Whether it runs once for each value of a dynamic output. */
  readonly mapped: boolean
  /** Whether it has a dynamic output. */
  readonly fansOut: boolean
  /** Id of the enclosing group. */
  readonly group?: string
}

/** A nested graph. */
export interface JobGraphGroup {
  readonly id: string
  readonly name: string
  readonly group?: string
}

/** What a wire carries: a value, one value at a time, all values as a list, or only the order. */
export type JobGraphEdgeKind = "value" | "each" | "collect" | "order"

/** A wire between two nodes. */
export interface JobGraphEdge {
  readonly from: string
  readonly to: string
  readonly kind: JobGraphEdgeKind
  /** Name of the output, if the node has several. */
  readonly output?: string
}

/**
 * A job's ops and wires with nested graphs expanded, for drawing.
 *
 * @since 0.1.0
 */
export interface JobGraph {
  readonly nodes: ReadonlyArray<JobGraphNode>
  readonly groups: ReadonlyArray<JobGraphGroup>
  readonly edges: ReadonlyArray<JobGraphEdge>
}

/** A graph and its path in the job. */
interface Scope {
  readonly graph: GraphSnapshot
  readonly path: string
  readonly parent?: { readonly scope: Scope; readonly node: NodeSnapshot }
}

interface Source {
  readonly from: string
  readonly kind: JobGraphEdgeKind
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

/**
 * Expands the nested graphs of a job.
 *
 * @since 0.1.0
 */
export const JobGraph = {
  /** Lists ops, nested graphs and wires in the order of their definition. */
  ofSnapshot: (snapshot: JobSnapshot): JobGraph => {
    const nodes: Array<Omit<JobGraphNode, "mapped">> = []
    const groups: Array<JobGraphGroup> = []
    const edges = new Map<string, JobGraphEdge>()
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
          ...(op.name === node.name ? {} : { op: op.name }),
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
      nodes: [
        ...inputs.map((id): JobGraphNode => ({
          id,
          name: id.slice("input:".length),
          kind: "input",
          mapped: false,
          fansOut: false
        })),
        ...nodes.map((node): JobGraphNode => ({ ...node, mapped: mapped.has(node.id) }))
      ],
      groups,
      edges: list
    }
  }
}

/** Ids of the nodes downstream of a dynamic output, up to where its values are collected. */
const mappedIds = (edges: ReadonlyArray<JobGraphEdge>): ReadonlySet<string> => {
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
