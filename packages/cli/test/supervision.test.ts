import { assert, describe, it } from "@effect/vitest"
import { spawnedHeddle } from "./spawnedHeddle.ts"

const { inFolder, spawned } = spawnedHeddle()

/** Whether the command loads the module in a process of its own, under a supervisor. */
const isSupervised = async (...args: ReadonlyArray<string>): Promise<boolean> => {
  const { child, end } = spawned(args)
  const { code, stderr } = await end
  assert.strictEqual(code, 0, stderr)
  return /loaded by (\d+)/.exec(stderr)![1] !== String(child.pid)
}

describe("the supervisor", () => {
  const module = ["-f", "whichProcess.ts"]

  it("runs for commands that run op bodies, wherever their flags are", async () => {
    assert.isTrue(await isSupervised("job", "execute", ...module, "-j", "execute"))
    assert.isTrue(await isSupervised("--log-level", "info", "job", "execute", ...module))
    assert.isTrue(await isSupervised("run", "reexecute", "last", "--select", "nothing", ...module))
  })

  it("does not run for others, whatever their values are", async () => {
    assert.isFalse(await isSupervised("job", "graph", ...module, "-j", "execute"))
    assert.isFalse(await isSupervised("job", "list", "--home", inFolder("execute"), ...module))
    assert.isFalse(await isSupervised("config", "scaffold", "-j", "execute", ...module))
  })
})
