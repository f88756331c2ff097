import { assert, describe, it } from "@effect/vitest"
import { spawnedHeddle } from "./spawnedHeddle.ts"

const { spawned } = spawnedHeddle()
const execute = (...args: ReadonlyArray<string>) => spawned(["job", "execute", "-f", "jobs.ts", ...args]).end
const reexecute = (...args: ReadonlyArray<string>) => spawned(["run", "reexecute", ...args, "-f", "jobs.ts"]).end

describe("heddle job execute --select", () => {
  it("executes only the selected ops, whose open inputs come from run config", async () => {
    const config = '{"ops":{"double":{"inputs":{"n":4}}}}'
    const run = await execute("-j", "etl", "--select", "double", "--config-json", config, "--run-id", "part-1")
    assert.strictEqual(run.code, 0, run.stderr)
    assert.match(run.stdout, /Run part-1 succeeded after .*: 1 done$/m)
  })

  it("also has Dagster's name, and reports all clauses that select nothing", async () => {
    const run = await execute("-j", "etl", "--op-selection", "doubl, sourc+", "-s", "source", "--run-id", "never-1")
    assert.strictEqual(run.code, 2)
    assert.include(run.stderr, 'Cannot select "doubl" of job "etl": there is no such node; did you mean "double"?')
    assert.include(run.stderr, 'Cannot select "sourc+" of job "etl": there is no such node; did you mean "source"?')
  })
})

describe("heddle run reexecute --select", () => {
  it("executes only the selected steps of a run, even of one that succeeded", async () => {
    const first = await execute("-j", "pages", "--run-id", "pages-1")
    assert.strictEqual(first.code, 0, first.stderr)
    const again = await reexecute("pages-1", "--select", "page[k1],total")
    assert.strictEqual(again.code, 0, again.stderr)
    assert.include(again.stdout, "Re-execution of pages-1: 12 steps reused, 2 executed")
    const unknown = await reexecute("pages-1", "--step-selection", "page[x]")
    assert.strictEqual(unknown.code, 2)
    assert.include(unknown.stderr, 'Cannot select "page[x]"')
  })
})
