import { assert, describe, it } from "@effect/vitest"
import {
  Asset,
  AssetJob,
  AssetSelectionError,
  DefinitionError,
  describe as snapshotOf,
  Graph,
  Op,
  Out
} from "@heddle/definitions"
import { Wire } from "@heddle/events"
import { Partitions } from "@heddle/partitions"
import { Schema } from "effect"

/** Calls a function as JavaScript does, without types. */
const untyped = (call: unknown, ...args: ReadonlyArray<unknown>): any =>
  Reflect.apply(call as () => unknown, undefined, args)

const mistake = (call: unknown, ...args: ReadonlyArray<unknown>): string => {
  try {
    untyped(call, ...args)
  } catch (error) {
    assert.isTrue(error instanceof DefinitionError || error instanceof AssetSelectionError)
    return (error as Error).message
  }
  return assert.fail("it was accepted")
}

const run = () => 1
const number = { output: Schema.Number, run }
const a = Asset.make("a", number)

/** The steps of a job of assets, each with what it waits for. */
const stepsOf = (assets: ReadonlyArray<unknown>, options: object = {}) =>
  Object.fromEntries(
    snapshotOf(untyped(AssetJob.make, "job", { assets, ...options }).definition).graph.nodes.map((node) => [
      node.name,
      [...new Set([...Object.values(node.inputs), ...node.after].flatMap(Wire.nodes))].toSorted()
    ])
  )

describe("AssetGraph", () => {
  it("tells of every mistake at once", () => {
    const message = mistake(AssetJob.make, "job", {
      assets: [
        a,
        Asset.make("a", number),
        Asset.make("b/c", number),
        Asset.make("b__c", number),
        Asset.make("d", { inputs: { up: Asset.make("missing", number) }, output: Schema.Number, run }),
        Asset.check(Asset.make("gone", number), "there", { loadsValue: false, run: () => true })
      ]
    })
    for (const part of [
      'asset "a": two definitions have this key',
      'asset "b/c" and asset "b__c" have the same step name',
      'asset "d" › input "up": asset "missing" is not among the assets',
      'check "there": asset "gone", which it checks, is not among the assets'
    ]) {
      assert.include(message, part)
    }
  })

  it("tells of a cycle", () => {
    const one = Asset.make("one", { ...number, deps: ["three"] })
    const two = Asset.make("two", { ...number, deps: ["one"] })
    const three = Asset.make("three", { ...number, deps: ["two"] })
    assert.include(mistake(AssetJob.make, "job", { assets: [one, two, three] }), "in a cycle")
  })

  it("lets assets depend on others that it does not know, without their values", () => {
    assert.deepStrictEqual(stepsOf([Asset.make("x", { ...number, deps: ["elsewhere"] })]), { x: [] })
  })

  it("names what is wrong with keys and options", () => {
    assert.include(mistake(Asset.make, "a//b", number), '"a//b" is not a valid key')
    assert.include(mistake(Asset.make, "a", { outptu: Schema.Number, run }), 'did you mean "output"?')
    assert.include(
      mistake(Asset.multi, "m", { outputs: { x: Schema.Number }, checks: { y: ["c"] }, run }),
      'checks › "y"'
    )
    assert.include(mistake(Asset.check, a, "bad name", { run }), "is not a valid name")
    assert.include(mistake(AssetJob.make, "no good", { assets: [a] }), "is not a valid name")
  })

  it("waits for blocking checks, and not for others", () => {
    const gate = Asset.check(a, "gate", { blocking: true, run: () => true })
    const note = Asset.check(a, "note", { run: () => true })
    const b = Asset.make("b", { inputs: { a }, output: Schema.Number, run })
    const c = Asset.make("c", { ...number, deps: [a] })
    assert.deepStrictEqual(stepsOf([a, b, c, gate, note]), {
      a: [],
      b: ["a", "a_gate"],
      c: ["a", "a_gate"],
      a_gate: ["a"],
      a_note: ["a"]
    })
    assert.deepStrictEqual(stepsOf([a, b, gate], { selection: ["b"] }), { b: [] })
  })

  it("refuses a blocking check that waits for what waits for it", () => {
    const b = Asset.make("b", { inputs: { a }, output: Schema.Number, run })
    const gate = Asset.check(a, "gate", { blocking: true, additionalDeps: [b], run: () => true })
    assert.include(mistake(AssetJob.make, "job", { assets: [a, b, gate] }), "steps wait for each other in a cycle")
  })

  it("runs a step that depends on itself through others in parts", () => {
    const many = (canSubset: boolean) => {
      const multi = Asset.multi("many", {
        canSubset,
        outputs: {
          first: Asset.out(Out.optional(Schema.Number), { deps: [] }),
          last: Asset.out(Out.optional(Schema.Number), { deps: ["between"] })
        },
        run: () => ({})
      })
      return [multi, Asset.make("between", { inputs: { first: multi.assets.first }, output: Schema.Number, run })]
    }
    assert.deepStrictEqual(stepsOf(many(true)), { many_2: [], between: ["many_2"], many: ["between"] })
    assert.include(mistake(AssetJob.make, "job", { assets: many(false) }), "wait for each other")
  })

  it("refuses a part of a step that makes all of its assets together", () => {
    const multi = Asset.multi("pair", { outputs: { x: Schema.Number, y: Schema.Number }, run: () => ({ x: 1, y: 2 }) })
    const message = mistake(AssetJob.make, "job", { assets: [multi], selection: "x" })
    assert.include(message, 'step "pair" also makes asset "y"')
    const checked = Asset.make("checked", {
      output: Schema.Number,
      checks: ["ok"],
      run: () => Asset.result({ value: 1, checks: { ok: { passed: true } } })
    })
    const without = mistake(AssetJob.make, "job", {
      assets: [checked],
      selection: { _tag: "WithoutChecks", of: { _tag: "All" } }
    })
    assert.include(without, 'check "ok" of asset "checked"')
  })

  it("divides a chain of 2,000 assets, given backwards, in linear time", () => {
    const chain = Array.from({ length: 2_000 }, (_, i) =>
      Asset.make(`n${i}`, { ...number, deps: i === 0 ? [] : [`n${i - 1}`] })
    )
    const steps = stepsOf(chain.toReversed())
    assert.strictEqual(Object.keys(steps).length, 2_000)
    assert.deepStrictEqual(steps["n1999"], ["n1998"])
  })

  it("makes an asset of the output of a graph, and leaves out what other outputs need", () => {
    const inc = Op.make("inc", { inputs: { n: Schema.Number }, output: Schema.Number, run: ({ n }) => n + 1 })
    const twice = Graph.make("twice", { inputs: { n: Schema.Number } }, function* ({ n }) {
      const once = yield* inc({ n })
      const again = yield* inc.as("again")({ n: once })
      return { once, again }
    })
    const multi = Asset.graphMulti({
      graph: twice,
      inputs: { n: a },
      outputs: { once: "one", again: { key: "two", group: "g" } },
      canSubset: true
    })
    const whole = untyped(AssetJob.make, "job", { assets: [a, multi] }).definition
    const outputs = (definition: never) =>
      snapshotOf(definition)
        .graph.nodes.flatMap((node) => ("graph" in node.body ? node.body.graph.nodes : []))
        .map((node) => [node.name, "op" in node.body ? node.body.op.outputs[0]?.asset?.key : undefined])
    assert.deepStrictEqual(outputs(whole as never), [
      ["inc", "one"],
      ["again", "two"]
    ])
    const part = untyped(AssetJob.make, "job", { assets: [a, multi], selection: "one" }).definition
    assert.deepStrictEqual(outputs(part as never), [["inc", "one"]])
    assert.include(
      mistake(Asset.graphMulti, { graph: twice, inputs: {}, outputs: { none: "x" } }),
      'output "none": the graph has no such output'
    )
  })

  it("tells of an asset that depends on itself, unless it is on other partitions", () => {
    const self = Asset.make("self", { ...number, deps: ["self"] })
    assert.include(mistake(AssetJob.make, "job", { assets: [self] }), 'in a cycle: "self" → "self"')
    const days = Partitions.fixed(["a", "b"])
    assert.lengthOf(Object.keys(stepsOf([Asset.make("self", { ...number, partitions: days, deps: ["self"] })])), 1)
  })

  it("tells of entries that are neither assets nor checks", () => {
    const op = Op.make("op", { run: () => {} })
    const message = mistake(AssetJob.make, "job", { assets: [a, op, undefined, "a"] })
    for (const place of ["assets[1]", "assets[2]", "assets[3]"]) {
      assert.include(message, `${place}: it is not an asset, a multi-asset or a check`)
    }
    assert.include(mistake(AssetJob.make, "job", { assets: { a } }), "they must be a list of assets")
  })

  it("tells, without types, of options that are not what they must be", () => {
    const pair = Asset.multi("pair", { outputs: { x: Schema.Number }, run: () => ({ x: 1 }) })
    const message = mistake(Asset.make, "wrong", {
      run,
      inputs: { up: 5, pair },
      deps: [a, "b", "c//d", null],
      output: "number",
      group: 1,
      owners: "ana",
      tags: { tier: 1 }
    })
    for (const part of [
      'input "up": it is not an asset',
      'input "pair": it is several assets: name one of them, such as .assets.x',
      'deps[2]: "c//d" is not a valid key',
      "deps[3]: it is not an asset",
      '"output": it must be a Schema',
      '"group": it must be a string',
      '"owners": it must be a list of strings',
      '"tags": it must be a record of strings'
    ]) {
      assert.include(message, part)
    }
    assert.include(mistake(Asset.make, "wrong", { ...number, deps: "a" }), '"deps": it must be a list')
    assert.include(mistake(Asset.external, "wrong"), "it must be a Schema")
    assert.include(mistake(Asset.multi, "wrong", { outputs: {}, run }), "it must name at least one asset")
    assert.include(mistake(Asset.multi, "wrong", { outputs: { x: 5 }, run }), 'output "x": it must be a Schema')
    assert.include(
      mistake(Asset.multi, "wrong", { outputs: { x: Asset.out(Schema.Number, { group: 5 } as never) }, run }),
      'output "x" › "group": it must be a string'
    )
    assert.include(mistake(Asset.check, "a", "c", { run }), "the first argument must be the asset")
  })

  describe("checks in graphs", () => {
    const load = Op.make("load", { output: Schema.Array(Schema.Number), run: () => [1] })
    const isFull = Op.make("is_full", {
      inputs: { rows: Schema.Array(Schema.Number) },
      output: Schema.Boolean,
      run: ({ rows }) => rows.length > 0
    })
    const warn = Op.make("warn", { inputs: { full: Schema.Boolean }, run: () => {} })
    const graph = Graph.make("rows", function* () {
      const rows = yield* load()
      return { rows, full: yield* isFull({ rows }) }
    })

    it("tell at the definition of results that the graph does not give", () => {
      const message = mistake(Asset.graph, "rows", { graph, checks: { full: {}, "not full": {}, fresh: {} } })
      for (const part of [
        'check "not full" of asset "rows": it is not a valid name',
        'check "fresh" of asset "rows" › output "fresh": the graph has no such output; it has "rows", "full"'
      ]) {
        assert.include(message, part)
      }
      assert.include(
        mistake(Asset.graph, "rows", { graph }),
        'graph "rows": it must have one output that is the asset, and has "rows", "full": name those that are results of checks in checks'
      )
      assert.include(
        mistake(Asset.graph, "rows", { graph, checks: ["rows", "full"] }),
        'graph "rows": it must have an output that is the asset'
      )
      assert.include(
        mistake(Asset.graphMulti, { graph, outputs: { rows: "rows" }, checks: { rows: ["full"], total: ["high"] } }),
        'check "full" of asset "rows" › output "rows_full": the graph has no such output'
      )
      assert.include(
        mistake(Asset.graphMulti, { graph, outputs: { rows: "rows" }, checks: { total: ["high"] } }),
        'checks › "total": there is no such output that is an asset; there are "rows"'
      )
      for (const [make, ...args] of [
        [Asset.graph, "rows", { graph, checks: { full: { block: true } } }],
        [Asset.make, "rows", { ...number, checks: { full: { block: true } } }],
        [Asset.multi, "m", { outputs: { rows: Schema.Number }, checks: { rows: { full: { block: true } } }, run }]
      ] as const) {
        const message = mistake(make, ...args)
        assert.include(message, 'check "full" of asset "rows": ')
        assert.include(message, '"block"')
      }
    })

    it("tell of a result that another op takes, and of one output with two meanings", () => {
      const read = Graph.make("read", function* () {
        const rows = yield* load()
        const full = yield* isFull({ rows })
        yield* warn({ full })
        return { rows, full }
      })
      assert.include(
        mistake(Asset.graph, "rows", { graph: read, checks: ["full"] }),
        'output "full": results of checks are recorded and not kept, so "warn" cannot take it'
      )
      const nested = Graph.make("nested", function* () {
        const { full, rows } = yield* read()
        return { rows, full }
      })
      assert.include(mistake(Asset.graph, "rows", { graph: nested, checks: ["full"] }), '"warn" cannot take it')
      const twice = Graph.make("twice", function* () {
        const rows = yield* load()
        const full = yield* isFull({ rows })
        return { rows, full, again: full }
      })
      assert.include(
        mistake(Asset.graph, "rows", { graph: twice, checks: ["full", "again"] }),
        'output "again": it is the same output of an op as check "full" of asset "rows"'
      )
      const uses = Graph.make("uses", function* () {
        const rows = yield* load()
        return { rows, full: yield* isFull({ rows }), again: yield* isFull.as("again")({ rows }) }
      })
      assert.strictEqual(Asset.graph("rows", { graph: uses, checks: ["full", "again"] }).key, "rows")
    })

    it("hold back what depends on the asset of another step only where they block", () => {
      const rows = (blocking: boolean) => Asset.graph("rows", { graph, checks: { full: { blocking } } })
      const waits = (blocking: boolean) => {
        const after = Asset.make("after", { ...number, deps: [rows(blocking)] })
        const { nodes } = untyped(AssetJob.make, "job", { assets: [rows(blocking), after] }).definition.graph
        return nodes.find(({ name }: { readonly name: string }) => name === "after").after
      }
      assert.deepStrictEqual(waits(false), [{ from: "rows", output: "rows" }])
      assert.deepStrictEqual(waits(true), [
        { from: "rows", output: "rows" },
        { from: "rows", output: "full" }
      ])
    })
  })
})
