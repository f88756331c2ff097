import { assert, describe, it } from "@effect/vitest"
import { Job, Op, reconstructable } from "@heddle/definitions"
import { ReexecutionOptions, RunLiveness } from "@heddle/engine"
import { executeInProcess } from "@heddle/execution"
import { executeJob } from "../test/runs.ts"
import { EventLog, RunStorage } from "@heddle/storage"
import { SqliteInstance } from "@heddle/storage-sqlite"
import { InstanceReplay } from "@heddle/testing"
import { Effect, Stream } from "effect"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { text } from "node:stream/consumers"
import { fileURLToPath } from "node:url"
import { job } from "./stopped/job.ts"
import { LEASE } from "./stopped/lease.ts"

const pointer = reconstructable(new URL("./stopped/job.ts", import.meta.url).href, "job", job)
const host = fileURLToPath(new URL("./stopped/host.ts", import.meta.url))

const logOf = (runId: string) => Stream.runCollect(EventLog.readAll(runId))

const takeOver = (executor: "inProcess" | "multiprocess") =>
  Effect.gen(function* () {
    const home = mkdtempSync(join(tmpdir(), "heddle-faults-"))
    const child = spawn(process.execPath, [host, executor], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, HEDDLE_FAULTS_HOME: home }
    })
    const said = text(child.stdout)
    const ended = once(child, "close")
    const kill = Effect.sync(() => child.kill("SIGKILL"))
    yield* Effect.gen(function* () {
      while (!existsSync(join(home, "notes"))) yield* Effect.sleep("5 millis")
      yield* Effect.gen(function* () {
        const run = RunStorage.use((runs) => runs.get("stopped"))
        const status = Effect.flatMap(run, RunLiveness.now)
        // It lives for longer than one lease: something renews it.
        const { until } = (yield* run).lease!
        while ((yield* run).lease!.until < until + 600) yield* Effect.sleep("5 millis")
        assert.strictEqual(yield* status, "STARTED")

        child.kill("SIGSTOP")
        while ((yield* status) !== "LOST") yield* Effect.sleep("5 millis")
        // Its workers, which were not stopped, go on; so does the body of the run that goes on from it.
        writeFileSync(join(home, "go"), "")
        process.env["HEDDLE_FAULTS_HOME"] = home
        const again = yield* executeJob(pointer, {
          runId: "taken",
          values: join(home, "storage"),
          runConfig: { execution: { [executor]: {} } },
          reexecution: ReexecutionOptions.fromFailure("stopped")
        })
        assert.isTrue(again.success, JSON.stringify(again.end))
        const log = yield* logOf("stopped")
        assert.deepInclude(log.at(-1), { _tag: "RUN_FAILURE", reason: "UNEXPECTED_TERMINATION" })

        child.kill("SIGCONT")
        yield* Effect.promise(() => ended)
        assert.match(
          yield* Effect.promise(() => said),
          /^RunTakenOver: Run "stopped" was taken over by another process/
        )
        assert.deepStrictEqual(yield* logOf("stopped"), log)
        assert.deepStrictEqual(yield* InstanceReplay.contradictions, [])
        // The value that counts is the one of the run that took over.
        assert.strictEqual(readFileSync(join(home, "storage", "taken", "report", "result.json"), "utf8"), "3")
      }).pipe(Effect.provide(SqliteInstance.layerHome({ home, lease: LEASE })))
    }).pipe(Effect.ensuring(kill))
    yield* Effect.promise(() => ended)
    rmSync(home, { recursive: true })
  })

describe("a process that slept through its lease", () => {
  it.live("finds its run taken over, and records nothing more: in process", () => takeOver("inProcess"))
  it.live("finds its run taken over, and records nothing more: multiprocess", () => takeOver("multiprocess"))
})

describe("a body that spins", () => {
  it.live("does not keep its process from renewing the lease", () =>
    Effect.gen(function* () {
      const home = mkdtempSync(join(tmpdir(), "heddle-faults-"))
      const seen: Array<boolean> = []
      const spin = Op.make("spin", {
        run: () => {
          const lapse = Date.now() + 3000
          while (Date.now() < lapse);
          const database = new DatabaseSync(join(home, "heddle.db"), { readOnly: true })
          seen.push(Number(database.prepare("select lease_until from runs").get()!["lease_until"]) > Date.now())
          database.close()
        }
      })
      const spinning = Job.make("spinning", {}, function* () {
        yield* spin()
      })
      const result = yield* executeInProcess(spinning).pipe(
        Effect.provide(SqliteInstance.layerHome({ home, lease: "1 second" }))
      )
      assert.isTrue(result.success)
      assert.deepStrictEqual(seen, [true])
      rmSync(home, { recursive: true })
    })
  )
})
