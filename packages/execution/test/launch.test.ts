import { assert, describe, it } from "@effect/vitest"
import { Job, Op } from "@heddle/definitions"
import { launch, launchDetached, Runs } from "@heddle/execution"
import { Instance } from "@heddle/storage"
import { Deferred, Effect, Exit, Fiber, Layer, Schema, Stream } from "effect"

/** A job whose one step tells that it runs, then waits for a word, and says when it was interrupted. */
const waiting = Effect.gen(function* () {
  const started = yield* Deferred.make<void>()
  const go = yield* Deferred.make<void>()
  const finalized: Array<string> = []
  const wait = Op.make("wait", {
    output: Schema.Number,
    run: () =>
      Deferred.succeed(started, undefined).pipe(
        Effect.andThen(Deferred.await(go)),
        Effect.as(42),
        Effect.onInterrupt(() => Effect.sync(() => void finalized.push("interrupted")))
      )
  })
  const job = Job.make("waiting", {}, function* () {
    return yield* wait()
  })
  return { job, started: Deferred.await(started), go: Deferred.succeed(go, undefined), finalized }
})

const tags = (events: ReadonlyArray<{ readonly _tag: string }>) => events.map(({ _tag }) => _tag)

describe("launch", () => {
  it.effect("returns a handle while the run continues, and the result at its end", () =>
    Effect.gen(function* () {
      const { go, job, started } = yield* waiting
      const run = yield* launch(job, { runId: "r" })
      assert.strictEqual(run.runId, "r")
      yield* started
      assert.strictEqual((yield* Runs.get("r")).status, "STARTED")
      yield* go
      const result = yield* run.result
      assert.isTrue(result.success && result.output === 42)
      assert.deepStrictEqual(yield* run.result, result)
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.effect("offers events that replay and follow, each once, to any number of readers at any time", () =>
    Effect.gen(function* () {
      const { go, job, started } = yield* waiting
      const run = yield* launch(job)
      const early = yield* Effect.forkChild(Stream.runCollect(run.events), { startImmediately: true })
      yield* started
      const late = yield* Effect.forkChild(Stream.runCollect(run.events), { startImmediately: true })
      yield* go
      yield* run.result
      const after = yield* Stream.runCollect(run.events)
      assert.strictEqual(tags(after).at(0), "RUN_START")
      assert.strictEqual(tags(after).at(-1), "RUN_SUCCESS")
      assert.strictEqual(new Set(after.map(({ id }) => id)).size, after.length)
      assert.deepStrictEqual(yield* Fiber.join(early), after)
      assert.deepStrictEqual(yield* Fiber.join(late), after)
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.effect("uses its own instance if none is provided", () =>
    Effect.gen(function* () {
      const { go, job } = yield* waiting
      const run = yield* launch(job)
      yield* go
      yield* run.result
      assert.strictEqual(tags(yield* Stream.runCollect(run.events)).at(-1), "RUN_SUCCESS")
    })
  )

  it.effect("cancels with the handle, with the reason in the log", () =>
    Effect.gen(function* () {
      const { finalized, job, started } = yield* waiting
      const run = yield* launch(job)
      yield* started
      yield* run.cancel("the user left")
      const result = yield* run.result
      assert.isTrue(!result.success && result.reason === "CANCELED")
      assert.deepStrictEqual(finalized, ["interrupted"])
      const events = yield* Stream.runCollect(run.events)
      assert.deepInclude(
        events.find(({ _tag }) => _tag === "RUN_CANCELING"),
        { reason: "the user left" }
      )
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.effect("cancels when its scope is left, and waits for the end", () =>
    Effect.gen(function* () {
      const { finalized, job, started } = yield* waiting
      yield* Effect.scoped(Effect.andThen(launch(job, { runId: "r" }), started))
      assert.deepStrictEqual(finalized, ["interrupted"])
      assert.strictEqual((yield* Runs.get("r")).status, "CANCELED")
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.effect("fails before anything is recorded if the call is invalid", () =>
    Effect.gen(function* () {
      const { go, job } = yield* waiting
      assert.strictEqual((yield* Effect.flip(launch(job, { runId: "" })))._tag, "InvalidRunId")
      const unknown = yield* Effect.flip(launch(job, { opSelection: ["nothing"] }))
      assert.strictEqual(unknown._tag, "SelectionError")
      assert.deepStrictEqual((yield* Runs.list()).runs, [])
      yield* launch(job, { runId: "r" })
      assert.strictEqual((yield* Effect.flip(launch(job, { runId: "r" })))._tag, "RunAlreadyExists")
      yield* go
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.effect("raises the error of the body through its result", () =>
    Effect.gen(function* () {
      class Refused extends Schema.TaggedError<Refused>()("Refused", {}) {}
      const refuse = Op.make("refuse", { run: () => Effect.fail(new Refused()) })
      const job = Job.make("refusing", {}, function* () {
        yield* refuse()
      })
      const run = yield* launch(job, { raiseOnError: true })
      assert.strictEqual((yield* Effect.flip(run.result))._tag, "Refused")
    }).pipe(Effect.provide(Instance.layerMemory))
  )
})

describe("launchDetached", () => {
  it.effect("lets the run continue after the scope and the fiber of the caller are gone", () =>
    Effect.gen(function* () {
      const { go, finalized, job, started } = yield* waiting
      const caller = yield* Effect.forkChild(
        Effect.scoped(Effect.andThen(launchDetached(job, { runId: "r" }), started)),
        { startImmediately: true }
      )
      const exit = yield* Fiber.await(caller)
      assert.isTrue(Exit.isSuccess(exit))
      assert.strictEqual((yield* Runs.get("r")).status, "STARTED")
      yield* go
      assert.strictEqual((yield* Runs.awaitEnd("r")).status, "SUCCESS")
      assert.deepStrictEqual(finalized, [])
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.effect("returns a handle that can cancel", () =>
    Effect.gen(function* () {
      const { finalized, job, started } = yield* waiting
      const run = yield* launchDetached(job)
      yield* started
      yield* run.cancel()
      assert.isFalse((yield* run.result).success)
      assert.deepStrictEqual(finalized, ["interrupted"])
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.effect("closes its own instance when the run ends", () =>
    Effect.gen(function* () {
      const { go, job } = yield* waiting
      const closed = yield* Deferred.make<void>()
      const instance = Layer.merge(
        Instance.layerMemory,
        Layer.effectDiscard(Effect.addFinalizer(() => Deferred.succeed(closed, undefined)))
      )
      const run = yield* launchDetached(job, { instance })
      yield* go
      const result = yield* run.result
      assert.isTrue(result.success && result.output === 42)
      yield* Deferred.await(closed)
    })
  )
})
