import { Effect } from "effect"
import { type HeddleEvent, Job, Op, reconstructable } from "heddle"
import { launch, runs } from "heddle/promise"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import { held } from "./fixtures/held.ts"
import { pids } from "./fixtures/pids.ts"

const home = mkdtempSync(join(tmpdir(), "heddle-launch-"))
afterAll(() => rmSync(home, { recursive: true, force: true }))
const place = (name: string) => new URL(`./fixtures/${name}.ts`, import.meta.url).href

describe("launch as a promise", () => {
  it("returns a handle of a reconstructable job, whose events are an async iterable", async () => {
    const runConfig = { ops: { is_other: { config: { than: process.pid } } }, execution: { multiprocess: {} } }
    const run = await launch(reconstructable(place("pids"), "pids", pids), { home, runConfig })
    const tags: Array<string> = []
    for await (const event of run.events) tags.push(event._tag)
    assert.deepStrictEqual([tags[0], tags.at(-1)], ["RUN_START", "RUN_SUCCESS"])
    const result = await run.result
    assert.isTrue(await result.outputValue())
    assert.strictEqual((await runs.get(run.runId, { home })).status, "SUCCESS")
  })

  it("cancels with the handle, and by id", async () => {
    for (const executor of ["inProcess", "multiprocess"]) {
      const run = await launch(reconstructable(place("held"), "held", held), {
        home,
        runConfig: { execution: { [executor]: {} } }
      })
      for await (const event of run.events) {
        if (event._tag !== "LOG_MESSAGE" || event.message !== "holding") continue
        if (executor === "inProcess") run.cancel("enough")
        else assert.strictEqual(await runs.cancel(run.runId, "enough", { home }), "requested")
      }
      const result = await run.result
      assert.strictEqual(result.end?._tag, "RUN_CANCELED")
      assert.strictEqual((await runs.awaitEnd(run.runId, { home })).status, "CANCELED")
    }
  })

  it("runs a job of this process, and rejects its result with raiseOnError", async () => {
    const boom = new Error("boom")
    const job = Job.make("breaks", {}, function* () {
      yield* Op.make("boom", { run: () => Effect.die(boom) })()
    })
    const run = await launch(job, { raiseOnError: true })
    assert.strictEqual(await run.result.catch((error: unknown) => error), boom)
    const other = await launch(job)
    assert.isFalse((await other.result).success)
  })
})

describe("runs", () => {
  it("lists, follows all and deletes", async () => {
    const run = await launch(reconstructable(place("held"), "held", held), { home, tags: { team: "a" } })
    const others: Array<HeddleEvent> = []
    for await (const event of runs.followAll({ home, from: "start" })) {
      if (event.runId !== run.runId) continue
      others.push(event)
      if (event._tag === "LOG_MESSAGE") run.cancel()
      if (event._tag === "RUN_CANCELED") break
    }
    assert.strictEqual(others[0]?._tag, "RUN_START")
    await run.result
    const page = await runs.list({ tags: { team: "a" }, statuses: ["CANCELED"] }, { home })
    assert.deepStrictEqual(
      page.runs.map(({ runId }) => runId),
      [run.runId]
    )
    await runs.delete(run.runId, { home })
    const gone = await runs.get(run.runId, { home }).catch((error: { readonly _tag: string }) => error._tag)
    assert.strictEqual(gone, "RunNotFound")
    assert.deepStrictEqual((await runs.list({ tags: { team: "a" } }, { home })).runs, [])
  })
})
