import { assert, describe, it } from "@effect/vitest"
import { reconstructable } from "@heddle/definitions"
import { ReexecutionOptions } from "@heddle/engine"
import { HeddleEvent } from "@heddle/events"
import { executeJob } from "./runs.ts"
import { Instance, RunStorage } from "@heddle/storage"
import { Effect } from "effect"
import { bothRetried, crashing, defaulted, fan, shelved, unlucky, unsendable } from "./fixtures/jobs.ts"
import { fixture } from "./fixtures/notes.ts"

const module = new URL("./fixtures/jobs.ts", import.meta.url).href
const multiprocess = { execution: { multiprocess: { config: { maxConcurrent: 2 } } } }

describe("the result of executeJob", () => {
  it.live("contains its events, and reads values from files on demand", () =>
    Effect.gen(function* () {
      const { values } = yield* fixture
      const result = yield* executeJob(reconstructable(module, "fan", fan), { values, runConfig: multiprocess })
      assert.isTrue(result.success)
      assert.strictEqual(yield* result.outputValue("total"), 6)
      assert.deepStrictEqual(
        yield* result.outputForNode("list", "item"),
        new Map(["a", "b", "c", "d"].map((key, i) => [key, new Date(i)] as const))
      )
      assert.deepStrictEqual(
        new Map([...((yield* result.outputForNode("millis")) as Map<string, number>)].toSorted()),
        new Map(["a", "b", "c", "d"].map((key, i) => [key, i] as const))
      )
      const unknown = yield* Effect.flip(result.outputForNode("lst"))
      assert.include(unknown.message, 'did you mean "list"?')
      assert.deepInclude(yield* Effect.flip(result.outputValue()), {
        problem: "NO_OUTPUT",
        available: ["total", "pid"]
      })
      assert.isTrue(result.isNodeSuccess("sum"))
      assert.strictEqual(result.eventsForNode("millis").filter(HeddleEvent.isStepSuccess).length, 4)
      assert.strictEqual(result.getStepSuccessEvents().length, 7)
      assert.isDefined(result.getRunSuccessEvent())
      assert.strictEqual(result.run.status, "SUCCESS")
      assert.strictEqual(result.allEvents.at(-1)?._tag, result.end?._tag)
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.live("reads values from the IO manager that the job binds", () =>
    Effect.gen(function* () {
      const { values } = yield* fixture
      const result = yield* executeJob(reconstructable(module, "shelved", shelved), { values })
      assert.strictEqual(yield* result.outputForNode("kept"), 1)
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.live("is also returned with raiseOnError if run config disables retries, and includes all steps", () =>
    Effect.gen(function* () {
      const { values } = yield* fixture
      const result = yield* executeJob(reconstructable(module, "bothRetried", bothRetried), {
        values,
        raiseOnError: true,
        maxConcurrent: 1,
        runConfig: { execution: { inProcess: { config: { retries: { disabled: {} } } } } }
      })
      assert.deepStrictEqual([...result.getFailedStepKeys()].toSorted(), ["onceMore", "too"])
      assert.strictEqual(result.end?._tag === "RUN_FAILURE" ? result.end.reason : "", "STEP_FAILURE")
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.live("reports failures, and missing values", () =>
    Effect.gen(function* () {
      const { values } = yield* fixture
      const result = yield* executeJob(reconstructable(module, "crashing", crashing), {
        values,
        runConfig: multiprocess
      })
      assert.isFalse(result.success)
      assert.deepStrictEqual([...result.getFailedStepKeys()], ["crash"])
      assert.isTrue(result.isNodeFailed("crash"))
      assert.isTrue(result.isNodeUntouched("after"))
      assert.strictEqual((yield* Effect.flip(result.outputForNode("crash")))._tag, "OutputNotFound")
      assert.strictEqual(yield* result.outputForNode("other"), 2)
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.live("is not returned, with raiseOnError, for a failed run in this process", () =>
    Effect.gen(function* () {
      const { values } = yield* fixture
      const job = reconstructable(module, "unlucky", unlucky)
      const failed = yield* Effect.flip(executeJob(job, { values, raiseOnError: true }))
      assert.deepInclude(failed, { _tag: "ResourceFailed", resource: "broken" })
      const told = yield* executeJob(job, { values })
      assert.strictEqual(told.end?._tag === "RUN_FAILURE" ? told.end.reason : "", "RUN_EXCEPTION")
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.live("covers only the selected ops and steps, even in workers", () =>
    Effect.gen(function* () {
      const { values } = yield* fixture
      const job = reconstructable(module, "fan", fan)
      const first = yield* executeJob(job, { values, runConfig: multiprocess, opSelection: ["*sum"], runId: "first" })
      assert.isTrue(first.success)
      assert.strictEqual(yield* first.outputValue("total"), 6)
      assert.isTrue(first.isNodeUntouched("pid"))
      const second = yield* executeJob(job, {
        values,
        reexecution: ReexecutionOptions.make("first", { stepSelection: ["millis[b]+"] })
      })
      assert.sameMembers(
        second.getStepSuccessEvents().map(({ stepKey }) => stepKey),
        ["millis[b]", "sum"]
      )
      // The run config of the run names the executor.
      assert.strictEqual(second.filterEvents(HeddleEvent.is("RUN_START"))[0]?.executor, "multiprocess")
      assert.strictEqual(yield* second.outputForNode("sum"), 6)
    }).pipe(Effect.provide(Instance.layerMemory))
  )
})

describe("the default of a job input", () => {
  it.live("is made once for a run whose steps run in several processes", () =>
    Effect.gen(function* () {
      const { values } = yield* fixture
      const runConfig = { execution: { multiprocess: { config: { isolation: "step" } } } } as const
      const result = yield* executeJob(reconstructable(module, "defaulted", defaulted), { values, runConfig })
      assert.isTrue(result.success)
      const first = yield* result.outputValue("first")
      assert.deepInclude(first, { pid: process.pid })
      assert.deepStrictEqual(yield* result.outputValue("second"), first)
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.live("that has no JSON form is rejected before the run is recorded", () =>
    Effect.gen(function* () {
      const { values } = yield* fixture
      const pointer = reconstructable(module, "unsendable", unsendable)
      const error = yield* Effect.flip(executeJob(pointer, { values, runConfig: multiprocess }))
      assert.match(
        error.message,
        /input "f": its default cannot be sent to another process, because it has no JSON form/
      )
      assert.lengthOf(yield* RunStorage.use((runs) => runs.list()), 0)
      assert.isTrue((yield* executeJob(pointer, { values })).success)
    }).pipe(Effect.provide(Instance.layerMemory))
  )
})
