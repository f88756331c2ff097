import { assert, describe, it } from "@effect/vitest"
import { ProcessState } from "@heddle/engine/run/ProcessState"
import { type Carried, RunLiveness } from "@heddle/engine/run/RunLiveness"
import { spawn } from "node:child_process"
import { once } from "node:events"

const at = Date.UTC(2026, 10, 24)
const now = at + 300_000
const lease = { runId: "r", fence: 1, pid: 4242, host: "here", since: at, until: now + 10_000 }
const started: Carried = { status: "STARTED", lease }
const status = (run: Carried, state: ProcessState) => RunLiveness.status(run, { host: "here", now, look: () => state })

describe("RunLiveness", () => {
  it("reports a run as lost if its process is gone", () => {
    assert.strictEqual(status(started, { _tag: "Gone" }), "LOST")
    assert.strictEqual(status({ ...started, status: "CANCELING" }, { _tag: "Gone" }), "LOST")
  })

  it("reports a run as lost if its lease has expired, on any machine", () => {
    const lapsed = { ...lease, until: now }
    assert.strictEqual(status({ ...started, lease: lapsed }, { _tag: "Running" }), "LOST")
    assert.strictEqual(status({ ...started, lease: { ...lapsed, host: "there" } }, { _tag: "Running" }), "LOST")
    // It was created by a process that did not come to start it.
    assert.strictEqual(status({ status: "NOT_STARTED", lease: lapsed }, { _tag: "Running" }), "LOST")
    assert.strictEqual(status({ status: "FAILURE", lease: lapsed }, { _tag: "Gone" }), "FAILURE")
  })

  it("does not report a run that has ended, is alive, or executes on another machine", () => {
    assert.strictEqual(status({ ...started, status: "SUCCESS" }, { _tag: "Gone" }), "SUCCESS")
    assert.strictEqual(status(started, { _tag: "Running" }), "STARTED")
    assert.strictEqual(status({ ...started, lease: { ...lease, host: "there" } }, { _tag: "Gone" }), "STARTED")
    assert.strictEqual(status({ status: "QUEUED" }, { _tag: "Gone" }), "QUEUED")
  })

  it("is not misled by a process that reuses the process id", () => {
    assert.strictEqual(status(started, { _tag: "Running", startedAt: at + 60_000 }), "LOST")
    assert.strictEqual(status(started, { _tag: "Running", startedAt: at - 60_000 }), "STARTED")
    // The clock of the kernel is read in whole seconds.
    assert.strictEqual(status(started, { _tag: "Running", startedAt: at + 900 }), "STARTED")
  })

  it("checks real processes", async () => {
    const own = ProcessState.ofPid(process.pid)
    assert.strictEqual(own._tag, "Running")
    if (own._tag === "Running" && own.startedAt !== undefined) {
      assert.closeTo(own.startedAt, performance.timeOrigin, 3000)
    }
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" })
    await once(child, "spawn")
    assert.strictEqual(ProcessState.ofPid(child.pid!)._tag, "Running")
    child.kill("SIGKILL")
    await once(child, "exit")
    assert.strictEqual(ProcessState.ofPid(child.pid!)._tag, "Gone")
  })
})
