import { assert, describe, it } from "@effect/vitest"
import { Job, Op, Out, Resource, RetryPolicy } from "@heddle/definitions"
import { RunControl } from "@heddle/engine"
import { executeDefinition } from "@heddle/execution"
import { Context, Effect, Layer, Schema } from "effect"

class Db extends Context.Service<Db, { readonly name: string }>()("test/cancelAnywhere/Db") {}

/** A job with a map, a retry, a branch that is left out and a resource; counts what is begun and what is finalized. */
const fixture = () => {
  const count = { begun: 0, finalized: 0, opened: 0, closed: 0 }
  const guarded = <A>(value: A) =>
    Effect.gen(function* () {
      count.begun++
      yield* Effect.addFinalizer(() => Effect.sync(() => count.finalized++))
      yield* Effect.yieldNow
      return value
    })
  const db = Resource.fromLayer(
    Layer.effect(
      Db,
      Effect.acquireRelease(
        Effect.sync(() => {
          count.opened++
          return { name: "db" }
        }),
        () => Effect.sync(() => count.closed++)
      )
    )
  )
  const list = Op.make("list", {
    outputs: { item: Out.dynamic(Schema.Number), never: Out.optional(Schema.Number) },
    run: () => guarded({ item: [1, 2, 3, 4, 5].map((n) => [`k${n}`, n] as const) })
  })
  const twice = Op.make("twice", {
    inputs: { n: Schema.Number },
    output: Schema.Number,
    run: ({ n }) => Effect.andThen(Db, guarded(n * 2))
  })
  const flaky = Op.make("flaky", {
    inputs: { ns: Schema.Array(Schema.Number) },
    output: Schema.Number,
    retry: RetryPolicy.make({ maxRetries: 2 }),
    run: ({ ns }, { attempt }) =>
      Effect.flatMap(guarded(ns), () => (attempt < 3 ? Effect.fail("not yet") : Effect.succeed(ns.length)))
  })
  const branch = Op.make("branch", { inputs: { n: Schema.Number }, run: () => guarded(undefined) })
  const job = Job.make("cancelled", { resources: { db } }, function* () {
    const { item, never } = yield* list()
    yield* branch({ n: never })
    return yield* flaky({ ns: (yield* item.map((n) => twice({ n }))).collect() })
  })
  return { count, job }
}

describe("a cancel at any event", () => {
  it.effect("ends the run, with every finalizer run once and nothing begun after it", () =>
    Effect.gen(function* () {
      let canceled = 0
      for (let asked = true, k = 0; asked; k++) {
        const { count, job } = fixture()
        const control = new RunControl()
        let seen = 0
        let begun = 0
        asked = false
        const { events } = yield* executeDefinition(job.definition, {
          control,
          maxConcurrent: 2,
          onEvents: (appended) => {
            for (const _ of appended) {
              if (seen++ !== k) continue
              control.cancel("at any event")
              asked = true
              begun = count.begun
            }
          }
        })
        const why = `cancelled at event ${k}`
        assert.strictEqual(count.finalized, count.begun, why)
        assert.strictEqual(count.closed, count.opened, why)
        // A launch that was decided on before may still begin.
        if (asked) assert.isAtMost(count.begun - begun, 2, why)
        const end = events.at(-1)!._tag
        if (end === "RUN_CANCELED") canceled++
        else assert.strictEqual(end, "RUN_SUCCESS", why)
      }
      // All but those at the very end, when there was nothing left to cancel.
      assert.isAbove(canceled, 50)
    })
  )
})
