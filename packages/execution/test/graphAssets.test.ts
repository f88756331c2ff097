import { assert, describe, it } from "@effect/vitest"
import {
  Asset,
  AssetSelection,
  type CheckResult,
  Graph,
  Hook,
  IOManager,
  type IOManagerShape,
  Op,
  Out
} from "@heddle/definitions"
import type { HeddleEvent, HeddleEventOf, HeddleEventType } from "@heddle/events"
import { materialize } from "@heddle/execution"
import { AssetLog, EventLog, Instance } from "@heddle/storage"
import { Context, Effect, Layer, Schema, Stream } from "effect"

const only = <T extends HeddleEventType>(events: ReadonlyArray<HeddleEvent>, tag: T) =>
  events.filter((event): event is HeddleEventOf<T> => event._tag === tag)
const told = (events: ReadonlyArray<HeddleEvent>, ...tags: ReadonlyArray<HeddleEventType>): ReadonlyArray<string> =>
  events.flatMap((event) => (tags.includes(event._tag) && "stepKey" in event ? [`${event.stepKey} ${event._tag}`] : []))
const evaluations = (events: ReadonlyArray<HeddleEvent>) =>
  only(events, "ASSET_CHECK_EVALUATION").map(({ asset, check, passed, stepKey }) => [stepKey, asset, check, passed])
const inMemory = Effect.provide(Instance.layerMemory)

const load = Op.make("load", { output: Schema.Array(Schema.Number), run: () => [1, 2, 3] })
const sum = Op.make("sum", {
  inputs: { rows: Schema.Array(Schema.Number) },
  output: Schema.Number,
  run: ({ rows }) => rows.reduce((a, b) => a + b, 0)
})
const isFull = Op.make("is_full", {
  inputs: { rows: Schema.Array(Schema.Number) },
  output: Schema.Boolean,
  run: ({ rows }) => rows.length > 0
})
const inspect = (found: CheckResult) =>
  Op.make("inspect", { inputs: { total: Schema.Number }, output: Asset.checkResult, run: () => found })

/** An asset with a check that finds what it is told, and an asset downstream of it. */
const checked = (found: CheckResult) => {
  const graph = Graph.make("make_total", function* () {
    const rows = yield* load()
    const total = yield* sum({ rows })
    return { total, high: yield* inspect(found)({ total }), full: yield* isFull({ rows }) }
  })
  const total = Asset.graph("total", { graph, checks: { high: { blocking: true }, full: {} } })
  const after = Asset.make("after", { inputs: { total }, output: Schema.Number, run: ({ total }) => total })
  return [total, after] as const
}

describe("checks in the graph of an asset", () => {
  it.effect("are results of ops, which are recorded and not stored", () =>
    Effect.gen(function* () {
      const found = { passed: true, description: "high enough", metadata: { total: 6 } }
      const result = yield* materialize(checked(found))
      assert.isTrue(result.success)
      assert.strictEqual(result.assetValue("after"), 6)
      assert.sameDeepMembers(evaluations(result.allEvents), [
        ["make_total.inspect", "total", "high", true],
        ["make_total.is_full", "total", "full", true]
      ])
      const high = only(result.allEvents, "ASSET_CHECK_EVALUATION").find(({ check }) => check === "high")!
      const [materialization] = only(result.allEvents, "ASSET_MATERIALIZATION")
      assert.deepInclude(high, {
        description: "high enough",
        blocking: true,
        metadata: { total: { _tag: "int", value: 6 } }
      })
      assert.strictEqual(high.target?.eventId, materialization!.id)
      assert.sameMembers(
        [...told(result.allEvents, "HANDLED_OUTPUT")],
        ["make_total.load HANDLED_OUTPUT", "make_total.sum HANDLED_OUTPUT", "after HANDLED_OUTPUT"]
      )
    })
  )

  it.effect("hold back what is downstream when they block, although another step made the asset", () =>
    Effect.gen(function* () {
      const result = yield* materialize(checked({ passed: false, description: "too low" }))
      assert.isFalse(result.success)
      assert.deepStrictEqual(
        only(result.allEvents, "ASSET_MATERIALIZATION").map(({ asset }) => asset),
        ["total"]
      )
      const [failure] = only(result.allEvents, "STEP_FAILURE")
      assert.deepStrictEqual(
        [failure?.stepKey, failure?.error.message],
        ["make_total.inspect", 'Blocking check "high" of asset "total" failed: too low']
      )
      assert.isTrue((yield* materialize(checked({ passed: false, severity: "WARN" }))).success)
    })
  )

  it.effect("are planned, and are part of what the log knows of the asset", () =>
    Effect.gen(function* () {
      const result = yield* materialize(checked({ passed: true }))
      const { events } = yield* Effect.flatMap(EventLog, (log) => log.read(result.runId))
      assert.sameDeepMembers(
        only(events, "ASSET_CHECK_EVALUATION_PLANNED").map(({ asset, check }) => [asset, check]),
        [
          ["total", "high"],
          ["total", "full"]
        ]
      )
      const log = yield* AssetLog
      const history = yield* log.history("check", "total", { check: "high" })
      assert.deepStrictEqual(
        history.events.map(({ runId }) => runId),
        [result.runId]
      )
    }).pipe(inMemory)
  )

  it.effect("may come from an op that gives the value too, one by one, or not at all", () =>
    Effect.gen(function* () {
      const both = Op.make("both", {
        outputs: { value: Schema.Number, ok: Schema.Boolean, more: Out.optional(Asset.checkResult) },
        run: () =>
          Stream.make(
            { output: "value" as const, value: 5, metadata: { rows: 1 } },
            { output: "ok" as const, value: false }
          )
      })
      const graph = Graph.make("both_of_one", function* () {
        return yield* both()
      })
      const asset = Asset.graph("both", { graph, checks: { ok: { blocking: true }, more: {} } })
      const after = Asset.make("after", { deps: [asset], run: () => {} })
      const result = yield* materialize([asset, after])
      assert.deepStrictEqual(evaluations(result.allEvents), [["both_of_one.both", "both", "ok", false]])
      assert.deepStrictEqual(
        only(result.allEvents, "ASSET_MATERIALIZATION").map(({ asset, metadata }) => [asset, metadata?.["rows"]]),
        [["both", { _tag: "int", value: 1 }]]
      )
    })
  )

  it.effect("let other outputs of their op be plain or dynamic", () =>
    Effect.gen(function* () {
      const pages = Op.make("pages", {
        outputs: { ok: Schema.Boolean, page: Out.dynamic(Schema.Number) },
        run: () =>
          Stream.make(
            { output: "page" as const, key: "a", value: 1 },
            { output: "page" as const, key: "b", value: 2 },
            { output: "ok" as const, value: true }
          )
      })
      const double = Op.make("double", { inputs: { n: Schema.Number }, output: Schema.Number, run: ({ n }) => 2 * n })
      const graph = Graph.make("of_pages", function* () {
        const { ok, page } = yield* pages()
        const doubled = yield* page.map((n) => double({ n }))
        return { total: yield* sum({ rows: doubled.collect() }), ok }
      })
      const asset = Asset.graph("of_pages", { graph, checks: ["ok"] })
      const result = yield* materialize([asset])
      assert.strictEqual(result.assetValue("of_pages"), 6)
      assert.deepStrictEqual(evaluations(result.allEvents), [["of_pages.pages", "of_pages", "ok", true]])
    })
  )

  it.effect("are evaluated for each asset of a graph that makes several, under another name", () =>
    Effect.gen(function* () {
      const ended: Array<string> = []
      const hook = Hook.onSuccess("note", ({ stepKey }) => Effect.sync(() => void ended.push(stepKey)))
      const graph = Graph.make("rows_of", function* () {
        const rows = yield* load()
        return { rows, full: yield* isFull({ rows }) }
      })
      const first = Asset.graph("first", { graph, checks: ["full"] })
      const second = Asset.graph("second", { graph: graph.with({ name: "again", hooks: [hook] }), checks: ["full"] })
      const third = Asset.graph("third", { graph: graph.as("once_more"), checks: ["full"] })
      const result = yield* materialize([first, second, third])
      assert.sameDeepMembers(evaluations(result.allEvents), [
        ["rows_of.is_full", "first", "full", true],
        ["again.is_full", "second", "full", true],
        ["once_more.is_full", "third", "full", true]
      ])
      assert.sameMembers(ended, ["again.load", "again.is_full"])
    })
  )

  it.effect("fail their step when they tell something else", () =>
    Effect.gen(function* () {
      const odd = Op.make("odd", {
        inputs: { rows: Schema.Array(Schema.Number) },
        output: Schema.String,
        run: () => "yes"
      })
      const graph = Graph.make("oddly", function* () {
        const rows = yield* load()
        return { rows, odd: yield* odd({ rows }) }
      })
      const result = yield* materialize([Asset.graph("rows", { graph, checks: ["odd"] } as never)] as const)
      assert.include(
        only(result.allEvents, "STEP_FAILURE")[0]?.error.message ?? "",
        "a check must return whether it passed"
      )
    })
  )
})

describe("several assets of a graph", () => {
  const graph = Graph.make("both_assets", function* () {
    const rows = yield* load()
    const total = yield* sum({ rows })
    return { rows, total, total_high: yield* inspect({ passed: false })({ total }), rows_full: yield* isFull({ rows }) }
  })
  const both = Asset.graphMulti({
    graph,
    outputs: { rows: "deep/rows", total: "total" },
    checks: { total: { high: { blocking: true } }, rows: ["full"] },
    canSubset: true
  })
  const ofRows = Asset.make("of_rows", { deps: ["deep/rows"], run: () => {} })
  const ofTotal = Asset.make("of_total", { deps: ["total"], run: () => {} })

  it.effect("are held back by the blocking checks of the assets that they depend on, and by no other", () =>
    Effect.gen(function* () {
      const result = yield* materialize([both, ofRows, ofTotal])
      assert.sameMembers(
        only(result.allEvents, "ASSET_MATERIALIZATION").map(({ asset }) => asset),
        ["deep/rows", "total", "of_rows"]
      )
      assert.sameDeepMembers(evaluations(result.allEvents), [
        ["both_assets.is_full", "deep/rows", "full", true],
        ["both_assets.inspect", "total", "high", false]
      ])
    })
  )

  it.effect("are recorded only where the run was asked for them, also when others need their values", () =>
    Effect.gen(function* () {
      const made = (events: ReadonlyArray<HeddleEvent>) => [
        only(events, "ASSET_MATERIALIZATION").map(({ asset }) => asset),
        evaluations(events).map(([, asset, check]) => `${asset}:${check}`),
        told(events, "STEP_START").map((line) => line.split(" ")[0])
      ]
      const total = yield* materialize([both], { selection: AssetSelection.withoutChecks("total") })
      assert.deepStrictEqual(made(total.allEvents), [["total"], [], ["both_assets.load", "both_assets.sum"]])
      const check = yield* materialize([both], { selection: AssetSelection.checksOf("deep/rows") })
      assert.deepStrictEqual(made(check.allEvents), [
        [],
        ["deep/rows:full"],
        ["both_assets.load", "both_assets.is_full"]
      ])
      const rows = yield* materialize([both], { selection: "deep/rows" })
      assert.deepStrictEqual(made(rows.allEvents), [
        ["deep/rows"],
        ["deep/rows:full"],
        ["both_assets.load", "both_assets.is_full"]
      ])
    })
  )

  it.effect("leave the stored value of an asset alone that is only made on the way", () =>
    Effect.gen(function* () {
      class Lake extends Context.Service<Lake, IOManagerShape>()("test/Lake") {}
      const stored: Array<string> = []
      const memory = IOManager.makeMemory()
      const lake: IOManagerShape = {
        ...memory,
        handleOutput: (context, value) => {
          stored.push("asset" in context.address ? context.address.asset : context.address.output)
          return memory.handleOutput(context, value)
        }
      }
      const several = Asset.graphMulti({
        graph,
        outputs: { rows: { key: "deep/rows", io: Lake }, total: "total" },
        checks: { total: ["high"], rows: ["full"] },
        canSubset: true
      })
      const layer = Layer.succeed(Lake, lake)
      const selection = AssetSelection.withoutChecks("total")
      assert.isTrue((yield* materialize([several], { layer, selection })).success)
      assert.deepStrictEqual(stored, [])
    })
  )
})
