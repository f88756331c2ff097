import { assert, describe, it } from "@effect/vitest"
import { MultiprocessExecutor } from "@heddle/executor-multiprocess"

describe("MultiprocessExecutor.make", () => {
  it("rejects invalid options, all at once", () => {
    assert.throws(
      () => MultiprocessExecutor.make({ grace: Number.NaN, heartbeatTimeout: 0 }),
      [
        'MultiprocessExecutor.make: option "grace" must be a duration, such as 500 or "2 seconds", got NaN',
        'MultiprocessExecutor.make: option "heartbeatTimeout" must be a duration above zero, got 0'
      ].join("\n")
    )
  })

  it("accepts an infinite grace", () => {
    assert.strictEqual(MultiprocessExecutor.make({ grace: "Infinity" }).name, "multiprocess")
  })
})
