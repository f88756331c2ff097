import { assert, describe, it } from "@effect/vitest"
import { Job, Op, Resource, RetryPolicy } from "@heddle/definitions"
import { executeDefinition, executeInProcess, raiseFailure } from "@heddle/execution"
import { RunControl } from "@heddle/engine"
import { EventLog, Instance, RunStorage } from "@heddle/storage"
import { Cause, Context, Deferred, Effect, Exit, Layer, Schema, Stream } from "effect"

class Boom extends Schema.TaggedError<Boom>()("Boom", { at: Schema.String }) {}
const n = Schema.Number
const boom = Op.make("boom", {
  output: n,
  run: (): Effect.Effect<number, Boom> => Effect.fail(new Boom({ at: "boom" }))
})
const logOf = (runId: string) => Stream.runCollect(EventLog.readAll(runId))

describe("raiseOnError", () => {
  it.effect("ends the run at the first failure, and fails with the original error", () =>
    Effect.gen(function* () {
      const ran: Array<string> = []
      const job = Job.make("job", {}, function* () {
        yield* boom.as("a")()
        yield* Op.make("z", { run: () => void ran.push("z") })()
      })
      const options = { maxConcurrent: 1, runId: "raised", raiseOnError: true } as const
      const error = yield* Effect.flip(executeInProcess(job, options))
      assert.isTrue(error instanceof Boom && error.at === "boom")
      assert.deepStrictEqual(ran, [])
      const end = (yield* logOf("raised")).at(-1)
      assert.deepInclude(end, { _tag: "RUN_FAILURE", reason: "RUN_EXCEPTION", failedSteps: ["a"] })
      assert.strictEqual(end?._tag === "RUN_FAILURE" ? end.error?.name : "", "Boom")
      assert.strictEqual((yield* RunStorage.use((runs) => runs.get("raised"))).status, "FAILURE")
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.effect("interrupts the other running steps, and lets them clean up", () =>
    Effect.gen(function* () {
      const begun = yield* Deferred.make<void>()
      let cleaned = false
      const job = Job.make("job", {}, function* () {
        yield* Op.make("a", { run: () => Effect.andThen(Deferred.await(begun), Effect.fail(new Boom({ at: "a" }))) })()
        yield* Op.make("z", {
          run: () =>
            Effect.andThen(Deferred.succeed(begun, undefined), Effect.never).pipe(
              Effect.onInterrupt(() => Effect.sync(() => (cleaned = true)))
            )
        })()
      })
      const error = yield* Effect.flip(executeInProcess(job, { raiseOnError: true }))
      assert.strictEqual(error._tag, "Boom")
      assert.isTrue(cleaned)
    })
  )

  it.effect("returns the result of a successful run, and without it also of a failed one", () =>
    Effect.gen(function* () {
      const fine = Job.make("fine", {}, function* () {
        return yield* Op.make("one", { output: n, run: () => 1 })()
      })
      assert.strictEqual((yield* executeInProcess(fine, { raiseOnError: true })).output, 1)
      const broken = Job.make("broken", {}, function* () {
        return yield* boom()
      })
      const result = yield* executeInProcess(broken)
      assert.deepInclude(result.getRunFailureEvent(), { reason: "STEP_FAILURE" })
      assert.isTrue(!result.success && result.failures[0]?.error instanceof Boom)
    })
  )

  it.effect("distinguishes exhausted retries, failed checks, defects and resources", () =>
    Effect.gen(function* () {
      const retried = Job.make("retried", {}, function* () {
        yield* Op.make("again", {
          retry: RetryPolicy.make({ maxRetries: 1 }),
          run: () => Effect.fail(new Boom({ at: "x" }))
        })()
      })
      const spent = yield* Effect.flip(executeInProcess(retried, { raiseOnError: true }))
      assert.isTrue(spent._tag === "MaxRetriesExceeded" && spent.cause instanceof Boom)
      assert.include(spent.message, 'Step "again": Exceeded max_retries of 1')

      const unchecked = Job.make("unchecked", {}, function* () {
        yield* Op.make("word", { output: n, run: () => "word" as unknown as number })()
      })
      assert.strictEqual(
        (yield* Effect.flip(executeInProcess(unchecked, { raiseOnError: true })))._tag,
        "TypeCheckFailed"
      )

      const thrown = new RangeError("out")
      const defect = Job.make("defect", {}, function* () {
        yield* Op.make("throws", {
          run: () => {
            throw thrown
          }
        })()
      })
      const exit = yield* Effect.exit(executeInProcess(defect, { raiseOnError: true }))
      assert.strictEqual(Exit.isFailure(exit) ? Cause.squash(exit.cause) : undefined, thrown)

      class Db extends Context.Service<Db, {}>()("test/Db") {}
      const down = Job.make(
        "down",
        { resources: { db: Resource.fromLayer(Layer.effect(Db, Effect.fail("down"))) } },
        function* () {
          yield* Op.make("reads", { resources: { db: Db }, run: () => {} })()
        }
      )
      const failed = yield* Effect.flip(executeInProcess(down, { raiseOnError: true }))
      assert.deepInclude(failed, { _tag: "ResourceFailed", resource: "db", cause: "down" })
    })
  )

  it.effect("fails with RunFailed if no step failed", () =>
    Effect.gen(function* () {
      const control = new RunControl()
      const job = Job.make("job", {}, function* () {
        yield* Op.make("waits", {
          run: () =>
            Effect.andThen(
              Effect.sync(() => control.cancel()),
              Effect.never
            )
        })()
      })
      const executed = yield* executeDefinition(job.definition, { control, raiseOnError: true })
      const error = yield* Effect.flip(raiseFailure(executed))
      assert.deepInclude(error, { _tag: "RunFailed", reason: "CANCELED", runId: executed.runId })
    })
  )
})
