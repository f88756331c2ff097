import { assert, describe, it } from "@effect/vitest"
import { Job, Op, Out, Resource, RetryPolicy } from "@heddle/definitions"
import { executeInProcess, launch } from "@heddle/execution"
import { EventLog, Instance, RunStorage } from "@heddle/storage"
import { TestRun } from "@heddle/testing"
import { Context, Deferred, Effect, Fiber, Layer, Schema, Stream } from "effect"

const statusOf = (runId: string) =>
  Effect.map(
    RunStorage.use((runs) => runs.get(runId)),
    ({ status }) => status
  )
const tagsOf = (runId: string) =>
  Effect.map(Stream.runCollect(EventLog.readAll(runId)), (events) =>
    events.map((event) =>
      "stepKey" in event && event.stepKey !== undefined ? `${event._tag} ${event.stepKey}` : event._tag
    )
  )

class Db extends Context.Service<Db, { readonly name: string }>()("test/cancel/Db") {}

/** A job whose three mapped steps never end by themselves, with a resource and finalizers that say when they ran. */
const endless = (log: Array<string>, started: (key: string) => Effect.Effect<unknown>) => {
  const db = Resource.fromLayer(
    Layer.effect(
      Db,
      Effect.acquireRelease(Effect.succeed({ name: "db" }), () => Effect.sync(() => log.push("db closed")))
    )
  )
  const list = Op.make("list", {
    outputs: { item: Out.dynamic(Schema.String) },
    run: () => ({
      item: [
        ["a", "a"],
        ["b", "b"],
        ["c", "c"]
      ] as const
    })
  })
  const hang = Op.make("hang", {
    inputs: { item: Schema.String },
    output: Schema.String,
    run: ({ item }) =>
      Effect.gen(function* () {
        yield* Db
        yield* Effect.addFinalizer(() => Effect.sync(() => log.push(`finalizer ${item}`)))
        yield* started(item)
        return yield* Effect.never
      })
  })
  const collect = Op.make("collect", { inputs: { items: Schema.Array(Schema.String) }, run: () => {} })
  return Job.make("endless", { resources: { db } }, function* () {
    const { item } = yield* list()
    yield* collect({ items: (yield* item.map((i) => hang({ item: i }))).collect() })
  })
}

describe("cancel", () => {
  it.effect(
    "interrupts running steps, runs every finalizer once, closes resources last, and ends the run CANCELED",
    () =>
      Effect.gen(function* () {
        const log: Array<string> = []
        const all = yield* Deferred.make<void>()
        let count = 0
        const job = endless(log, () => (++count === 3 ? Deferred.succeed(all, undefined) : Effect.void))
        const run = yield* TestRun.start(launch(job, { runId: "r" }))
        yield* Deferred.await(all)
        yield* run.cancel("a test asks")
        const { success } = yield* run.result
        assert.isFalse(success)
        assert.deepStrictEqual(log.toSorted(), ["db closed", "finalizer a", "finalizer b", "finalizer c"])
        assert.strictEqual(log.at(-1), "db closed")
        const tags = yield* tagsOf("r")
        assert.strictEqual(tags.at(-1), "RUN_CANCELED")
        assert.strictEqual(tags.filter((tag) => tag.startsWith("STEP_FAILURE")).length, 3)
        assert.notInclude(tags.join(), "collect")
        assert.strictEqual(yield* statusOf("r"), "CANCELED")
      }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.effect("records CANCELED when the caller is interrupted, and waits for finalizers", () =>
    Effect.gen(function* () {
      const log: Array<string> = []
      const all = yield* Deferred.make<void>()
      let count = 0
      const job = endless(log, () => (++count === 3 ? Deferred.succeed(all, undefined) : Effect.void))
      const fiber = yield* Effect.forkChild(executeInProcess(job, { runId: "r" }))
      yield* Deferred.await(all)
      yield* Fiber.interrupt(fiber)
      assert.strictEqual(log.length, 4)
      assert.strictEqual(yield* statusOf("r"), "CANCELED")
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.effect("aborts the signal of a promise body", () =>
    Effect.gen(function* () {
      const started = yield* Deferred.make<AbortSignal>()
      const services = yield* Effect.context<never>()
      const wait = Op.make("wait", {
        run: async (_, { signal }) => {
          Effect.runForkWith(services)(Deferred.succeed(started, signal))
          await new Promise(() => {})
        }
      })
      const job = Job.make("waits", {}, function* () {
        yield* wait()
      })
      const fiber = yield* Effect.forkChild(executeInProcess(job))
      const signal = yield* Deferred.await(started)
      assert.isFalse(signal.aborted)
      yield* Fiber.interrupt(fiber)
      assert.isTrue(signal.aborted)
    })
  )

  it.effect("ends FAILURE with UNEXPECTED_TERMINATION if a step is interrupted without a request", () =>
    Effect.gen(function* () {
      const stop = Op.make("stop", { run: () => Effect.interrupt })
      const job = Job.make("stops", {}, function* () {
        yield* stop()
      })
      const result = yield* executeInProcess(job)
      assert.isFalse(result.success)
      if (result.success) return
      assert.deepStrictEqual(result.failures, [{ stepKey: "stop", error: "interrupted" }])
      const last = result.allEvents.at(-1)
      assert.isTrue(last?._tag === "RUN_FAILURE" && last.reason === "UNEXPECTED_TERMINATION")
    })
  )

  it.effect("cancels while resources are starting", () =>
    Effect.gen(function* () {
      const asked = yield* Deferred.make<void>()
      const db = Resource.fromLayer(Layer.effect(Db, Effect.andThen(Deferred.succeed(asked, undefined), Effect.never)))
      const use = Op.make("use", { run: () => Effect.asVoid(Db) })
      const job = Job.make("starting", { resources: { db } }, function* () {
        yield* use()
      })
      const run = yield* TestRun.start(launch(job, { runId: "r" }))
      yield* Deferred.await(asked)
      yield* run.cancel()
      yield* run.result
      assert.deepStrictEqual((yield* tagsOf("r")).slice(-2), ["RUN_CANCELING", "RUN_CANCELED"])
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.effect("cancels during the delay of a retry", () =>
    Effect.gen(function* () {
      const flaky = Op.make("flaky", {
        retry: RetryPolicy.make({ maxRetries: 1, delay: "1 hour" }),
        run: async () => {
          throw new Error("no")
        }
      })
      const job = Job.make("flaky_job", {}, function* () {
        yield* flaky()
      })
      const run = yield* TestRun.start(launch(job, { runId: "r" }))
      yield* run.until("STEP_UP_FOR_RETRY")
      yield* run.cancel()
      yield* run.result
      assert.strictEqual(yield* statusOf("r"), "CANCELED")
    }).pipe(Effect.provide(Instance.layerMemory))
  )
})

describe("time", () => {
  it.effect("retries when the delay is over, and not before", () =>
    Effect.gen(function* () {
      let tries = 0
      const flaky = Op.make("flaky", {
        output: Schema.Number,
        retry: RetryPolicy.make({ maxRetries: 2, delay: "1 minute", backoff: "exponential" }),
        run: async () => {
          tries++
          if (tries < 3) throw new Error("no")
          return tries
        }
      })
      const job = Job.make("slow", {}, function* () {
        return yield* flaky()
      })
      const run = yield* TestRun.start(launch(job))
      yield* run.until("STEP_UP_FOR_RETRY")
      yield* run.adjust("59 seconds")
      assert.strictEqual(tries, 1)
      yield* run.adjust("1 second")
      yield* run.until("STEP_UP_FOR_RETRY")
      yield* run.adjust("3 minutes")
      const { success } = yield* run.result
      assert.isTrue(success)
      assert.strictEqual(run.events.filter(({ _tag }) => _tag === "STEP_RETRY_DUE").length, 2)
    })
  )
})

describe("resources", () => {
  it.effect("ends the run if one fails to start, stops those that started, and runs no step", () =>
    Effect.gen(function* () {
      const log: Array<string> = []
      class Broken extends Context.Service<Broken, {}>()("test/cancel/Broken") {}
      class NoFile extends Schema.TaggedError<NoFile>()("NoFile", { path: Schema.String }) {
        override get message() {
          return `there is no ${this.path}`
        }
      }
      const db = Resource.fromLayer(
        Layer.effect(
          Db,
          Effect.acquireRelease(Effect.succeed({ name: "db" }), () => Effect.sync(() => log.push("-db")))
        )
      )
      const broken = Resource.fromLayer(
        Layer.effect(Broken, Effect.andThen(Db, Effect.fail(new NoFile({ path: "x.csv" })))),
        { needs: { db: Db } }
      )
      const use = Op.make("use", { run: () => Effect.asVoid(Broken) })
      const job = Job.make("unlucky", { resources: { db, broken } }, function* () {
        yield* use()
      })
      const result = yield* executeInProcess(job)
      assert.isFalse(result.success)
      assert.deepStrictEqual(log, ["-db"])
      assert.deepStrictEqual(
        result.allEvents.map(({ _tag }) => _tag),
        ["RUN_START", "RESOURCE_INIT_STARTED", "RESOURCE_INIT_FAILURE", "RUN_FAILURE"]
      )
      const failure = result.allEvents[2]!
      assert.isTrue(failure._tag === "RESOURCE_INIT_FAILURE" && failure.error.message === "there is no x.csv")
    })
  )

  it.effect("reports one that fails to stop before the end of the run, which stays a success", () =>
    Effect.gen(function* () {
      const db = Resource.fromLayer(
        Layer.effect(
          Db,
          Effect.acquireRelease(Effect.succeed({ name: "db" }), () => Effect.die(new Error("stuck")))
        )
      )
      const use = Op.make("use", { run: () => Effect.asVoid(Db) })
      const job = Job.make("stuck", { resources: { db } }, function* () {
        yield* use()
      })
      const result = yield* executeInProcess(job)
      assert.isTrue(result.success)
      const [engine, end] = result.allEvents.slice(-2)
      assert.isTrue(engine?._tag === "ENGINE_EVENT" && engine.error?.message === "stuck")
      assert.strictEqual(end?._tag, "RUN_SUCCESS")
    })
  )
})
