/** Assets that graphs make, with checks inside. */
import { Asset, Graph, materialize, Op, Out } from "heddle"
import { Effect, Schema } from "effect"

const closed = <A, E>(effect: Effect.Effect<A, E>) => effect

const load = Op.make("load", { output: Schema.Array(Schema.Number), run: () => [1, 2] })
const sum = Op.make("sum", { inputs: { rows: Schema.Array(Schema.Number) }, output: Schema.Number, run: ({ rows }) => rows.length })
const isFull = Op.make("is_full", { inputs: { rows: Schema.Array(Schema.Number) }, output: Schema.Boolean, run: ({ rows }) => rows.length > 0 })
const isHigh = Op.make("is_high", {
  inputs: { total: Schema.Number },
  output: Asset.checkResult,
  run: ({ total }) => ({ passed: total > 0, severity: "WARN", description: "low", metadata: { total } })
})
// @ts-expect-error that is no severity
Op.make("wrong", { output: Asset.checkResult, run: () => ({ passed: true, severity: "BAD" }) })

const checked = Graph.make("checked", function* () {
  const rows = yield* load()
  const total = yield* sum({ rows })
  return { rows, total, high: yield* isHigh({ total }), full: yield* isFull({ rows }), rows_full: yield* isFull.as("again")({ rows }) }
})
const one = Graph.make("one", function* () {
  const rows = yield* load()
  return { total: yield* sum({ rows }), full: yield* isFull({ rows }) }
})
const plain = Graph.make("plain", function* () {
  return yield* load()
})

// the value of the asset is that of the output which is not the result of a check
const total = Asset.graph("total", { graph: one, checks: { full: { blocking: true } } })
const doubled = Asset.make("doubled", { inputs: { total }, output: Schema.Number, run: ({ total }) => 2 * total })
Effect.map(closed(materialize([total, doubled])), (result) => {
  const value: number = result.assetValue("total")
  return value
})
Asset.graph("total", { graph: one, checks: ["full"] })
Asset.graph("rows", { graph: plain })
Asset.graph("rows", { graph: plain, checks: [] })
// @ts-expect-error the graph has no output that is the result
Asset.graph("rows", { graph: plain, checks: ["full"] })
// @ts-expect-error a misspelt check
Asset.graph("total", { graph: one, checks: { ful: {} } })
// @ts-expect-error two outputs are left for the asset
Asset.graph("total", { graph: one })
// @ts-expect-error a number is not the result of a check
Asset.graph("full", { graph: one, checks: ["total"] })
// @ts-expect-error no output is left for the asset
Asset.graph("wrong", { graph: one, checks: ["total", "full"] })
// @ts-expect-error an option that checks do not have
Asset.graph("total", { graph: one, checks: { full: { blocks: true } } })

// of several assets, the result of a check is named after its asset's output
const half = Graph.make("half", function* () {
  const rows = yield* load()
  const total = yield* sum({ rows })
  return { rows, total, total_high: yield* isHigh({ total }), rows_full: yield* isFull({ rows }) }
})
const both = Asset.graphMulti({
  graph: half,
  outputs: { rows: "deep/rows", total: { key: "all", group: "g" } },
  checks: { total: { high: { blocking: true } }, rows: ["full"] }
})
Effect.map(closed(materialize([both])), (result) => {
  const value: number = result.assetValue("all") + result.assetValue("deep/rows").length
  // @ts-expect-error the result of a check is no asset
  result.assetValue("total_high")
  return value
})
// @ts-expect-error two outputs are neither assets nor results of checks
Asset.graphMulti({ graph: checked, outputs: { rows: "rows", total: "all" }, checks: { rows: ["full"] } })
// @ts-expect-error a misspelt check
Asset.graphMulti({ graph: half, outputs: { rows: "rows", total: "all", rows_full: "x" }, checks: { total: ["hgh"] } })
// @ts-expect-error a number is not the result of a check
Asset.graphMulti({ graph: Graph.make("wrong", function* () { const rows = yield* load(); return { a: rows, a_n: yield* sum({ rows }) } }), outputs: { a: "a" }, checks: { a: ["n"] } })

// a check may be left out where its output is optional
const maybe = Op.make("maybe", { outputs: { value: Schema.Number, ok: Out.optional(Schema.Boolean) }, run: () => ({ value: 1 }) })
Asset.graph("maybe", { graph: Graph.make("of_maybe", function* () { return yield* maybe() }), checks: ["ok"] })

// graphs that are written where they are used
const inline = Asset.graph("inline", {
  graph: Graph.make("inline", function* () {
    const rows = yield* load()
    return { total: yield* sum({ rows }), full: yield* isFull({ rows }) }
  }),
  checks: ["full"]
})
const inlines = Asset.graphMulti({
  graph: Graph.make("inlines", function* () {
    const rows = yield* load()
    return { rows, total: yield* sum({ rows }), rows_full: yield* isFull({ rows }) }
  }),
  outputs: { rows: "inline/rows", total: "inline/total" },
  checks: { rows: { full: { blocking: true } } }
})
Effect.map(closed(materialize([inline, inlines])), (result) => {
  const value: number = result.assetValue("inline") + result.assetValue("inline/total") + result.assetValue("inline/rows").length
  return value
})
