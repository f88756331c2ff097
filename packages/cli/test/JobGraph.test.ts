import { assert, describe, it } from "@effect/vitest"
import { GraphMermaid } from "@heddle/cli/GraphMermaid"
import { GraphSvg } from "@heddle/cli/GraphSvg"
import { JobGraph } from "@heddle/cli/JobGraph"
import { describe as snapshotOf } from "@heddle/definitions/describe"
import { nested } from "./fixtures/nested.ts"

const snapshot = snapshotOf(nested.definition)

describe("JobGraph", () => {
  const graph = JobGraph.ofSnapshot(snapshot)

  it("expands nested graphs and follows wires across their boundaries", () => {
    const edges = graph.edges.map(({ from, kind, to }) => `${from} ${kind} ${to}`)
    assert.includeMembers(edges, [
      "download value clean.parse",
      "clean.parse value clean.dedupe.hash",
      "clean.parse value clean.dedupe.merge",
      "clean.dedupe.merge value quality",
      "list_airports each page",
      "page collect index",
      "page collect sitemap",
      "quality order index"
    ])
    assert.deepStrictEqual(
      graph.groups.map(({ group, id }) => [id, group]),
      [
        ["clean", undefined],
        ["clean.dedupe", "clean"]
      ]
    )
  })

  it("marks dynamic outputs and mapped ops, up to where values are collected", () => {
    const ids = (choose: (node: (typeof graph.nodes)[number]) => boolean) =>
      graph.nodes.filter(choose).map(({ id }) => id)
    assert.deepStrictEqual(
      ids((node) => node.fansOut),
      ["list_airports"]
    )
    assert.deepStrictEqual(
      ids((node) => node.mapped),
      ["page"]
    )
  })
})

describe("GraphMermaid", () => {
  it("writes nested subgraphs and marks dynamic wires", () => {
    const lines = GraphMermaid.render(JobGraph.ofSnapshot(snapshot)).split("\n")
    assert.include(lines, `title: "nested"`)
    assert.isTrue(lines.some((line) => /^ {2}subgraph n\d+ \["clean"\]$/.test(line)))
    assert.isTrue(lines.some((line) => /^ {4}subgraph n\d+ \["dedupe"\]$/.test(line)))
    assert.isTrue(lines.some((line) => /==>\|"airport, each"\|/.test(line)))
    assert.isTrue(lines.some((line) => /==>\|"collect"\|/.test(line)))
    assert.isTrue(lines.some((line) => /-\.->/.test(line)))
  })
})

describe("GraphSvg", () => {
  const svg = GraphSvg.render(JobGraph.ofSnapshot(snapshot))

  it("draws every op and every graph, and escapes text", () => {
    for (const name of ["download", "parse", "hash", "merge", "page", "sitemap", "clean", "dedupe"]) {
      assert.include(svg, `>${name}</text>`)
    }
    assert.include(svg, "Two &lt;graphs&gt; &amp; a fan-out")
  })

  it("draws an arrow for each wire", () => {
    assert.strictEqual(svg.match(/marker-end=/g)!.length, JobGraph.ofSnapshot(snapshot).edges.length)
  })
})
