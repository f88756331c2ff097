import { assert, describe, it } from "@effect/vitest"
import { detachedInputContext, IOManager, Job, Op, Out } from "@heddle/definitions"
import { ReexecutionOptions } from "@heddle/engine"
import { executeDefinition } from "@heddle/execution"
import { Instance, RunStorage } from "@heddle/storage"
import { Effect, Schema } from "effect"

/** A job with a fan-out whose copy `b` fails as long as it is told to, and what its bodies did. */
const fixture = () => {
  const ran: Array<string> = []
  let broken = true
  const list = Op.make("list", {
    outputs: { item: Out.dynamic(Schema.String), maybe: Out.optional(Schema.String) },
    run: () => {
      ran.push("list")
      return { item: ["a", "b", "c"].map((key) => [key, key.toUpperCase()] as const) }
    }
  })
  const page = Op.make("page", {
    inputs: { item: Schema.String },
    output: Schema.String,
    run: async ({ item }) => {
      ran.push(`page ${item}`)
      if (item === "B" && broken) throw new Error("not yet")
      return item.repeat(2)
    }
  })
  const never = Op.make("never", { inputs: { x: Schema.String }, run: () => void ran.push("never") })
  const index = Op.make("index", {
    inputs: { pages: Schema.Array(Schema.String) },
    output: Schema.String,
    run: ({ pages }) => {
      ran.push("index")
      return pages.join()
    }
  })
  const job = Job.make("pages", {}, function* () {
    const { item, maybe } = yield* list()
    yield* never({ x: maybe })
    return yield* index({ pages: (yield* item.map((i) => page({ item: i }))).collect() })
  })
  return {
    ran,
    repair: () => {
      broken = false
      ran.length = 0
    },
    run: (runId: string, ioManager: IOManager["Service"], reexecution?: ReexecutionOptions) =>
      executeDefinition(job.definition, { runId, ioManager, ...(reexecution === undefined ? {} : { reexecution }) })
  }
}

describe("re-execution", () => {
  it.effect("from failure executes only the steps that did not succeed, with the values of the ancestor", () =>
    Effect.gen(function* () {
      const { ran, repair, run } = fixture()
      const io = IOManager.makeMemory()
      assert.isFalse((yield* run("first", io)).success)
      repair()
      const again = yield* run("second", io, ReexecutionOptions.fromFailure("first"))
      assert.isTrue(again.success)
      assert.deepStrictEqual(ran, ["page B", "index"])
      assert.strictEqual(
        yield* io.loadInput(
          detachedInputContext({
            upstream: { runId: "second", stepKey: "index", output: "result" },
            schema: Schema.String
          })
        ),
        "AA,BB,CC"
      )
      const record = yield* RunStorage.use((runs) => runs.get("second"))
      assert.deepStrictEqual([record.parentRunId, record.rootRunId], ["first", "first"])
      assert.notInclude(
        again.events.map((e) => e._tag),
        "STEP_SKIPPED"
      )
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.effect("continues through a chain of runs, and reads each value from the run that produced it", () =>
    Effect.gen(function* () {
      const { ran, repair, run } = fixture()
      const io = IOManager.makeMemory()
      yield* run("first", io)
      assert.isFalse((yield* run("second", io, ReexecutionOptions.fromFailure("first"))).success)
      repair()
      assert.isTrue((yield* run("third", io, ReexecutionOptions.fromFailure("second"))).success)
      assert.deepStrictEqual(ran, ["page B", "index"])
      assert.strictEqual((yield* RunStorage.use((runs) => runs.get("third"))).rootRunId, "first")
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.effect("from the start executes all steps", () =>
    Effect.gen(function* () {
      const { ran, repair, run } = fixture()
      yield* run("first", IOManager.makeMemory())
      repair()
      assert.isTrue((yield* run("second", IOManager.makeMemory(), ReexecutionOptions.fromStart("first"))).success)
      assert.deepStrictEqual(ran, ["list", "page A", "page B", "page C", "index"])
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.effect("is rejected for a run that does not exist, succeeded, or is of another job", () =>
    Effect.gen(function* () {
      const { repair, run } = fixture()
      const io = IOManager.makeMemory()
      const refusal = (parent: string) =>
        Effect.map(Effect.flip(run("new", io, ReexecutionOptions.fromFailure(parent))), (error) => error.message)
      assert.strictEqual(yield* refusal("nowhere"), 'There is no run "nowhere" in this instance')
      repair()
      yield* run("good", io)
      assert.include(yield* refusal("good"), "it succeeded, so no steps are left to execute")
      const other = Job.make("other", {}, function* () {})
      yield* executeDefinition(other.definition, { runId: "other" })
      assert.include(yield* refusal("other"), 'it is a run of job "other", not of "pages"')
    }).pipe(Effect.provide(Instance.layerMemory))
  )
})
