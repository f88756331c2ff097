import { assert, describe, it } from "@effect/vitest"
import { type Carried, type ProcessState, RunLiveness } from "@heddle/cli/RunLiveness"
import { spawn } from "node:child_process"
import { once } from "node:events"

const at = Date.UTC(2026, 10, 24)
const started: Carried = { status: "STARTED", startedAt: at, pid: 4242, host: "here" }
const status = (run: Carried, state: ProcessState) => RunLiveness.status(run, () => state, "here")

describe("RunLiveness", () => {
  it("calls a run lost when its process is gone", () => {
    assert.strictEqual(status(started, { _tag: "Gone" }), "LOST")
    assert.strictEqual(status({ ...started, status: "CANCELING" }, { _tag: "Gone" }), "LOST")
  })

  it("leaves a run alone that has ended, that lives, or that another machine carries", () => {
    assert.strictEqual(status({ ...started, status: "SUCCESS" }, { _tag: "Gone" }), "SUCCESS")
    assert.strictEqual(status(started, { _tag: "Running" }), "STARTED")
    assert.strictEqual(status({ ...started, host: "there" }, { _tag: "Gone" }), "STARTED")
    assert.strictEqual(status({ status: "QUEUED" }, { _tag: "Gone" }), "QUEUED")
  })

  it("is not taken in by a process that only inherited the number", () => {
    assert.strictEqual(status(started, { _tag: "Running", startedAt: at + 60_000 }), "LOST")
    assert.strictEqual(status(started, { _tag: "Running", startedAt: at - 60_000 }), "STARTED")
    // The clock of the kernel is read in whole seconds.
    assert.strictEqual(status(started, { _tag: "Running", startedAt: at + 900 }), "STARTED")
  })

  it("looks at real processes", async () => {
    const own = RunLiveness.processState(process.pid)
    assert.strictEqual(own._tag, "Running")
    if (own._tag === "Running" && own.startedAt !== undefined) {
      assert.closeTo(own.startedAt, performance.timeOrigin, 3000)
    }
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" })
    await once(child, "spawn")
    assert.strictEqual(RunLiveness.processState(child.pid!)._tag, "Running")
    child.kill("SIGKILL")
    await once(child, "exit")
    assert.strictEqual(RunLiveness.processState(child.pid!)._tag, "Gone")
  })
})
