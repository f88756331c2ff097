import { assert, it } from "@effect/vitest"
import { reconstructable } from "@heddle/definitions"
import { Resume, ReexecutionOptions, RunLiveness } from "@heddle/engine"
import { executeJob } from "../test/runs.ts"
import { EventLog, RunStorage } from "@heddle/storage"
import { SqliteInstance } from "@heddle/storage-sqlite"
import { InstanceReplay } from "@heddle/testing"
import { Effect, Stream } from "effect"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { job } from "./job.ts"

const pointer = reconstructable(new URL("./job.ts", import.meta.url).href, "job", job)
const host = fileURLToPath(new URL("./host.ts", import.meta.url))
const TOTAL = 506

const notesOf = (home: string): ReadonlyArray<string> =>
  existsSync(join(home, "notes")) ? readFileSync(join(home, "notes"), "utf8").split("\n").slice(0, -1) : []

/** The processes that have a home in their environment: those of one case. */
const processesOf = (home: string): ReadonlyArray<string> =>
  globSync("/proc/[0-9]*/environ").filter((path) => {
    try {
      return readFileSync(path, "utf8").includes(`HEDDLE_FAULTS_NOTES=${home}/`)
    } catch {
      return false
    }
  })

const logOf = (runId: string) => Stream.runCollect(EventLog.readAll(runId))

/** Kills a run after its append number `k`, resumes it, and checks that nothing was lost and nothing was done twice. */
const killAndResume = Effect.fnUntraced(function* (executor: "inProcess" | "multiprocess", k: number) {
  const home = mkdtempSync(join(tmpdir(), "heddle-faults-"))
  const child = spawn(process.execPath, [host, executor, home, String(k)], {
    detached: true,
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, HEDDLE_FAULTS_NOTES: join(home, "notes") }
  })
  const [code, signal] = (yield* Effect.promise(() => once(child, "close"))) as [number | null, string | null]
  const finished = code === 0
  const why = `${executor}, killed after append ${k}`
  assert.isTrue(finished || signal === "SIGKILL", `${why}: code ${code}, signal ${signal}`)
  // Workers end with their parent.
  while (processesOf(home).length > 0) yield* Effect.sleep("2 millis")
  yield* Effect.gen(function* () {
    const before = yield* logOf("killed")
    const run = yield* RunStorage.use((runs) => runs.get("killed"))
    assert.strictEqual(yield* RunLiveness.now(run), run.status === "SUCCESS" ? "SUCCESS" : "LOST", why)
    const notesBefore = notesOf(home)
    if (run.status !== "SUCCESS") {
      process.env["HEDDLE_FAULTS_NOTES"] = join(home, "notes")
      const again = yield* executeJob(pointer, {
        runId: "resumed",
        values: join(home, "storage"),
        runConfig: { execution: { [executor]: { config: { maxConcurrent: 2 } } } },
        reexecution: ReexecutionOptions.fromFailure("killed")
      })
      assert.isTrue(again.success, `${why}: ${JSON.stringify(again.end)}`)
      const stored = new Set(
        Resume.knownSteps("killed", before)
          .filter(({ outcome }) => outcome === "success")
          .map(({ stepKey }) => stepKey)
      )
      const ranAgain = notesOf(home).slice(notesBefore.length)
      for (const stepKey of ranAgain) assert.isFalse(stored.has(stepKey), `${why}: ${stepKey} ran again`)
    }
    const runId = run.status === "SUCCESS" ? "killed" : "resumed"
    // The value is in the run that gave it.
    const values = [runId, "killed"].map((id) => join(home, "storage", id, "flaky", "result.json")).filter(existsSync)
    assert.strictEqual(readFileSync(values[0]!, "utf8"), String(TOTAL), why)
    const runs = yield* RunStorage.use((storage) => storage.list())
    assert.notInclude(
      runs.map(({ status }) => status),
      "STARTED",
      why
    )
    assert.notInclude(notesOf(home), "branch", why)
    assert.deepStrictEqual(yield* InstanceReplay.contradictions, [], why)
  }).pipe(Effect.provide(SqliteInstance.layerHome({ home })))
  assert.deepStrictEqual(processesOf(home), [], why)
  rmSync(home, { recursive: true })
  return finished
})

/**
 * Kills a run after each of its appends in turn, which is after each event that became readable, and resumes it.
 *
 * @param executor - the executor of both runs
 */
export const enumerateKills = (executor: "inProcess" | "multiprocess"): void =>
  it.live(`a run that is killed after any of its events is resumed exactly, ${executor}`, () =>
    Effect.gen(function* () {
      let cases = 0
      let finished = false
      for (let k = 0; !finished; k++) {
        finished = yield* killAndResume(executor, k)
        cases++
      }
      console.log(`${executor}: killed after each of ${cases - 1} appends`)
      assert.isAbove(cases, 10)
    })
  )
