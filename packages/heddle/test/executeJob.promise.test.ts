import { Effect, Layer } from "effect"
import { Execution, Instance, reconstructable, RunConfigError, SqliteInstance, Storage } from "heddle"
import { executeJob } from "heddle/promise"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import { nightly } from "./fixtures/assets.ts"
import { pids } from "./fixtures/pids.ts"

const pointer = reconstructable(new URL("./fixtures/pids.ts", import.meta.url).href, "pids", pids)
const ops = { is_other: { config: { than: process.pid } } }
const home = mkdtempSync(join(tmpdir(), "heddle-promise-"))
afterAll(() => rmSync(home, { recursive: true, force: true }))

describe("executeJob as a promise", () => {
  it("runs in worker processes, stores the run in the home folder, and reads its values and events", async () => {
    const runConfig = { ops, execution: { multiprocess: {} } }
    const result = await executeJob(pointer, { home, runConfig, runId: "mine" })
    assert.isTrue(result.success)
    assert.isTrue(await result.outputValue())
    assert.notStrictEqual(await result.outputForNode("pid"), process.pid)
    assert.strictEqual(result.getStepSuccessEvents().length, 2)
    const run = await Effect.runPromise(
      Storage.RunStorage.use((runs) => runs.get("mine")).pipe(Effect.provide(SqliteInstance.layerHome({ home })))
    )
    assert.strictEqual(run.status, "SUCCESS")
  })

  it("rejects with the same tagged errors", async () => {
    // @ts-expect-error the run config is missing
    const refused = await executeJob(pointer, { home }).catch((error: unknown) => error)
    assert.instanceOf(refused, RunConfigError)
    const result = await executeJob(pointer, { home, runConfig: { ops } })
    assert.isFalse(await result.outputValue())
    assert.instanceOf(await result.outputForNode("nowhere").catch((error: unknown) => error), Execution.OutputNotFound)
  })

  it("reads the values of assets by key", async () => {
    const job = reconstructable(new URL("./fixtures/assets.ts", import.meta.url).href, "nightly", nightly)
    const result = await executeJob(job, { home, runConfig: { execution: { multiprocess: {} } } })
    assert.strictEqual(await result.assetValue("shop/report"), "2 orders")
    assert.instanceOf(await result.assetValue("nowhere").catch((error: unknown) => error), Execution.AssetValueNotFound)
  })

  it("uses an instance instead of the home folder", async () => {
    const instance = Layer.succeedContext(await Effect.runPromise(Effect.scoped(Layer.build(Instance.layerMemory))))
    await executeJob(pointer, { instance, values: join(home, "values"), runConfig: { ops }, runId: "there" })
    const run = await Effect.runPromise(
      Storage.RunStorage.use((runs) => runs.get("there")).pipe(Effect.provide(instance))
    )
    assert.strictEqual(run.status, "SUCCESS")
  })
})
