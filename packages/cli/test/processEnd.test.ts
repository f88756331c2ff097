import { assert, describe, it } from "@effect/vitest"
import { spawnedHeddle } from "./spawnedHeddle.ts"

const { heddle } = spawnedHeddle()
const run = (job: string) => heddle("job", "execute", "-f", "ends.ts", "-j", job, "--run-id", job)

describe("a step that ends its process, or leaves errors behind", () => {
  const cases = [
    ["throwing", "throws", "An exception was thrown outside of any step: TypeError: thrown by a timer"],
    ["rejecting", "rejects", "A promise was rejected and nothing handled it: RangeError: rejected by a timer"],
    ["exiting", "exits", "The process exited with code 0 before the run finished"]
  ] as const
  for (const [job, step, said] of cases) {
    it(`fails its run with what happened and the steps that were running: ${job}`, async () => {
      const { code, stderr, stdout } = await run(job)
      assert.strictEqual(code, 1, stdout + stderr)
      assert.notMatch(stderr, /Node\.js v/)
      const shown = await heddle("run", "show", job)
      assert.include(shown.stdout, "FAILURE")
      assert.include(shown.stdout, said)
      assert.match(shown.stdout, new RegExp(`Steps that were running: ("${step}", "running"|"running", "${step}")`))
    }, 30_000)
  }

  it("is not mistaken for a success, even if the process cannot report it", async () => {
    const { code, stderr } = await run("vanishing")
    assert.strictEqual(code, 1)
    assert.include(stderr, "The process exited with code 0 before the run finished")
    const listed = await heddle("run", "list", "--json", "--status", "LOST")
    assert.deepStrictEqual(
      (JSON.parse(listed.stdout) as ReadonlyArray<{ runId: string }>).map(({ runId }) => runId),
      ["vanishing"]
    )
  }, 30_000)
})
