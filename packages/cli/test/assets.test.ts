import { assert, describe, it } from "@effect/vitest"
import { AssetListView } from "@heddle/cli/AssetListView"
import { AssetPicture } from "@heddle/cli/AssetPicture"
import type { AssetRow } from "@heddle/cli/AssetRow"
import { GraphMermaid } from "@heddle/cli/GraphMermaid"
import { GraphSvg } from "@heddle/cli/GraphSvg"
import { Paint } from "@heddle/cli/Paint"
import { PlainText } from "@heddle/cli/PlainText"
import { AssetStatus } from "@heddle/execution/AssetStatus"
import { readFileSync } from "node:fs"
import definitions from "./fixtures/assets.ts"
import { spawnedHeddle } from "./spawnedHeddle.ts"

const { heddle, inFolder, spawned } = spawnedHeddle()
const FILE = ["-f", "assets.ts"] as const

const { graph } = definitions.assetJob!.definition.assets!

describe("heddle asset", () => {
  it("lists what was never made, makes it, and shows it", async () => {
    const before = await heddle("asset", "list", ...FILE)
    assert.strictEqual(before.code, 0)
    assert.match(before.stdout, /^sales\/raw +sales +missing +1 check, not run$/m)
    const made = await heddle("asset", "materialize", ...FILE)
    assert.strictEqual(made.code, 0, made.stderr)
    assert.include(made.stdout, 'Materialized asset "sales/total"')
    assert.include(made.stdout, 'Check "positive" of asset "sales/raw" passed')
    const shown = await heddle("asset", "show", "sales/total", ...FILE)
    assert.match(shown.stdout, /^sales\/total {2}fresh$/m)
    assert.match(shown.stdout, /^depends on +sales\/raw$/m)
    assert.match(shown.stdout, /^checks +passed finite/m)
    const json = JSON.parse((await heddle("asset", "show", "sales/raw", ...FILE, "--json")).stdout)
    assert.deepStrictEqual([json.state, json.latestMaterialization.metadata.rows], ["fresh", { _tag: "int", value: 3 }])
  })

  it("makes one partition, and says what is wrong with a key", async () => {
    const file = ["-f", "partitions.ts"]
    const made = await heddle("asset", "materialize", ...file, "-s", "sales", "--partition", "eu", "--json")
    assert.strictEqual(made.code, 0, made.stderr)
    assert.include(made.stdout, '"partition":"eu"')
    const wrong = await heddle("asset", "materialize", ...file, "-s", "sales", "--partition", "ue")
    assert.strictEqual(wrong.code, 2)
    assert.include(wrong.stderr, '"ue"')
    const job = await heddle("job", "execute", ...file, "-j", "plain", "-p", "eu")
    assert.strictEqual(job.code, 2)
    assert.include(job.stderr, 'Job "plain" has no partitions')
  })

  it("tells of what has become stale, and why", async () => {
    const { end } = spawned(["asset", "list", ...FILE, "--json"], { TEST_FACTOR: "2" })
    const rows: ReadonlyArray<{ key: string; state: string; causes: ReadonlyArray<{ message: string }> }> = JSON.parse(
      (await end).stdout
    )
    assert.deepStrictEqual(
      rows.map(({ causes, key, state }) => [key, state, causes[0]?.message]),
      [
        ["feed", "external", undefined],
        ["sales/raw", "stale", 'its code version is now "2", it was made with "1"'],
        ["sales/total", "stale", '"sales/raw" is stale'],
        ["report", "stale", '"sales/total" is stale']
      ]
    )
  })

  it("holds back what is downstream of a failed check, and evaluates checks alone", async () => {
    const failed = await spawned(["asset", "materialize", ...FILE, "-s", "sales/raw+"], { TEST_FACTOR: "-1" }).end
    assert.strictEqual(failed.code, 1)
    assert.include(failed.stdout, 'Blocking check "positive" of asset "sales/raw" failed: 3 rows looked at')
    assert.notInclude(failed.stdout, 'Materialized asset "sales/total"')
    // What failed is told, and not where in Heddle.
    assert.notMatch(failed.stdout, /^ *at |more frames/m)
    assert.include((await heddle("run", "show", "last")).stdout, "looked at\n\n")
    const checked = await heddle("asset", "check", ...FILE, "--select", "sales/raw")
    assert.strictEqual(checked.code, 1)
    assert.notInclude(checked.stdout, "Materialized")
  })

  it("runs in worker processes, and is executed again from its failure", async () => {
    const failed = await spawned(["asset", "materialize", ...FILE, "--executor", "multiprocess"], { TEST_FACTOR: "-1" })
      .end
    assert.strictEqual(failed.code, 1, failed.stderr)
    const again = await heddle("run", "reexecute", "last", ...FILE)
    // The rows that the first run stored are still negative.
    assert.strictEqual(again.code, 1, again.stderr)
    assert.notInclude(again.stdout, 'Materialized asset "sales/raw"')
    const right = await heddle("asset", "materialize", ...FILE, "--executor", "multiprocess")
    assert.strictEqual(right.code, 0, right.stdout + right.stderr)
  })

  it("points into a selection that is not one, and suggests what there is", async () => {
    const [odd, unknown, key] = await Promise.all([
      heddle("asset", "list", ...FILE, "-s", "sales/raw and grp:x"),
      heddle("asset", "materialize", ...FILE, "-s", "sales/rwa"),
      heddle("asset", "show", "sales/rwa", ...FILE)
    ])
    assert.deepStrictEqual([odd.code, unknown.code, key.code], [2, 2, 2])
    assert.match(odd.stderr, /sales\/raw and grp:x\n {4} {14}\^\^\^/)
    assert.include(unknown.stderr, 'did you mean "sales/raw"?')
    assert.include(key.stderr, 'has no asset "sales/rwa" - did you mean "sales/raw"?')
  })

  it("runs nothing where there is nothing to make or to evaluate", async () => {
    const [nothing, external, unchecked, list, job] = await Promise.all([
      heddle("asset", "materialize", ...FILE, "-s", "group:nope"),
      heddle("asset", "materialize", ...FILE, "-s", "feed"),
      heddle("asset", "check", ...FILE, "-s", "report"),
      heddle("job", "list", "-f", "onlyAssets.ts"),
      heddle("job", "execute", "-f", "onlyAssets.ts")
    ])
    assert.deepStrictEqual([nothing.code, external.code, unchecked.code, list.code, job.code], [2, 2, 2, 0, 2])
    assert.include(nothing.stderr, 'Nothing to materialize: "group:nope" selects no asset that a run can make')
    assert.include(external.stderr, '"feed" selects no asset')
    assert.include(unchecked.stderr, "no check that can be evaluated without its asset")
    assert.include(list.stderr, 'see "heddle asset list -f onlyAssets.ts"')
    assert.include(job.stderr, 'Module "onlyAssets.ts" has no jobs, only assets')
  })

  it("selects by code location", async () => {
    const keys = async (selection: string) => {
      const { stdout } = await heddle("asset", "list", ...FILE, "--json", "-s", selection)
      return JSON.parse(stdout).map(({ key }: { readonly key: string }) => key)
    }
    assert.deepStrictEqual(await keys("code_location:shop and group:sales"), ["sales/raw", "sales/total"])
    assert.deepStrictEqual(await keys("code_location:elsewhere"), [])
    const nameless = await heddle("asset", "list", "-f", "partitions.ts", "-s", "code_location:shop")
    assert.strictEqual(nameless.code, 2)
    assert.match(nameless.stderr, /give Definitions\.make a name.*\n {4}code_location:shop\n {4}\^{13}/)
  })

  it("draws assets of any name", () => {
    const names = ["constructor", "__proto__", "toString", "a b/日本"]
    const picture = {
      title: "names",
      said: "",
      groups: [{ id: "group:constructor", name: "constructor" }],
      nodes: names.map((id) => ({
        id,
        name: id,
        kind: "asset" as const,
        mapped: false,
        fansOut: false,
        group: "group:constructor"
      })),
      edges: names.slice(1).map((to) => ({ from: "constructor", to, kind: "value" as const }))
    }
    const svg = GraphSvg.render(picture)
    for (const name of names) assert.include(svg, name)
    assert.lengthOf(svg.match(/<path d="M[^"]*" class="wire"/g) ?? [], 3)
  })

  it("draws them", async () => {
    const mermaid = await heddle("asset", "graph", ...FILE, "--select", "group:sales")
    assert.include(mermaid.stdout, 'n0["sales / raw (table · 1 check)"]')
    const svg = inFolder("assets.svg")
    assert.strictEqual((await heddle("asset", "graph", ...FILE, "--svg", svg)).code, 0)
    assert.include(readFileSync(svg, "utf8"), "<title>Graph of Assets of assets.ts</title>")
  })

  it("says that a module has no assets", async () => {
    const none = await heddle("asset", "list", "-f", "jobs.ts")
    assert.strictEqual(none.code, 2)
    assert.include(none.stderr, "has no assets")
  })
})

describe("views of assets", () => {
  const statuses = AssetStatus.of(graph, new Map())
  const rows = [...graph.assets].map(([key, { spec }]): AssetRow => ({
    key,
    spec,
    status: statuses.get(key)!,
    checks: []
  }))

  it("fit narrow terminals", () => {
    for (const width of [40, 60, 100]) {
      const causes = [
        { category: "data" as const, message: "something upstream has changed in a way that takes words" }
      ]
      const stale = rows.map((row) => ({ ...row, status: { ...row.status, state: "stale" as const, causes } }))
      for (const line of AssetListView.lines(stale, { paint: Paint.plain, width })) {
        assert.isAtMost(PlainText.width(line), width)
      }
    }
  })

  it("draw groups as boxes, states as colours, and order as dotted lines", () => {
    const all = { assets: new Set(graph.assets.keys()), checks: new Set<string>() }
    const picture = AssetPicture.of(graph, all, statuses, "Assets")
    assert.strictEqual(picture.said, "4 assets · 3 missing · 1 external")
    assert.deepStrictEqual(
      picture.edges.map(({ from, kind, to }) => `${from} ${kind} ${to}`),
      ["feed order sales/raw", "sales/raw value sales/total", "sales/total value report"]
    )
    const mermaid = GraphMermaid.render(picture)
    assert.match(mermaid, /classDef missing .*\n {2}class n1,n2,n3 missing/)
    assert.match(mermaid, /n0 -\.-> n1/)
    const svg = GraphSvg.render(picture)
    assert.include(svg, 'class="external"')
    assert.strictEqual(svg.split('class="missing"').length - 1, 3)
  })
})
