import { assert, describe, it } from "@effect/vitest"
import { Job, Op, OpExecutionContext } from "@heddle/definitions"
import { executeInProcess } from "@heddle/execution"
import { EventLog, Instance } from "@heddle/storage"
import { Clock, type Duration, Effect, Fiber, Layer } from "effect"
import { TestClock } from "effect/testing"

const LINGER = 10

/** Runs a body that pauses and then logs a line, several times; gives the appends with lines: their time, and those of the lines. */
const appendsOf = Effect.fnUntraced(function* (pauses: ReadonlyArray<Duration.Input>) {
  const appends: Array<{ readonly at: number; readonly lines: ReadonlyArray<number> }> = []
  const recording = Layer.effect(
    EventLog,
    Effect.map(EventLog, (log) =>
      EventLog.of({
        ...log,
        lingerMillis: LINGER,
        append: (events, lease) =>
          Effect.flatMap(Clock.currentTimeMillis, (at) => {
            const lines = events.flatMap((event) => (event._tag === "LOG_MESSAGE" ? [event.timestamp] : []))
            if (lines.length > 0) appends.push({ at, lines })
            return log.append(events, lease)
          })
      })
    )
  ).pipe(Layer.provideMerge(Instance.layerMemory))
  const talk = Op.make("talk", {
    run: () =>
      Effect.gen(function* () {
        const { log } = yield* OpExecutionContext
        for (const pause of pauses) {
          yield* Effect.sleep(pause)
          log.info("line")
        }
        yield* Effect.sleep("1 second")
      })
  })
  const job = Job.make("talking", function* () {
    yield* talk()
  })
  const run = yield* Effect.forkChild(Effect.provide(executeInProcess(job), recording))
  // A millisecond at a time, as a clock goes.
  while (run.pollUnsafe() === undefined) yield* TestClock.adjust(1)
  yield* Fiber.join(run)
  return appends
})

describe("events that nobody waits for", () => {
  it.effect("are in the log at once after a pause", () =>
    Effect.gen(function* () {
      const appends = yield* appendsOf([100, 100, 50])
      assert.deepStrictEqual(
        appends.map(({ at, lines }) => lines.map((line) => at - line)),
        [[0], [0], [0]]
      )
    })
  )

  it.effect("are written together when there are many, and none waits longer than the linger time", () =>
    Effect.gen(function* () {
      const appends = yield* appendsOf(Array.from({ length: 100 }, () => 2))
      const waits = appends.flatMap(({ at, lines }) => lines.map((line) => at - line))
      assert.lengthOf(waits, 100)
      assert.isAtMost(Math.max(...waits), LINGER)
      // 200 milliseconds of lines, one append in ten of them.
      assert.isAtMost(appends.length, 200 / LINGER + 1)
    })
  )
})
