import { assert, describe, it } from "@effect/vitest"
import { PoolListView } from "@heddle/cli/PoolListView"
import { spawnedHeddle } from "./spawnedHeddle.ts"

const { heddle } = spawnedHeddle()

describe("heddle pool", () => {
  it("sets, lists and removes limits", async () => {
    const none = await heddle("pool", "list")
    assert.match(none.stderr, /No pool has a limit/)
    const set = await heddle("pool", "set", "warehouse", "3")
    assert.deepStrictEqual([set.code, set.stdout], [0, ""])
    assert.include(set.stderr, 'Set the limit of pool "warehouse" to 3')
    assert.deepStrictEqual(JSON.parse((await heddle("pool", "list", "--json")).stdout), [
      { pool: "warehouse", limit: 3, holders: [], waiting: [] }
    ])
    assert.match((await heddle("pool", "list")).stdout, /^warehouse +3 +0 +0$/m)
    const unset = await heddle("pool", "unset", "warehouse")
    assert.deepStrictEqual([unset.code, unset.stderr.trim()], [0, 'Removed the limit of pool "warehouse"'])
    const again = await heddle("pool", "unset", "warehouse")
    assert.deepStrictEqual([again.code, again.stderr.trim()], [0, 'Pool "warehouse" has no limit'])
    assert.strictEqual((await heddle("pool", "list")).stdout, "")
  })

  it("rejects an invalid limit with exit code 2", async () => {
    assert.strictEqual((await heddle("pool", "set", "warehouse", "many")).code, 2)
    const negative = await heddle("pool", "set", "warehouse", "--", "-1")
    assert.strictEqual(negative.code, 2)
    assert.include(negative.stderr, 'The limit of pool "warehouse" must be a whole number of at least 0, got -1')
  })

  it("shows who holds a slot, and who waits for one", () => {
    const at = (stepKey: string, attempt: number) => ({ runId: "3f2a", stepKey, attempt })
    const lines = PoolListView.lines([
      { pool: "db", limit: 1, holders: [at("load", 1)], waiting: [at("size[a]", 2)] },
      { pool: "free", limit: undefined, holders: [], waiting: [] }
    ])
    assert.deepStrictEqual(lines, [
      "POOL  LIMIT  HELD  WAITING",
      "db        1     1        1",
      "  held by load of 3f2a",
      "  waiting size[a] of 3f2a, attempt 2",
      "free   none     0        0"
    ])
  })
})
