import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer, Schema, Stream } from "effect"
import { fromConfig, Graph, Job, Op, Out, OpRejected, Resource, RetryPolicy } from "@heddle/definitions"
import { executeInProcess } from "@heddle/execution"

const one = Op.make("one", { output: Schema.Number, run: () => 1 })
const addOne = Op.make("add_one", { inputs: { n: Schema.Number }, output: Schema.Number, run: async ({ n }) => n + 1 })
const add = Op.make("add", {
  inputs: { a: Schema.Number, b: Schema.Number },
  output: Schema.Number,
  run: ({ a, b }) => Effect.succeed(a + b)
})

const tags = (events: ReadonlyArray<{ readonly _tag: string; readonly stepKey?: string | undefined }>) =>
  events.map(({ _tag, stepKey }) => (stepKey === undefined ? _tag : `${_tag} ${stepKey}`))

describe("executeInProcess", () => {
  it.effect("runs a diamond and reports every step in order", () =>
    Effect.gen(function* () {
      const diamond = Job.make("diamond", {}, function* () {
        const source = yield* one()
        const left = yield* addOne.as("left")({ n: source })
        const right = yield* addOne.as("right")({ n: source })
        return yield* add({ a: left, b: right })
      })
      const result = yield* executeInProcess(diamond, { maxConcurrent: 1 })
      assert.isTrue(result.success && result.output === 4)
      assert.deepStrictEqual(tags(result.allEvents), [
        "RUN_START",
        "RESOURCE_INIT_STARTED",
        "RESOURCE_INIT_SUCCESS",
        "EXECUTOR_READY",
        "STEP_START one",
        "STEP_OUTPUT one",
        "HANDLED_OUTPUT one",
        "STEP_SUCCESS one",
        "STEP_START left",
        "LOADED_INPUT left",
        "STEP_INPUT left",
        "STEP_OUTPUT left",
        "HANDLED_OUTPUT left",
        "STEP_SUCCESS left",
        "STEP_START right",
        "LOADED_INPUT right",
        "STEP_INPUT right",
        "STEP_OUTPUT right",
        "HANDLED_OUTPUT right",
        "STEP_SUCCESS right",
        "STEP_START add",
        "LOADED_INPUT add",
        "LOADED_INPUT add",
        "STEP_INPUT add",
        "STEP_INPUT add",
        "STEP_OUTPUT add",
        "HANDLED_OUTPUT add",
        "STEP_SUCCESS add",
        "RUN_SUCCESS"
      ])
    })
  )

  it.effect("fans out over a dynamic output and collects in the order of its keys", () =>
    Effect.gen(function* () {
      const list = Op.make("list", {
        outputs: { file: Out.dynamic(Schema.String), count: Schema.Number },
        run: () => ({
          file: new Map([
            ["b", "bb"],
            ["a", "a"]
          ]),
          count: 2
        })
      })
      const size = Op.make("size", {
        inputs: { file: Schema.String },
        output: Schema.Number,
        run: ({ file }) => file.length
      })
      const all = Op.make("all", {
        inputs: { sizes: Schema.Array(Schema.Number) },
        output: Schema.Array(Schema.Number),
        run: ({ sizes }) => sizes
      })
      const job = Job.make("fan", {}, function* () {
        const { file } = yield* list()
        const sizes = yield* file.map(function* (f) {
          return yield* addOne({ n: yield* size({ file: f }) })
        })
        return yield* all({ sizes: sizes.collect() })
      })
      const result = yield* executeInProcess(job)
      assert.isTrue(result.success)
      if (result.success) assert.deepStrictEqual(result.output, [3, 2])
    })
  )

  it.effect("skips what depends on an optional output that was left out", () =>
    Effect.gen(function* () {
      const branch = Op.make("branch", {
        outputs: { x: Out.optional(Schema.Number), y: Out.optional(Schema.Number) },
        run: () => ({ x: 1 })
      })
      const job = Job.make("branches", {}, function* () {
        const { x, y } = yield* branch()
        const bx = yield* addOne.as("bx")({ n: x })
        const by = yield* addOne.as("by")({ n: y })
        yield* addOne.as("after_y")({ n: by })
        return { bx, by }
      })
      const result = yield* executeInProcess(job, { maxConcurrent: 1 })
      assert.isTrue(result.success)
      if (result.success) assert.deepStrictEqual(result.output, { bx: 2, by: undefined } as never)
      const skipped = tags(result.allEvents).filter((t) => t.startsWith("STEP_SKIPPED"))
      assert.deepStrictEqual(skipped, ["STEP_SKIPPED by", "STEP_SKIPPED after_y"])
    })
  )

  it.effect(
    "returns typed failures, continues other branches, and does not touch the steps downstream of a failure",
    () =>
      Effect.gen(function* () {
        class Broken extends Schema.TaggedError<Broken>()("Broken", { why: Schema.String }) {}
        const broken = Op.make("broken", { output: Schema.Number, run: () => Effect.fail(new Broken({ why: "test" })) })
        const job = Job.make("failing", {}, function* () {
          yield* addOne.as("never")({ n: yield* broken() })
          return yield* addOne.as("other")({ n: yield* one() })
        })
        const result = yield* executeInProcess(job)
        assert.isFalse(result.success)
        if (!result.success) {
          assert.deepStrictEqual(
            result.failures.map((f) => f.stepKey),
            ["broken"]
          )
          assert.instanceOf(result.failures[0]!.error, Broken)
        }
        const seen = tags(result.allEvents)
        assert.include(seen, "STEP_SUCCESS other")
        assert.notInclude(seen.join(), "never")
        assert.strictEqual(seen.at(-1), "RUN_FAILURE")
      })
  )

  it.effect("binds resources to run config, lets one need another, and never acquires a replaced one", () =>
    Effect.gen(function* () {
      const log: Array<string> = []
      class Db extends Context.Service<Db, { readonly url: string }>()("test/Db") {}
      class Audit extends Context.Service<Audit, { readonly on: string }>()("test/Audit") {}
      const db = Resource.make({
        config: Schema.Struct({ url: Schema.String }),
        layer: ({ url }) =>
          Layer.effect(
            Db,
            Effect.acquireRelease(
              Effect.sync(() => {
                log.push("+db")
                return { url }
              }),
              () => Effect.sync(() => log.push("-db"))
            )
          )
      })
      const audit = Resource.fromLayer(
        Layer.effect(
          Audit,
          Effect.acquireRelease(
            Effect.map(Db, ({ url }) => (log.push("+audit"), { on: url })),
            () => Effect.sync(() => log.push("-audit"))
          )
        ),
        { needs: { db: Db } }
      )
      const ask = Op.make("ask", { output: Schema.String, run: () => Effect.map(Audit, ({ on }) => on) })
      const job = Job.make("bound", { resources: { audit, db } }, function* () {
        return yield* ask()
      })
      const result = yield* executeInProcess(job, { runConfig: { resources: { db: { config: { url: "x" } } } } })
      assert.isTrue(result.success && result.output === "x")
      assert.deepStrictEqual(log, ["+db", "+audit", "-audit", "-db"])
      log.length = 0
      const mocked = yield* executeInProcess(job, { resources: { db: Layer.succeed(Db, { url: "mock" }) } })
      assert.isTrue(mocked.success && mocked.output === "mock")
      assert.deepStrictEqual(log, ["+audit", "-audit"])
      const missing = yield* Effect.flip(executeInProcess(job, {} as never))
      assert.strictEqual(
        missing.message,
        'Run config of job "bound" has 1 problem:\n  1. resources: is missing, with db.config inside it'
      )
    })
  )

  it.effect("retries failed attempts and discards their outputs", () =>
    Effect.gen(function* () {
      let tries = 0
      const flaky = Op.make("flaky", {
        output: Schema.Number,
        retry: RetryPolicy.make({ maxRetries: 2 }),
        run: async (_, { retryNumber }) => {
          if (tries++ < 2) throw new Error("not yet")
          return retryNumber
        }
      })
      const result = yield* executeInProcess(
        Job.make("retrying", {}, function* () {
          return yield* flaky()
        })
      )
      assert.isTrue(result.success && result.output === 2)
      assert.deepStrictEqual(
        tags(result.allEvents).filter((t) => t.startsWith("STEP_") && !t.includes("OUTPUT")),
        [
          "STEP_START flaky",
          "STEP_UP_FOR_RETRY flaky",
          "STEP_RESTARTED flaky",
          "STEP_UP_FOR_RETRY flaky",
          "STEP_RESTARTED flaky",
          "STEP_SUCCESS flaky"
        ]
      )
      tries = -5
      const exhausted = yield* executeInProcess(
        Job.make("retrying", {}, function* () {
          return yield* flaky()
        })
      )
      assert.isFalse(exhausted.success)
      if (!exhausted.success) assert.instanceOf(exhausted.failures[0]!.error, OpRejected)
    })
  )

  it.effect("takes inputs from run config, from the call and from the job", () =>
    Effect.gen(function* () {
      const open = Job.make("open", {}, function* () {
        return yield* addOne({ n: fromConfig })
      })
      const fromOps = yield* executeInProcess(open, {
        runConfig: { ops: { add_one: { inputs: { n: { value: 3 } } } } }
      })
      assert.isTrue(fromOps.success && fromOps.output === 4)
      const sum = Job.make(
        "sum",
        { inputs: { p: Schema.Number, q: Schema.Number }, inputValues: { p: 1 } },
        function* ({ p, q }) {
          return yield* add({ a: p, b: q })
        }
      )
      const called = yield* executeInProcess(sum, { inputValues: { q: 2 } })
      assert.isTrue(called.success && called.output === 3)
      const configured = yield* executeInProcess(sum, { runConfig: { inputs: { q: 5 } } })
      assert.isTrue(configured.success && configured.output === 6)
    })
  )

  it.effect("runs nested graphs and streams", () =>
    Effect.gen(function* () {
      const streamed = Op.make("streamed", {
        outputs: { part: Out.dynamic(Schema.Number), done: Schema.Boolean },
        run: () =>
          Stream.fromIterable([
            { output: "part" as const, key: "k", value: 1 },
            { output: "part" as const, key: "l", value: 2 },
            { output: "done" as const, value: true }
          ])
      })
      const twice = Graph.make("twice", { inputs: { n: Schema.Number } }, function* ({ n }) {
        return yield* addOne.as("second")({ n: yield* addOne.as("first")({ n }) })
      })
      const job = Job.make("nested", {}, function* () {
        const { part } = yield* streamed()
        return (yield* part.map((p) => twice({ n: p }))).collect()
      })
      const result = yield* executeInProcess(job)
      assert.isTrue(result.success)
      if (result.success) assert.deepStrictEqual(result.output, [3, 4])
      assert.include(tags(result.allEvents), "STEP_SUCCESS twice.second[l]")
    })
  )
})
