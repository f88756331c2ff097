import { Graph, layout, type Point } from "@dagrejs/dagre"
import type { GraphPicture, GraphPictureEdge, GraphPictureNode } from "./GraphPicture.ts"
import { PlainText } from "./PlainText.ts"
import { SvgText } from "./SvgText.ts"

const MARGIN = 32
const HEADER = 68
const NAME = 13
const SMALL = 11
/** Space for the name of a graph above its first op, in pixels. */
const GROUP_TITLE = 20

const STYLE = `
  .card { fill: #ffffff; stroke: #dfe4ea }
  .text { fill: #1c2733 }
  .muted { fill: #66727f }
  .op { fill: #f4f7fa; stroke: #9fb0c0 }
  .input { fill: #ffffff; stroke: #9fb0c0; stroke-dasharray: 3 3 }
  .mapped { fill: #eaf2fb; stroke: #4c78a8 }
  .fan { fill: #fdf4e3; stroke: #c98a22 }
  .fresh { fill: #e9f6ec; stroke: #2f8f46 }
  .stale { fill: #fdf4e3; stroke: #c98a22 }
  .missing { fill: #ffffff; stroke: #9fb0c0; stroke-dasharray: 4 3 }
  .external { fill: #f4f7fa; stroke: #c3cdd7 }
  .group { fill: #8796a5; fill-opacity: 0.07; stroke: #b9c4ce }
  .wire { stroke: #8494a3; fill: none }
  .dynamic { stroke: #4c78a8; fill: none }
  .tip { fill: #8494a3 }
  .dynamic-tip { fill: #4c78a8 }
  .halo { fill: #ffffff }
  @media (prefers-color-scheme: dark) {
    .card { fill: #10161d; stroke: #27313c }
    .text { fill: #e4eaf0 }
    .muted { fill: #93a0ad }
    .op { fill: #1b242e; stroke: #566573 }
    .input { fill: #10161d; stroke: #566573 }
    .mapped { fill: #16283b; stroke: #6f9fd0 }
    .fan { fill: #2c2412; stroke: #c99a46 }
    .fresh { fill: #12291a; stroke: #57b26d }
    .stale { fill: #2c2412; stroke: #c99a46 }
    .missing { fill: #10161d; stroke: #566573 }
    .external { fill: #1b242e; stroke: #3a4754 }
    .group { stroke: #3a4754 }
    .wire { stroke: #74828f }
    .dynamic { stroke: #6f9fd0 }
    .tip { fill: #74828f }
    .dynamic-tip { fill: #6f9fd0 }
    .halo { fill: #10161d }
  }`

const n = SvgText.number

const subtitle = (node: GraphPictureNode): string =>
  [node.note === undefined ? [] : [node.note], node.fansOut ? ["fans out"] : [], node.mapped ? ["for each value"] : []]
    .flat()
    .join(" · ")

const edgeLabel = (edge: GraphPictureEdge): string =>
  [edge.output === undefined ? [] : [edge.output], edge.kind === "value" || edge.kind === "order" ? [] : [edge.kind]]
    .flat()
    .join(" · ")

/** A smooth path through the points from the layout. */
const path = (points: ReadonlyArray<Point>): string => {
  const [first, ...rest] = points
  if (first === undefined) return ""
  let d = `M${n(first.x)} ${n(first.y)}`
  for (let i = 0; i < rest.length - 1; i++) {
    const bend = rest[i]!
    const next = rest[i + 1]!
    const to = i === rest.length - 2 ? next : { x: (bend.x + next.x) / 2, y: (bend.y + next.y) / 2 }
    d += ` Q${n(bend.x)} ${n(bend.y)} ${n(to.x)} ${n(to.y)}`
  }
  if (rest.length === 1) d += ` L${n(rest[0]!.x)} ${n(rest[0]!.y)}`
  return d
}

const styleOf = ({ fansOut, kind, mapped, state }: GraphPictureNode): string =>
  state ?? (kind === "input" ? "input" : mapped ? "mapped" : fansOut ? "fan" : "op")

/** An id in the layout, which keeps them in plain objects: a name such as `constructor` is one of every object. */
const inLayout = (id: string): string => `node ${id}`

/**
 * Renders a picture as an SVG image.
 *
 * @since 0.1.0
 */
export const GraphSvg = {
  /**
   * Renders a standalone SVG document. Nested graphs are boxes; ops with a dynamic output and mapped ops are marked.
   *
   * @param model - what to draw
   */
  render: (model: GraphPicture): string => {
    const graph = new Graph({ compound: true, multigraph: true })
    graph.setGraph({ rankdir: "TB", nodesep: 34, ranksep: 46, edgesep: 18, marginx: 0, marginy: 0 })
    for (const node of model.nodes) {
      const under = subtitle(node)
      graph.setNode(inLayout(node.id), {
        width: Math.ceil(Math.max(SvgText.width(node.name, NAME), SvgText.width(under, SMALL)) + 30),
        height: under === "" ? 36 : 50
      })
    }
    for (const group of model.groups) graph.setNode(inLayout(group.id), {})
    for (const { group, id } of [...model.nodes, ...model.groups]) {
      if (group !== undefined) graph.setParent(inLayout(id), inLayout(group))
    }
    for (const [i, edge] of model.edges.entries()) {
      const label = edgeLabel(edge)
      graph.setEdge(
        inLayout(edge.from),
        inLayout(edge.to),
        label === ""
          ? { width: 0, height: 0 }
          : { width: Math.ceil(SvgText.width(label, SMALL)) + 10, height: 16, labelpos: "c" },
        `e${i}`
      )
    }
    layout(graph)

    const boxes = model.groups.map((group) => {
      const { height = 0, width = 0, x = 0, y = 0 } = graph.node(inLayout(group.id))
      const wanted = Math.max(width, SvgText.width(group.name, 12) + 28)
      return {
        group,
        x: x - wanted / 2,
        y: y - height / 2 - GROUP_TITLE + 6,
        width: wanted,
        height: height + GROUP_TITLE
      }
    })
    const size = graph.graph()
    const title = PlainText.oneLine(model.title)
    const said = PlainText.oneLine(model.said)
    const drawn = {
      width: Math.max(size.width ?? 0, 1),
      height: Math.max(size.height ?? 0, 1)
    }
    // The size from the layout does not include box titles and bends of wires.
    const bends = model.edges.flatMap(
      (edge, i) => graph.edge({ v: inLayout(edge.from), w: inLayout(edge.to), name: `e${i}` }).points ?? []
    )
    const over = boxes.reduce((least, box) => Math.min(least, box.y), 0)
    const left = [...boxes, ...bends].reduce((least, { x }) => Math.min(least, x), 0)
    const right = bends.reduce(
      (most, { x }) => Math.max(most, x),
      boxes.reduce((most, box) => Math.max(most, box.x + box.width), drawn.width)
    )
    const headline = Math.min(900, Math.max(SvgText.width(title, 21), SvgText.width(said, 13)))
    const width = Math.ceil(Math.max(right - left, headline, 260) + 2 * MARGIN)
    const height = Math.ceil(HEADER + MARGIN + drawn.height - over + MARGIN)
    const dx = (width - (right - left)) / 2 - left
    const dy = HEADER + MARGIN - over

    const out: Array<string> = []
    for (const { group, ...box } of boxes) {
      out.push(
        `<rect x="${n(box.x)}" y="${n(box.y)}" width="${n(box.width)}" height="${n(box.height)}" rx="8" class="group"/>`,
        `<text x="${n(box.x + 12)}" y="${n(box.y + 17)}" class="muted" font-size="12" font-weight="600">${PlainText.xml(group.name)}</text>`
      )
    }
    const labels: Array<string> = []
    for (const [i, edge] of model.edges.entries()) {
      const { points = [], x, y } = graph.edge({ v: inLayout(edge.from), w: inLayout(edge.to), name: `e${i}` })
      const dynamic = edge.kind === "each" || edge.kind === "collect"
      out.push(
        `<path d="${path(points)}" class="${dynamic ? "dynamic" : "wire"}" stroke-width="${dynamic ? 2 : 1.4}"` +
          `${edge.kind === "order" ? ` stroke-dasharray="4 4"` : ""} marker-end="url(#${dynamic ? "dynamic-tip" : "tip"})"/>`
      )
      const label = edgeLabel(edge)
      if (label === "" || x === undefined || y === undefined) continue
      const wide = SvgText.width(label, SMALL) + 8
      labels.push(
        `<rect x="${n(x - wide / 2)}" y="${n(y - 8)}" width="${n(wide)}" height="16" rx="4" class="halo"/>`,
        `<text x="${n(x)}" y="${n(y + 4)}" class="muted" font-size="${SMALL}" text-anchor="middle">${PlainText.xml(label)}</text>`
      )
    }
    out.push(...labels)
    for (const node of model.nodes) {
      const { height: tall = 0, width: wide = 0, x = 0, y = 0 } = graph.node(inLayout(node.id))
      const style = styleOf(node)
      const rect = (by: number) =>
        `<rect x="${n(x - wide / 2 + by)}" y="${n(y - tall / 2 + by)}" width="${n(wide)}" height="${n(tall)}" rx="${node.kind === "input" ? n(tall / 2) : 6}" class="${style}"/>`
      // A stack of cards represents the copies of a mapped op.
      if (node.mapped) out.push(rect(6), rect(3))
      out.push(rect(0))
      const under = subtitle(node)
      const baseline = under === "" ? y + NAME * 0.36 : y - 3
      out.push(
        `<text x="${n(x)}" y="${n(baseline)}" class="text" font-size="${NAME}" font-weight="500" text-anchor="middle">${PlainText.xml(node.name)}</text>`
      )
      if (under !== "") {
        out.push(
          `<text x="${n(x)}" y="${n(y + 14)}" class="muted" font-size="${SMALL}" text-anchor="middle">${PlainText.xml(under)}</text>`
        )
      }
    }
    const marker = (id: string) =>
      `<marker id="${id}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0.5 L8 4 L0 7.5 Z" class="${id}"/></marker>`
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="${SvgText.fontFamily}">`,
      `<title>${PlainText.xml(`Graph of ${title}`)}</title>`,
      `<style>${STYLE}</style>`,
      `<defs>${marker("tip")}${marker("dynamic-tip")}</defs>`,
      `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="10" class="card"/>`,
      `<text x="${MARGIN}" y="42" class="text" font-size="20" font-weight="600">${PlainText.xml(SvgText.fit(title, width - 2 * MARGIN, 20))}</text>`,
      `<text x="${MARGIN}" y="63" class="muted" font-size="12.5">${PlainText.xml(SvgText.fit(said, width - 2 * MARGIN, 12.5))}</text>`,
      `<g transform="translate(${n(dx)} ${n(dy)})">`,
      ...out,
      `</g>`,
      `</svg>`,
      ""
    ].join("\n")
  }
}
