import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import { assert, describe, it } from "@effect/vitest"
import { Runs } from "@heddle/execution/Runs"
import { SqliteInstance } from "@heddle/storage-sqlite/SqliteInstance"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { once } from "node:events"
import { spawnedHeddle } from "./spawnedHeddle.ts"

const { heddle, home, spawned } = spawnedHeddle()

const eventsOf = (lines: string): ReadonlyArray<HeddleEvent> =>
  lines
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as HeddleEvent)

/** Starts a run that does not end by itself, and waits until its step runs. */
const hold = async (runId: string, ...flags: ReadonlyArray<string>) => {
  const run = spawned(["job", "execute", "-f", "held.ts", "-j", "held", "--run-id", runId, ...flags])
  await run.line(/holding/)
  return run
}

describe("a run in another process", () => {
  for (const executor of ["inProcess", "multiprocess"]) {
    it(`can be watched from one process and cancelled from another: ${executor}`, async () => {
      const runId = `watched-${executor}`
      const run = await hold(runId, "--executor", executor)
      const watch = spawned(["run", "watch", runId, "--json"])
      await watch.line(/"holding"/)
      const cancelled = await heddle("run", "cancel", runId, "--reason", "wrong input")
      assert.strictEqual(cancelled.code, 0, cancelled.stderr)
      assert.match(cancelled.stderr, /^Cancelling run watched-\w+, which process \d+ on .+ executes…\n$/)
      assert.match(cancelled.stdout, /^■ Run watched-\w+ was cancelled after /)
      assert.strictEqual((await run.end).code, 130)
      const watched = await watch.end
      assert.strictEqual(watched.code, 130)
      const events = eventsOf(watched.stdout)
      assert.deepStrictEqual(events, eventsOf((await heddle("run", "events", runId, "--json")).stdout))
      assert.strictEqual(new Set(events.map(({ id }) => id)).size, events.length)
      assert.strictEqual(events.at(-1)?._tag, "RUN_CANCELED")
      assert.deepInclude(
        events.find(({ _tag }) => _tag === "RUN_CANCELING"),
        { reason: "wrong input" }
      )
      assert.strictEqual(
        events.filter((event) => event._tag === "LOG_MESSAGE" && event.message === "finalizer ran").length,
        1
      )
    }, 60_000)
  }

  it("is reported as lost by a watch when its process is killed, and can then be ended by a cancel", async () => {
    const run = await hold("lost")
    const watch = spawned(["run", "watch", "lost"])
    await watch.line(/holding/)
    run.child.kill("SIGKILL")
    await once(run.child, "exit")
    const { code, stderr } = await watch.end
    assert.strictEqual(code, 1)
    assert.include(stderr, 'Run "lost" is lost. Process')
    assert.include(stderr, "→ heddle run cancel lost")
    const cancelled = await heddle("run", "cancel", "lost")
    assert.strictEqual(cancelled.stdout, "■ Run lost was cancelled: its process was gone\n")
    const listed = await heddle("run", "list", "--json", "--status", "CANCELED")
    assert.include(listed.stdout, '"lost"')
    const again = await heddle("run", "cancel", "lost")
    assert.strictEqual(again.code, 2)
    assert.include(again.stderr, 'Run "lost" has already ended with status CANCELED')
  }, 60_000)

  it("is followed when another process takes over, each event once", async () => {
    const run = await hold("followed")
    const following = Effect.runPromise(
      Stream.runCollect(Runs.follow("followed", { whenLost: "wait" })).pipe(
        Effect.provide(SqliteInstance.layerHome({ home: home() }))
      )
    )
    run.child.kill("SIGKILL")
    await once(run.child, "exit")
    const successor = spawned(["run", "reexecute", "followed", "-f", "held.ts", "--run-id", "successor"])
    await successor.line(/holding/)
    const events = await following
    assert.deepStrictEqual(events, eventsOf((await heddle("run", "events", "followed", "--json")).stdout))
    assert.strictEqual(new Set(events.map(({ id }) => id)).size, events.length)
    assert.deepInclude(events.at(-1), { _tag: "RUN_FAILURE", reason: "UNEXPECTED_TERMINATION" })
    assert.strictEqual((await heddle("run", "cancel", "successor")).code, 0)
    await successor.end
  }, 60_000)

  it("can be deleted once it has ended, and not before", async () => {
    const run = await hold("kept")
    const refused = await heddle("run", "delete", "kept")
    assert.strictEqual(refused.code, 2)
    assert.match(refused.stderr, /Run "kept" cannot be deleted: process \d+ on .+ executes it/)
    assert.include(refused.stderr, "heddle run cancel kept")
    const requested = await heddle("run", "cancel", "kept", "--no-wait")
    assert.strictEqual(requested.code, 0)
    assert.strictEqual((await run.end).code, 130)
    const deleted = await heddle("run", "delete", "kept", "kept")
    assert.strictEqual(deleted.stdout, "Deleted run kept\n")
    const gone = await heddle("run", "show", "kept")
    assert.strictEqual(gone.code, 2)
    assert.include(gone.stderr, 'Run "kept" does not exist')
  }, 60_000)

  it("can be watched after its end, with its exit code", async () => {
    const ended = await heddle("job", "execute", "-f", "jobs.ts", "-j", "pages", "--run-id", "done")
    const { code, stdout } = await heddle("run", "watch", "done")
    assert.strictEqual(code, ended.code)
    assert.match(stdout, /Run done succeeded after/)
  }, 60_000)
})
