import { assert, describe, it } from "@effect/vitest"
import { writeFileSync } from "node:fs"
import { spawnedHeddle } from "./spawnedHeddle.ts"

const { heddle, inFolder, spawned } = spawnedHeddle()
const FILE = ["-f", "partitions.ts"] as const

describe("heddle asset partitions", () => {
  it("shows what is made, what has failed and what is missing, and lists keys", async () => {
    const broken = inFolder("broken")
    writeFileSync(broken, "")
    const failed = await spawned(
      ["asset", "materialize", ...FILE, "-s", "visits", "--partition-range", "2026-01-01...2026-01-03"],
      { TEST_BROKEN: broken }
    ).end
    assert.strictEqual(failed.code, 1, failed.stderr)
    const shown = await heddle("asset", "partitions", "visits", ...FILE)
    assert.strictEqual(shown.code, 0, shown.stderr)
    assert.match(shown.stdout, /^visits {2}31 partitions: daily from 2026-01-01$/m)
    assert.match(shown.stdout, /^█✗█·{28}$/m)
    assert.match(shown.stdout, /^█ 2 materialized {3}✗ 1 failed {3}· 28 missing$/m)
    assert.strictEqual(
      (await heddle("asset", "partitions", "visits", ...FILE, "--status", "failed")).stdout,
      "2026-01-02\n"
    )
    const json = JSON.parse((await heddle("asset", "partitions", "visits", ...FILE, "--json")).stdout)
    assert.deepStrictEqual(json.counts, { materialized: 2, failed: 1, inProgress: 0, missing: 28 })
    assert.deepStrictEqual(
      json.partitions.slice(0, 4).map(({ key, status }: { key: string; status: string }) => `${key} ${status}`),
      ["2026-01-01 materialized", "2026-01-02 failed", "2026-01-03 materialized", "2026-01-04 missing"]
    )
    assert.match((await heddle("asset", "list", ...FILE)).stdout, /^visits .* 2\/31, 1 failed$/m)
    assert.match((await heddle("asset", "show", "visits", ...FILE)).stdout, /^partitions +2 of 31, 1 failed: daily/m)
  })

  it("says what is wrong with an asset that is not there, or has no partitions", async () => {
    const [unknown, plain] = await Promise.all([
      heddle("asset", "partitions", "visit", ...FILE),
      heddle("asset", "partitions", "report", "-f", "assets.ts")
    ])
    assert.deepStrictEqual([unknown.code, plain.code], [2, 2])
    assert.include(unknown.stderr, 'has no asset "visit" - did you mean "visits"?')
    assert.include(plain.stderr, 'Asset "report" has no partitions')
  })
})

describe("heddle asset check", () => {
  it("evaluates the checks of one partition or of a range, and says that one is needed", async () => {
    const made = await heddle(
      "asset",
      "materialize",
      ...FILE,
      "-s",
      "rows",
      "--partition-range",
      "2026-01-01...2026-01-03"
    )
    assert.strictEqual(made.code, 0, made.stderr)
    const [one, range, none] = [
      await heddle("asset", "check", ...FILE, "-s", "rows", "--partition", "2026-01-02"),
      await heddle("asset", "check", ...FILE, "-s", "rows", "--partition-range", "2026-01-01...2026-01-03"),
      await heddle("asset", "check", ...FILE, "-s", "rows")
    ]
    assert.deepStrictEqual([one.code, range.code, none.code], [0, 0, 2])
    assert.include(one.stdout, 'Check "whole" of asset "rows" passed: 1 day')
    assert.include(range.stdout, 'Check "whole" of asset "rows" passed: 3 days')
    assert.include(none.stderr, "say which partition, or which range of them")
  })
})

describe("heddle partition", () => {
  it("adds, lists and removes keys of dynamic partitions", async () => {
    const none = await heddle("partition", "list", "customers")
    assert.deepStrictEqual([none.code, none.stdout], [0, ""])
    assert.include(none.stderr, 'The dynamic partitions "customers" have no keys')
    const added = await heddle("partition", "add", "customers", "acme", "globex")
    assert.deepStrictEqual([added.code, added.stderr.trim()], [0, 'Added 2 keys to the dynamic partitions "customers"'])
    const again = await heddle("partition", "add", "customers", "globex", "initech")
    assert.include(again.stderr, 'Added 1 key to the dynamic partitions "customers", 1 was there before')
    assert.strictEqual((await heddle("partition", "list", "customers")).stdout, "acme\nglobex\ninitech\n")
    const removed = await heddle("partition", "remove", "customers", "acme")
    assert.deepStrictEqual(
      [removed.code, removed.stderr.trim()],
      [0, 'Removed 1 key from the dynamic partitions "customers"']
    )
    assert.deepStrictEqual(JSON.parse((await heddle("partition", "list", "customers", "--json")).stdout), [
      "globex",
      "initech"
    ])
  })

  it("changes nothing where a key is not valid or does not exist, and tells of all of them", async () => {
    await heddle("partition", "add", "suppliers", "hooli")
    const [invalid, unknown, without] = [
      await heddle("partition", "add", "suppliers", "fine", "", "a\nb"),
      await heddle("partition", "remove", "suppliers", "hooli", "holi", "x"),
      await heddle("partition", "add", "suppliers")
    ]
    assert.deepStrictEqual([invalid.code, unknown.code, without.code], [2, 2, 2])
    assert.include(invalid.stderr, 'key "" must not be empty')
    assert.include(unknown.stderr, 'have no key "holi" - did you mean "hooli"?')
    assert.include(unknown.stderr, 'have no key "x"')
    assert.strictEqual((await heddle("partition", "list", "suppliers")).stdout, "hooli\n")
  })
})
