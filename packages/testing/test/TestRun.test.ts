import { assert, describe, it } from "@effect/vitest"
import { Job, Op, RetryPolicy } from "@heddle/definitions"
import { launch, Runs } from "@heddle/execution"
import { Instance } from "@heddle/storage"
import { SqliteInstance } from "@heddle/storage-sqlite"
import { TestRun } from "@heddle/testing"
import { Clock, Effect, Schema } from "effect"

/** Fails at first, and succeeds at the third attempt, 90 minutes after the second. */
const flaky = Op.make("flaky", {
  output: Schema.Finite,
  retry: RetryPolicy.make({ maxRetries: 3, delay: "30 minutes", backoff: "exponential" }),
  run: (_, { attempt }) => (attempt < 3 ? Effect.die(new Error(`attempt ${attempt}`)) : Clock.currentTimeMillis)
})
const retried = Job.make("retried", function* () {
  return yield* flaky()
})

const sleeps = Op.make("sleeps", {
  config: Schema.Struct({ minutes: Schema.Finite }),
  run: (_, { config, log }) =>
    Effect.andThen(
      Effect.sleep(`${config.minutes} minutes`),
      Effect.sync(() => log.info(`slept ${config.minutes}`))
    )
})
const sleeping = Job.make("sleeping", function* () {
  yield* sleeps.as("long")()
  yield* sleeps.as("short")()
})
const minutes = (long: number, short: number) => ({
  runConfig: { ops: { long: { config: { minutes: long } }, short: { config: { minutes: short } } } }
})

const endless = Job.make("endless", function* () {
  yield* Op.make("hang", { run: () => Effect.never })()
})

describe("TestRun", () => {
  for (const [name, instance] of [
    ["memory", {}],
    ["SQLite", { instance: SqliteInstance.layer({ filename: ":memory:" }) }]
  ] as const) {
    it.effect(`drives a run through the waits of its retries: ${name}`, () =>
      Effect.gen(function* () {
        const run = yield* TestRun.start(launch(retried, instance))
        assert.strictEqual((yield* run.until("STEP_UP_FOR_RETRY")).waitMillis, 30 * 60_000)
        yield* run.adjust("29 minutes")
        assert.notInclude(
          run.events.map(({ _tag }) => _tag),
          "STEP_RESTARTED"
        )
        yield* run.adjust("1 minute")
        assert.strictEqual((yield* run.until("STEP_RESTARTED")).attempt, 2)
        yield* run.adjust("90 minutes")
        const result = yield* run.result
        assert.isTrue(result.success && result.output === 120 * 60_000)
        assert.strictEqual(run.events.at(-1)?._tag, "RUN_SUCCESS")
      })
    )
  }

  it.effect("has all events once it has the result, even for a run that ends at once", () =>
    Effect.gen(function* () {
      const job = Job.make("short", function* () {
        yield* Op.make("short", { run: () => {} })()
      })
      const run = yield* TestRun.start(launch(job, { instance: SqliteInstance.layer({ filename: ":memory:" }) }))
      const result = yield* run.result
      assert.deepStrictEqual(run.events, result.allEvents)
    })
  )

  it.effect("wakes sleeping fibers in the order of time", () =>
    Effect.gen(function* () {
      const run = yield* TestRun.start(launch(sleeping, minutes(10, 5)))
      yield* run.adjust("1 hour")
      yield* run.result
      const lines = run.events.flatMap((event) => (event._tag === "LOG_MESSAGE" ? [event.message] : []))
      assert.deepStrictEqual(lines, ["slept 5", "slept 10"])
    })
  )

  it.effect("waits for one event after another, and reports what came instead if the run ends", () =>
    Effect.gen(function* () {
      const run = yield* TestRun.start(launch(sleeping, { ...minutes(0, 0), runId: "r", maxConcurrent: 1 }))
      const isEnd = (stepKey: string) =>
        run.until((event) => event._tag === "STEP_SUCCESS" && event.stepKey === stepKey)
      yield* isEnd("long")
      yield* isEnd("short")
      const error = yield* Effect.flip(run.until("STEP_START"))
      assert.strictEqual(error.message, 'Run "r" ended before STEP_START; these came: RUN_SUCCESS')
    })
  )

  it.effect("cancels a run that does not end, by its method and with its scope", () =>
    Effect.gen(function* () {
      const run = yield* TestRun.start(launch(endless))
      yield* run.until("STEP_START")
      yield* run.cancel("enough")
      assert.strictEqual((yield* run.until("RUN_CANCELING")).reason, "enough")
      yield* run.until("RUN_CANCELED")
      yield* Effect.scoped(
        Effect.flatMap(TestRun.start(launch(endless, { runId: "left" })), (left) => left.until("STEP_START"))
      )
      assert.strictEqual((yield* Runs.get("left")).status, "CANCELED")
    }).pipe(Effect.provide(Instance.layerMemory))
  )
})
