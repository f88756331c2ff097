/** A node of a picture: one use of an op, an input of a job, or an asset. */
export interface GraphPictureNode {
  /** Dotted path of node names; for an input of the job, `input:` and its name; the key of an asset. */
  readonly id: string
  readonly name: string
  readonly kind: "op" | "input" | "asset"
  /** What stands under the name: the op, if the node has a different name; what is known of an asset. */
  readonly note?: string
  /** Whether it runs once for each value of a dynamic output. */
  readonly mapped: boolean
  /** Whether it has a dynamic output. */
  readonly fansOut: boolean
  /** How an asset stands. */
  readonly state?: "fresh" | "stale" | "missing" | "external"
  /** Id of the enclosing group. */
  readonly group?: string
}

/** A nested graph, or a group of assets. */
export interface GraphPictureGroup {
  readonly id: string
  readonly name: string
  readonly group?: string
}

/** What a wire carries: a value, one value at a time, all values as a list, or only the order. */
export type GraphPictureEdgeKind = "value" | "each" | "collect" | "order"

/** A wire between two nodes. */
export interface GraphPictureEdge {
  readonly from: string
  readonly to: string
  readonly kind: GraphPictureEdgeKind
  /** Name of the output, if the node has several. */
  readonly output?: string
}

/**
 * Nodes, groups and wires to draw, as `GraphMermaid` and `GraphSvg` do.
 *
 * @since 0.1.0
 */
export interface GraphPicture {
  readonly title: string
  /** One line under the title. */
  readonly said: string
  readonly nodes: ReadonlyArray<GraphPictureNode>
  readonly groups: ReadonlyArray<GraphPictureGroup>
  readonly edges: ReadonlyArray<GraphPictureEdge>
}
