import { assert, describe, it } from "@effect/vitest"
import { Job, Op } from "@heddle/definitions"
import { executeInProcess } from "@heddle/execution"
import { Instance } from "@heddle/storage"
import { Effect, Fiber, Schema } from "effect"

/** Computes for a while without letting anything else run. */
const compute = (millis: number): void => {
  const until = performance.now() + millis
  while (performance.now() < until);
}

const busy = Op.make("busy", { inputs: { n: Schema.Number }, output: Schema.Number, run: ({ n }) => (compute(1), n) })
const first = Op.make("first", { output: Schema.Number, run: () => 0 })

/** A job of steps that run one after the other, each of which computes for a millisecond. */
const chain = (steps: number) =>
  Job.make("chain", function* () {
    let n = yield* first()
    for (let i = 0; i < steps; i++) n = yield* busy.as(`busy_${i}`)({ n })
    return n
  })

/** A job of steps that may all run at once. */
const fan = (steps: number) =>
  Job.make("fan", function* () {
    const n = yield* first()
    for (let i = 0; i < steps; i++) yield* busy.as(`busy_${i}`)({ n })
    return n
  })

describe("a run of plain steps, none of which waits", () => {
  for (const [name, job] of [
    ["one after the other", chain(200)],
    ["side by side", fan(200)]
  ] as const) {
    it.live(`lets timers have their turn while they run ${name}`, () =>
      Effect.gen(function* () {
        let turns = 0
        const timer = setInterval(() => turns++, 1)
        const result = yield* executeInProcess(job)
        clearInterval(timer)
        assert.isTrue(result.success)
        assert.isAtLeast(turns, 10)
      }).pipe(Effect.provide(Instance.layerMemory))
    )
  }

  it.live("can be interrupted in the middle", () =>
    Effect.gen(function* () {
      let ran = 0
      const count = Op.make("count", {
        inputs: { n: Schema.Number },
        output: Schema.Number,
        run: ({ n }) => (compute(1), ran++, n)
      })
      const job = Job.make("counted", function* () {
        let n = yield* first()
        for (let i = 0; i < 2_000; i++) n = yield* count.as(`count_${i}`)({ n })
        return n
      })
      const fiber = yield* Effect.forkChild(executeInProcess(job))
      yield* Effect.sleep("50 millis")
      yield* Fiber.interrupt(fiber)
      assert.isBelow(ran, 1_000)
    }).pipe(Effect.provide(Instance.layerMemory))
  )
})
