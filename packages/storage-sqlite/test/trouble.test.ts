import { assert, describe, it } from "@effect/vitest"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import { EventLog } from "@heddle/storage/EventLog"
import { RunStorage, type UnreadableRun } from "@heddle/storage/RunStorage"
import { SqliteInstance } from "@heddle/storage-sqlite/SqliteInstance"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as Exit from "effect/Exit"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"

const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "heddle-trouble-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

const open = (options: Parameters<typeof SqliteInstance.layer>[0]) =>
  Effect.map(Layer.build(Layer.fresh(SqliteInstance.layer(options))), (services) => ({
    log: Context.get(services, EventLog),
    runs: Context.get(services, RunStorage)
  }))

const line = (runId: string, n: number): HeddleEvent => ({
  _tag: "LOG_MESSAGE",
  id: `load~1~${n}`,
  runId,
  timestamp: n,
  level: "INFO",
  message: `line ${n}`
})
const success = (runId: string): HeddleEvent => ({ _tag: "RUN_SUCCESS", id: "~run~0~end", runId, timestamp: 1 })

const record = (runId: string) => ({ runId, jobName: "etl", createdAt: 1, tags: {}, runConfig: {} })
const job = { name: "etl", graph: { name: "etl", inputs: [], nodes: [], outputs: {} }, resources: [], tags: {} }
const holder = { host: "loom", pid: 1, startedAt: 1 }

describe("an instance in trouble", () => {
  it.live("waits for a lock of another process without blocking other work", () =>
    Effect.gen(function* () {
      const filename = join(yield* temporaryFolder, "heddle.db")
      const { log } = yield* open({ filename })
      const other = new DatabaseSync(filename)
      other.exec("begin immediate")
      const appending = yield* Effect.forkChild(log.append([line("r", 1)]), { startImmediately: true })
      let turns = 0
      // As many turns of the event loop as a lock of many seconds would have left none of.
      while (turns < 20) {
        yield* Effect.sleep("5 millis")
        turns++
      }
      assert.isUndefined(appending.pollUnsafe())
      other.exec("commit")
      other.close()
      yield* Fiber.join(appending)
      assert.lengthOf((yield* log.read("r")).events, 1)
    })
  )

  it.live("fails a run whose file was deleted, at the next heartbeat and at its end", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const { log, runs } = yield* open({ filename: join(folder, "heddle.db"), lease: "60 millis" })
      const lease = yield* runs.createHeld(record("r"), job, holder)
      const keeping = yield* Effect.forkChild(Effect.flip(runs.keep(lease)), { startImmediately: true })
      rmSync(folder, { recursive: true })
      const lost = yield* Fiber.join(keeping)
      assert.include(lost.message, "was deleted or replaced while it was in use")
      const error = yield* Effect.flip(log.append([success("r")], lease))
      assert.include(error.message, "was deleted or replaced while it was in use")
    })
  )

  it.effect("says to keep the instance open if it is read after it was closed", () =>
    Effect.gen(function* () {
      const filename = join(yield* temporaryFolder, "heddle.db")
      const scope = yield* Scope.make()
      const { log, runs } = yield* Scope.provide(open({ filename }), scope)
      yield* Scope.close(scope, Exit.void)
      for (const read of [Effect.asVoid(log.read("r")), Effect.asVoid(runs.get("r"))]) {
        const error = yield* Effect.flip(read)
        assert.strictEqual(error._tag, "StorageError")
        assert.include(error.message, "the instance was closed")
        assert.include(error.message, "Keep the instance open while results of its runs are read")
      }
    })
  )

  it.effect("lists the readable runs if one cannot be read", () =>
    Effect.gen(function* () {
      const filename = join(yield* temporaryFolder, "heddle.db")
      const { runs } = yield* open({ filename })
      for (const runId of ["a", "b"]) yield* runs.create(record(runId), job)
      yield* runs.create({ ...record("c"), parentRunId: "a", rootRunId: "a" }, job)
      const other = new DatabaseSync(filename)
      other.exec("update runs set record = '{' where run_id = 'b'")
      other.close()
      const unreadable: Array<UnreadableRun> = []
      const listed = yield* runs.list({ onUnreadable: (run) => unreadable.push(run) })
      assert.deepStrictEqual(
        listed.map(({ runId }) => runId),
        ["c", "a"]
      )
      assert.deepStrictEqual(
        unreadable.map(({ runId }) => runId),
        ["b"]
      )
      assert.deepStrictEqual(
        (yield* runs.list({ rootRunId: "a" })).map(({ runId }) => runId),
        ["c"]
      )
    })
  )
})
