import { assert, describe, it } from "@effect/vitest"
import {
  Asset,
  AssetEntries,
  AssetGraph,
  AssetSelection,
  AssetSelectionError,
  type AssetSelectionInput
} from "@heddle/definitions"
import { Schema } from "effect"

const number = { output: Schema.Number, run: () => 1 }
const raw = Asset.make("raw", { ...number, group: "ingest", tags: { tier: "gold" }, kinds: ["table"] })
const clean = Asset.make("sales/clean", {
  inputs: { raw },
  output: Schema.Number,
  run: () => 1,
  tags: { tier: "base" }
})
const daily = Asset.make("sales/daily", { inputs: { clean }, output: Schema.Number, run: () => 1, group: "reports" })
const yearly = Asset.make("yearly", { deps: [daily], ...number, group: "reports", owners: ["ana@example.com"] })
const side = Asset.make("side", { deps: [raw], ...number })
const outside = Asset.external("outside", Schema.Number)
const fresh = Asset.check(raw, "fresh", { run: () => true })
const total = Asset.check(daily, "total", { run: () => true })

const graph = AssetGraph.make(
  AssetEntries.nodes([raw, clean, daily, yearly, side, outside, fresh, total], "the test"),
  "the test"
)
const meaning = (selection: AssetSelectionInput) => {
  const { assets, checks } = AssetSelection.resolve(selection, graph, "the test")
  return [[...assets].toSorted(), [...checks].toSorted()]
}
const assetsOf = (selection: AssetSelectionInput) => meaning(selection)[0]
const mistake = (selection: AssetSelectionInput): string => {
  try {
    meaning(selection)
  } catch (error) {
    assert.instanceOf(error, AssetSelectionError)
    return (error as AssetSelectionError).message
  }
  return assert.fail(`${JSON.stringify(selection)} was accepted`)
}

describe("AssetSelection", () => {
  it("selects all that a run can materialize, with its checks", () => {
    assert.deepStrictEqual(meaning(AssetSelection.all), [
      ["raw", "sales/clean", "sales/daily", "side", "yearly"],
      ["raw:fresh", "sales/daily:total"]
    ])
  })

  it("means the same as text and as a call of its functions", () => {
    const both: ReadonlyArray<readonly [string, AssetSelection]> = [
      ["*", AssetSelection.all],
      ["raw", AssetSelection.assets(raw)],
      ["key:raw", AssetSelection.assets("raw")],
      ['key:"sales/*"', AssetSelection.matching("sales/*")],
      ["key:sales/*", AssetSelection.matching("sales/*")],
      ["key:*/daily or key:*w", AssetSelection.assets("sales/daily", "raw")],
      ["key:s*y+", AssetSelection.assets(daily, yearly)],
      ['key:"raw"*', AssetSelection.downstream(raw)],
      ["group:reports", AssetSelection.groups("reports")],
      ["tag:tier", AssetSelection.tag("tier")],
      ["tag:tier=gold", AssetSelection.tag("tier", "gold")],
      ["kind:table", AssetSelection.kind("table")],
      ['owner:"ana@example.com"', AssetSelection.owner("ana@example.com")],
      ["+sales/daily", AssetSelection.upstream(daily, { depth: 1 })],
      ["++sales/daily", AssetSelection.upstream(daily, { depth: 2 })],
      ["*sales/daily", AssetSelection.upstream(daily)],
      ["raw+", AssetSelection.downstream(raw, { depth: 1 })],
      ["raw*", AssetSelection.downstream(raw)],
      ["key:raw+", AssetSelection.downstream(raw)],
      ["+key:yearly", AssetSelection.upstream(yearly)],
      ["1+key:yearly", AssetSelection.upstream(yearly, { depth: 1 })],
      ["key:raw+2", AssetSelection.downstream(raw, { depth: 2 })],
      ["roots(group:reports)", AssetSelection.roots(AssetSelection.groups("reports"))],
      ["sinks(*)", AssetSelection.sinks(AssetSelection.all)],
      ["not group:reports", AssetSelection.not(AssetSelection.groups("reports"))],
      [
        "group:reports and not yearly",
        AssetSelection.minus(AssetSelection.groups("reports"), AssetSelection.assets(yearly))
      ],
      ["raw or side and sales/daily", AssetSelection.assets(raw)],
      ["(raw or side) and *", AssetSelection.assets(raw, side)],
      ["RAW OR raw".replace("RAW", "side"), AssetSelection.or(side, raw)]
    ]
    for (const [text, selection] of both) assert.deepStrictEqual(meaning(text), meaning(selection), text)
  })

  it("goes through levels in both directions", () => {
    assert.deepStrictEqual(assetsOf("+sales/daily"), ["sales/clean", "sales/daily"])
    assert.deepStrictEqual(assetsOf("raw+"), ["raw", "sales/clean", "side"])
    assert.deepStrictEqual(assetsOf("+sales/clean+"), ["raw", "sales/clean", "sales/daily"])
    assert.deepStrictEqual(assetsOf(AssetSelection.downstream(clean, { includeSelf: false })), [
      "sales/daily",
      "yearly"
    ])
  })

  it("finds the roots and sinks of a selection also through assets that are not in it", () => {
    assert.deepStrictEqual(assetsOf(AssetSelection.roots([raw, yearly])), ["raw"])
    assert.deepStrictEqual(assetsOf(AssetSelection.sinks([raw, yearly])), ["yearly"])
  })

  it("takes the assets of a multi-asset, and a check alone", () => {
    assert.deepStrictEqual(assetsOf([raw, fresh]), ["raw"])
    assert.deepStrictEqual(meaning(fresh), [[], ["raw:fresh"]])
    const pair = Asset.multi("pair", { outputs: { x: Schema.Number, y: Schema.Number }, run: () => ({ x: 1, y: 2 }) })
    const both = AssetGraph.make(AssetEntries.nodes([pair, raw], "the test"), "the test")
    assert.deepStrictEqual([...AssetSelection.resolve([pair], both, "the test").assets], ["x", "y"])
    assert.deepStrictEqual([...AssetSelection.resolve(AssetSelection.roots(pair), both, "the test").assets], ["x", "y"])
  })

  it("refuses what is no selection, and depths that are no levels", () => {
    for (const odd of [5, {}, [null], undefined, true]) {
      assert.include(mistake(odd as never), "it is not a selection", String(odd))
    }
    for (const depth of [0, -1, 1.5, Number.NaN]) {
      assert.include(mistake(AssetSelection.upstream(raw, { depth })), "the depth must be a whole number ≥ 1")
    }
    for (const text of ["0+raw", "raw+0", "raw and 00+side"]) {
      assert.include(mistake(text), "a number of levels must be 1 or more", text)
    }
  })

  it("takes the union of a list", () => {
    assert.deepStrictEqual(assetsOf([raw, "side", AssetSelection.groups("reports")]), [
      "raw",
      "sales/daily",
      "side",
      "yearly"
    ])
    assert.deepStrictEqual(meaning([]), [[], []])
  })

  it("selects checks alone, and assets alone", () => {
    assert.deepStrictEqual(meaning(AssetSelection.checksOf(AssetSelection.all)), [
      [],
      ["raw:fresh", "sales/daily:total"]
    ])
    assert.deepStrictEqual(meaning(AssetSelection.checks({ asset: "raw", check: "fresh" })), [[], ["raw:fresh"]])
    assert.deepStrictEqual(meaning(AssetSelection.withoutChecks(raw)), [["raw"], []])
    assert.deepStrictEqual(meaning(AssetSelection.minus(raw, AssetSelection.checksOf(raw))), [["raw"], []])
  })

  it("selects by code location where its definitions give it a name", () => {
    const named = { ...graph, codeLocation: "shop" }
    const inLocation = (selection: AssetSelectionInput) =>
      [...AssetSelection.resolve(selection, named, "the test").assets].toSorted()
    assert.deepStrictEqual(inLocation("code_location:shop"), inLocation("*"))
    assert.deepStrictEqual(inLocation('code_location:"shop" and group:reports'), ["sales/daily", "yearly"])
    assert.deepStrictEqual(inLocation("not code_location:shop"), [])
    assert.deepStrictEqual(inLocation("code_location:warehouse"), [])
    assert.deepStrictEqual(inLocation("code_location:warehouse or raw"), ["raw"])
    assert.deepStrictEqual(inLocation(AssetSelection.codeLocation("shop")), inLocation("*"))
    const text = "raw or code_location:shop"
    assert.deepStrictEqual(mistake(text).split("\n").slice(1), [
      '  "code_location": the assets belong to no code location with a name: give Definitions.make a name, and select from the definitions',
      `    ${text}`,
      "           ^^^^^^^^^^^^^"
    ])
    assert.include(mistake(AssetSelection.codeLocation("shop")), '"shop": the assets belong to no code location')
    assert.include(mistake("code_location:"), "the name of a code location is missing at the end")
  })

  it("lists every asset and check that is not there, with the closest one", () => {
    const message = mistake(AssetSelection.or("rww", "side", AssetSelection.checks({ asset: "raw", check: "frsh" })))
    assert.include(message, 'there is no asset "rww"; did you mean "raw"?')
    assert.include(message, 'asset "raw" has no check "frsh"; did you mean "fresh"?')
  })

  it("selects nothing by a pattern that no key matches", () => {
    assert.deepStrictEqual(meaning("key:ghost"), [[], []])
    // A dot is a dot.
    assert.deepStrictEqual(meaning("key:ra."), [[], []])
  })

  it("points to the place of a mistake in a text", () => {
    const marked = (text: string): string => {
      const lines = mistake(text).split("\n")
      const place = lines.at(-1)!
      return lines.at(-2)!.slice(place.indexOf("^"), place.lastIndexOf("^") + 1)
    }
    assert.strictEqual(marked("raw and and side"), "and")
    assert.strictEqual(marked("raw side"), "side")
    assert.strictEqual(marked("grp:reports"), "grp")
    assert.strictEqual(marked("roofs(raw)"), "roofs")
    assert.strictEqual(marked("raw and :"), ":")
    // An asset that is not there is found only in the graph.
    assert.strictEqual(marked("raw and (group:reports or +sales/dayly)"), "sales/dayly")
    for (const text of ["", "   ", "(raw", "raw and", "raw)", "tag:", 'key:"open', "+", "raw+ side", "not"]) {
      assert.include(mistake(text), "not valid", text)
    }
  })

  it("reads or refuses any text, and never fails otherwise", () => {
    const parts = ["raw", "side", "+", "*", "(", ")", " ", "and", "or", "not", "key:", "tag:", "=", '"', "1", "roots("]
    let seed = 7
    const random = (n: number) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n
    for (let i = 0; i < 5_000; i++) {
      const text = Array.from({ length: 1 + random(8) }, () => parts[random(parts.length)]).join("")
      try {
        meaning(text)
      } catch (error) {
        assert.instanceOf(error, AssetSelectionError, text)
      }
    }
  })
})
