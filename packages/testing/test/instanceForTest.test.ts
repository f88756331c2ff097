import { assert, describe, it } from "@effect/vitest"
import { Job, Op } from "@heddle/definitions"
import { executeInProcess } from "@heddle/execution"
import { EventLog, RunStorage } from "@heddle/storage"
import { instanceForTest } from "@heddle/testing"
import { Effect, Schema, Stream } from "effect"
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

const hello = Op.make("hello", { output: Schema.String, run: () => "hello" })
const job = Job.make("greeting", { tags: { team: "a" } }, function* () {
  return yield* hello()
})

describe("instanceForTest", () => {
  it.effect("stores runs on disk, where a second instance with the same folder finds them", () =>
    Effect.gen(function* () {
      const home = mkdtempSync(join(tmpdir(), "heddle-test-"))
      const first = yield* executeInProcess(job, { runId: "r1" }).pipe(Effect.provide(instanceForTest({ home })))
      yield* Effect.gen(function* () {
        const run = yield* RunStorage.use((runs) => runs.get("r1"))
        assert.strictEqual(run.status, "SUCCESS")
        assert.deepStrictEqual(run.tags, { team: "a" })
        assert.deepStrictEqual(yield* Stream.runCollect(EventLog.readAll("r1")), first.allEvents)
        assert.strictEqual((yield* RunStorage.use((runs) => runs.snapshot("r1"))).graph.nodes[0]?.name, "hello")
        const again = yield* Effect.flip(executeInProcess(job, { runId: "r1" }))
        assert.strictEqual(again._tag, "RunAlreadyExists")
      }).pipe(Effect.provide(instanceForTest({ home })))
      rmSync(home, { recursive: true })
    })
  )

  it.effect("accepts the options of SqliteInstance", () =>
    Effect.gen(function* () {
      const invalid = yield* Effect.exit(
        Effect.provide(
          RunStorage.use((runs) => runs.list()),
          instanceForTest({ lease: 0 })
        )
      )
      assert.include(JSON.stringify(invalid), '"option":"lease"')
    })
  )

  it.effect("leaves nothing behind", () =>
    Effect.gen(function* () {
      const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith("heddle-instance-"))
      const before = folders()
      yield* Effect.provide(executeInProcess(job), instanceForTest())
      assert.deepStrictEqual(folders(), before)
    })
  )
})
