import { assert, describe, it } from "@effect/vitest"
import { Job, Op, Out } from "@heddle/definitions"
import { executeInProcess } from "@heddle/execution"
import { Cause, Effect, Exit, Schema } from "effect"

const n = Schema.Number
const keys = Op.make("keys", {
  outputs: { part: Out.dynamic(n) },
  run: () => ({
    part: new Map([
      ["x", 1],
      ["y", 2]
    ])
  })
})
const same = Op.make("same", { inputs: { a: n }, output: n, run: ({ a }) => a })
const list = Op.make("list", { inputs: { xs: Schema.Array(n) }, output: Schema.Array(n), run: ({ xs }) => xs })

const started = (result: { readonly allEvents: ReadonlyArray<{ readonly _tag: string; readonly stepKey?: string }> }) =>
  result.allEvents.flatMap(({ _tag, stepKey }) => (_tag === "STEP_START" ? [stepKey] : []))

describe("steps that keys make", () => {
  it.effect("start in the order of the plan, those that collect among them", () =>
    Effect.gen(function* () {
      const job = Job.make("job", {}, function* () {
        const { part } = yield* keys()
        yield* list.as("a_all")({ xs: part.collect() })
        const first = yield* part.map((a) => same.as("m1")({ a }))
        yield* list.as("c_first")({ xs: first.collect() })
        yield* first.map((a) => same.as("m2")({ a }))
      })
      const result = yield* executeInProcess(job, { maxConcurrent: 1 })
      assert.deepStrictEqual(started(result), ["keys", "a_all", "m1[x]", "m1[y]", "m2[x]", "c_first", "m2[y]"])
    })
  )

  it.effect("leave what collects an optional dynamic output without values skipped, and a required one with none", () =>
    Effect.gen(function* () {
      const none = Op.make("none", {
        outputs: { may: Out.optionalDynamic(n), must: Out.dynamic(n) },
        run: () => ({ may: new Map<string, number>(), must: new Map<string, number>() })
      })
      const job = Job.make("job", {}, function* () {
        const { may, must } = yield* none()
        yield* list.as("of_may")({ xs: may.collect() })
        yield* list.as("of_must")({ xs: must.collect() })
        const mapped = yield* may.map((a) => same({ a }))
        yield* list.as("of_mapped")({ xs: mapped.collect() })
      })
      const result = yield* executeInProcess(job)
      assert.isTrue(result.success)
      assert.isTrue(result.isNodeSkipped("of_may"))
      assert.isTrue(result.isNodeSkipped("of_mapped"))
      assert.isTrue(result.isNodeSuccess("of_must"))
    })
  )

  it.effect("cannot have keys of their own", () =>
    Effect.gen(function* () {
      const more = Op.make("more", {
        inputs: { a: n },
        outputs: { part: Out.dynamic(n) },
        run: ({ a }) => ({ part: new Map([["z", a]]) })
      })
      const job = Job.make("job", {}, function* () {
        const { part } = yield* keys()
        yield* part.map(function* (a) {
          yield* more({ a })
          return yield* same({ a })
        })
      })
      const exit = yield* Effect.exit(executeInProcess(job))
      assert.isTrue(Exit.isFailure(exit))
      if (Exit.isFailure(exit)) assert.include(String(Cause.squash(exit.cause)), 'it is mapped over "keys.part"')
    })
  )
})

describe("a list of sources", () => {
  it.effect("is empty when none of them is selected", () =>
    Effect.gen(function* () {
      const job = Job.make("job", {}, function* () {
        const one = yield* Op.make("one", { output: n, run: () => 1 })()
        return yield* list({ xs: [one] })
      })
      const result = yield* executeInProcess(job, { opSelection: ["list"] })
      assert.isTrue(result.success)
      assert.deepStrictEqual(result.outputForNode("list"), [])
    })
  )
})
