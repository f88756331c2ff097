import { assert, describe, it } from "@effect/vitest"
import { type AttemptFailure, RetryDecision } from "@heddle/engine"

const failed: AttemptFailure = { errorTag: "Throttled", source: "USER_CODE_ERROR", retryable: true }
const twice = { _tag: "any", policy: { maxRetries: 2, delayMillis: 100, backoff: "exponential" } } as const

describe("RetryDecision", () => {
  it("answer - waits as the policy asks, up to the last retry", () => {
    const answers = [1, 2, 3].map((attempt) => RetryDecision.answer("enabled", twice, failed, attempt, 0))
    assert.deepStrictEqual(answers, [
      { _tag: "Retry", waitMillis: 100 },
      { _tag: "Retry", waitMillis: 300 },
      { _tag: "Exhausted", maxRetries: 2 }
    ])
  })

  it("answer - selects by error tag, and fails at once for a tag that is not retried or not named", () => {
    const byTag = { _tag: "byError", policies: { Throttled: { maxRetries: 1 }, Missing: null } } as const
    const of = (errorTag: string | undefined) =>
      RetryDecision.answer("enabled", byTag, { ...failed, errorTag }, 1, 0)._tag
    assert.deepStrictEqual(["Throttled", "Missing", "constructor", undefined].map(of), [
      "Retry",
      "Fail",
      "Fail",
      "Fail"
    ])
  })

  it("answer - prefers the request of a body to the policy, even if no policy applies", () => {
    const requested = { maxRetries: 1, waitMillis: 7 }
    const asked = { ...failed, retryable: false, requested }
    assert.deepStrictEqual(RetryDecision.answer("enabled", twice, asked, 1, 0), { _tag: "Retry", waitMillis: 7 })
    assert.deepStrictEqual(RetryDecision.answer("enabled", twice, asked, 2, 0), { _tag: "Exhausted", maxRetries: 1 })
  })

  it("answer - is the same if another process makes the next attempt, and never a retry if retries are disabled", () => {
    assert.strictEqual(RetryDecision.answer("deferred", twice, failed, 1, 0)._tag, "Retry")
    assert.strictEqual(RetryDecision.answer("disabled", twice, failed, 1, 0)._tag, "Disabled")
    assert.strictEqual(RetryDecision.answer("disabled", undefined, failed, 1, 0)._tag, "Fail")
    assert.strictEqual(RetryDecision.answer("disabled", twice, { ...failed, retryable: false }, 1, 0)._tag, "Fail")
  })
})
