import { assert, describe, it } from "@effect/vitest"
import { StepFailure, Job, Op, RetryPolicy } from "@heddle/definitions"
import { HeddleEvent } from "@heddle/events"
import { executeInProcess } from "@heddle/execution"
import { Effect } from "effect"

const fails = Op.make("fails", {
  retry: RetryPolicy.make({ maxRetries: 3 }),
  run: () => new StepFailure({ description: "no" })
})
const job = Job.make("modes", {}, function* () {
  yield* fails()
})

describe("retries of an executor", () => {
  for (const executor of ["config", "inProcess"] as const) {
    it.effect(`that run config disables make no attempt again, and the failure says so (${executor})`, () =>
      Effect.gen(function* () {
        const config = { retries: { disabled: {} } }
        const execution = executor === "config" ? { config } : { inProcess: { config } }
        const { allEvents } = yield* executeInProcess(job, { runConfig: { execution } })
        assert.isFalse(allEvents.some(HeddleEvent.isStepUpForRetry))
        const failure = allEvents.find(HeddleEvent.isStepFailure)
        assert.deepStrictEqual(
          [failure?.error.name, failure?.error.message, failure?.error.cause?.name, failure?.source],
          ["RetriesDisabled", "RetryRequested but retries are disabled", "StepFailure", "FRAMEWORK_ERROR"]
        )
        assert.strictEqual(failure?.userFailure?.description, "no")
      })
    )
  }

  it.effect("are made where it enables them, and must be one of the two", () =>
    Effect.gen(function* () {
      const { allEvents } = yield* executeInProcess(job, {
        runConfig: { execution: { config: { retries: { enabled: {} } } } }
      })
      assert.lengthOf(allEvents.filter(HeddleEvent.isStepUpForRetry), 3)
      const refused = yield* Effect.flip(
        // @ts-expect-error one of the two
        executeInProcess(job, { runConfig: { execution: { config: { retries: { enabled: {}, disabled: {} } } } } })
      )
      assert.strictEqual(refused._tag, "RunConfigError")
    })
  )
})
