import { assert, describe, it } from "@effect/vitest"
import { Job, Op } from "@heddle/definitions"
import { HeddleEvent } from "@heddle/events"
import { executeInProcess } from "@heddle/execution"
import { Effect } from "effect"

const linesOf = Effect.fnUntraced(function* (run: (log: (line: string) => void) => void | Promise<void>) {
  const op = Op.make("chatty", { run: (_, { log }) => run((line) => log.debug(line)) })
  const job = Job.make("chatting", {}, function* () {
    yield* op()
  })
  const { allEvents: events } = yield* executeInProcess(job)
  const ends = events.findIndex(HeddleEvent.is("STEP_SUCCESS"))
  return events.slice(0, ends).filter(HeddleEvent.is("LOG_MESSAGE"))
})

describe("a body that logs without letting the event loop run", () => {
  it.effect("keeps 100,000 lines, and the log says how many are missing", () =>
    Effect.gen(function* () {
      const lines = yield* linesOf((log) => {
        for (let i = 0; i < 100_007; i++) log(`line ${i}`)
      })
      assert.lengthOf(lines, 100_001)
      assert.strictEqual(lines[99_999]?.message, "line 99999")
      assert.strictEqual(lines[100_000]?.level, "WARNING")
      assert.match(lines[100_000]?.message ?? "", /^7 log lines were dropped: /)
    })
  )

  it.effect("keeps fewer long lines", () =>
    Effect.gen(function* () {
      const long = "x".repeat(1_024 * 1_024)
      const lines = yield* linesOf((log) => {
        for (let i = 0; i < 3_000; i++) log(long)
      })
      assert.isBelow(lines.length, 2_000)
      assert.match(lines.at(-1)?.message ?? "", /log lines were dropped: /)
    })
  )

  it.effect("keeps all lines if it lets the event loop run", () =>
    Effect.gen(function* () {
      const lines = yield* linesOf(async (log) => {
        for (let i = 0; i < 150_000; i++) {
          if (i % 50_000 === 0) await new Promise((resolve) => setImmediate(resolve))
          log(`line ${i}`)
        }
      })
      assert.lengthOf(lines, 150_000)
    })
  )
})
