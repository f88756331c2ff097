import { assert, describe, it } from "@effect/vitest"
import { reconstructable } from "@heddle/definitions"
import { ReexecutionOptions } from "@heddle/engine"
import { HeddleEvent } from "@heddle/events"
import { AssetValueNotFound } from "@heddle/execution"
import { AssetLog, Instance } from "@heddle/storage"
import { Effect } from "effect"
import { inMemory, mixed, shop, stocked } from "./fixtures/assets.ts"
import { fixture } from "./fixtures/notes.ts"
import { executeJob, type RunOptions } from "./runs.ts"

const module = new URL("./fixtures/assets.ts", import.meta.url).href

const jobs = { inMemory, mixed, shop, stocked }

/** Runs a job of the fixture over two processes. */
const run = (name: keyof typeof jobs, options: Partial<RunOptions>, isolation: "worker" | "step" = "worker") =>
  executeJob(reconstructable(module, name, jobs[name]), {
    ...(options.reexecution === undefined
      ? { runConfig: { execution: { multiprocess: { config: { maxConcurrent: 2, isolation } } } } }
      : {}),
    ...options
  })

/** What bodies wrote down, without their processes. */
const names = (notes: ReadonlyArray<string>): ReadonlyArray<string> => notes.map((line) => line.replace(/ \d+$/, ""))
const stepsOf = (events: ReadonlyArray<HeddleEvent>) =>
  events.filter(HeddleEvent.is("STEP_SUCCESS")).map(({ stepKey }) => stepKey)

describe("assets over processes", () => {
  it.live("are made by workers, and a run of some of them loads the others by key", () =>
    Effect.gen(function* () {
      const { mend, notes, values } = yield* fixture
      mend()
      const all = yield* run("shop", { values }, "step")
      assert.isTrue(all.success)
      assert.strictEqual(yield* all.assetValue("report"), "2 orders, 65")
      assert.strictEqual(yield* all.outputForNode("shop__revenue"), 65)
      const pids = new Set(notes().map((line) => line.split(" ").at(-1)))
      assert.strictEqual(pids.size, 4)
      assert.isFalse(pids.has(String(process.pid)))

      const part = yield* run("shop", { values, assetSelection: "report" })
      assert.deepStrictEqual(stepsOf(part.allEvents), ["report"])
      assert.strictEqual(yield* part.assetValue("report"), "2 orders, 65")
      const [made] = part.getAssetMaterializationEvents()
      assert.deepInclude(made?.provenance?.inputs["shop/orders"], { dataVersion: "orders-1", runId: all.runId })
      const missing = yield* Effect.flip(part.assetValue("shop/revenue"))
      assert.instanceOf(missing, AssetValueNotFound)
      assert.deepInclude(missing, { isPlanned: false, available: ["report"] })
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.live("that were made are not made again by a re-execution from failure, which loads them by key", () =>
    Effect.gen(function* () {
      const { mend, notes, values } = yield* fixture
      const first = yield* run("shop", { values, runId: "first" })
      assert.deepStrictEqual([...first.getFailedStepKeys()], ["shop__revenue"])
      assert.deepStrictEqual(names(notes()), ["orders", "positive", "revenue"])
      const missing = yield* Effect.flip(first.assetValue("shop/revenue"))
      assert.deepInclude(missing, { _tag: "AssetValueNotFound", isPlanned: true })
      mend()
      const second = yield* run("shop", { values, reexecution: ReexecutionOptions.fromFailure("first") })
      assert.isTrue(second.success)
      assert.deepStrictEqual(names(notes()), ["orders", "positive", "revenue", "revenue", "report"])
      assert.strictEqual(yield* second.assetValue("report"), "2 orders, 65")
      const { orders } = Object.fromEntries(
        second
          .getAssetMaterializationEvents()
          .map(({ asset, provenance }) => [
            asset === "shop/revenue" ? "orders" : asset,
            provenance?.inputs["shop/orders"]
          ])
      )
      assert.deepInclude(orders, { dataVersion: "orders-1", runId: "first" })
      assert.deepStrictEqual(
        second
          .getAssetMaterializationPlannedEvents()
          .map(({ asset }) => asset)
          .toSorted(),
        ["report", "shop/revenue"]
      )
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.live("keep the selection of their run in a re-execution", () =>
    Effect.gen(function* () {
      const { mend, notes, values } = yield* fixture
      const selection = ["shop/orders", "shop/revenue"]
      const first = yield* run("shop", { values, runId: "first", assetSelection: selection })
      assert.isFalse(first.success)
      mend()
      const second = yield* run("shop", { values, reexecution: ReexecutionOptions.fromFailure("first") })
      assert.isTrue(second.success)
      assert.deepStrictEqual(names(notes()), ["orders", "positive", "revenue", "revenue"])
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.live("are held back by a blocking check that fails, until a re-execution in which it passes", () =>
    Effect.gen(function* () {
      const { mend, notes, values } = yield* fixture
      const first = yield* run("stocked", { values, runId: "first" })
      assert.isFalse(first.success)
      assert.sameMembers([...names(notes())], ["stock", "in_stock", "beside"])
      assert.deepStrictEqual(
        first
          .getAssetCheckEvaluations()
          .map(({ check, passed }) => [check, passed])
          .toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
        [
          ["counted", false],
          ["in_stock", false]
        ]
      )
      const failure = first.failures[0]!
      assert.strictEqual(failure.stepKey, "stock_in_stock")
      assert.deepInclude(failure.error, { name: "AssetCheckFailed" })
      assert.include(failure.error.message, '"in_stock" of asset "stock" failed')
      assert.deepInclude(first.end, { _tag: "RUN_FAILURE", reason: "STEP_FAILURE" })
      mend()
      const second = yield* run("stocked", { values, reexecution: ReexecutionOptions.fromFailure("first") })
      assert.isTrue(second.success)
      assert.sameMembers([...names(notes())].slice(3), ["in_stock", "offer"])
      const [check] = second.getAssetCheckEvaluations()
      const [stock] = first.getAssetMaterializationEvents().filter(({ asset }) => asset === "stock")
      assert.deepInclude(check, { check: "in_stock", passed: true, metadata: { count: { _tag: "int", value: 0 } } })
      assert.deepInclude(check?.target, { runId: "first", eventId: stock!.id })
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.live("of one body are made in part, and loaded together later", () =>
    Effect.gen(function* () {
      const { notes, values } = yield* fixture
      const paid = yield* run("mixed", { values, assetSelection: "paid" })
      assert.deepStrictEqual(
        paid.getAssetMaterializationEvents().map(({ asset }) => asset),
        ["paid"]
      )
      assert.deepStrictEqual(
        paid.getAssetCheckEvaluations().map(({ asset, check }) => `${asset}:${check}`),
        ["paid:some"]
      )
      assert.strictEqual(yield* paid.assetValue("paid"), 90)
      const others = yield* run("mixed", { values, assetSelection: ["refunds", "share"] })
      assert.isTrue(others.success)
      assert.deepStrictEqual(names(notes()), ["split paid", "split refunds"])
      assert.strictEqual(yield* others.assetValue("share"), 10 / 90)
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.live("are observed by workers, and what depends on them records the version", () =>
    Effect.gen(function* () {
      const { notes, values } = yield* fixture
      const result = yield* run("mixed", { values, assetSelection: ["vendor/feed", "parsed"] })
      assert.isTrue(result.success)
      assert.notInclude(notes()[0], String(process.pid))
      const [observed] = result.getAssetObservationEvents()
      assert.deepInclude(observed, { dataVersion: "etag-17", metadata: { bytes: { _tag: "int", value: 2048 } } })
      const [parsed] = result.getAssetMaterializationEvents()
      assert.deepInclude(parsed?.provenance?.inputs["vendor/feed"], { dataVersion: "etag-17", eventId: observed!.id })
      const latest = yield* AssetLog.use((log) => log.latest(["vendor/feed"]))
      assert.strictEqual(latest.get("vendor/feed")?.observation?.id, observed?.id)
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.live("that an IO manager keeps in memory are rejected before the first step, with what to change", () =>
    Effect.gen(function* () {
      const { values } = yield* fixture
      const result = yield* run("inMemory", { values })
      assert.deepInclude(result.end, { _tag: "RUN_FAILURE", reason: "JOB_INITIALIZATION_FAILURE", failedSteps: [] })
      const error = result.end?._tag === "RUN_FAILURE" ? result.end.error : undefined
      assert.deepInclude(error, {
        name: "ValuesNotShared",
        message: [
          'Steps of job "in_memory" run in several processes, but these values would be kept in the memory of one, where the others cannot load them:',
          '  IO manager "test/assets/Shelf": asset "shelved"',
          "Use IO managers that store values outside of the process, such as FileIOManager, or the in-process executor"
        ].join("\n")
      })
      assert.lengthOf(result.filterEvents(HeddleEvent.is("STEP_START")), 0)
      const here = yield* run("inMemory", { values, runConfig: { execution: { inProcess: {} } } })
      assert.isTrue(here.success)
    }).pipe(Effect.provide(Instance.layerMemory))
  )
})
