import { assert, describe, it } from "@effect/vitest"
import { IOManager, Job, Op, Out } from "@heddle/definitions"
import { ReexecutionOptions } from "@heddle/engine"
import { HeddleEvent } from "@heddle/events"
import { executeDefinition, executeInProcess } from "@heddle/execution"
import { EventLog, Instance } from "@heddle/storage"
import { Deferred, Effect, Schema, Stream } from "effect"

const n = Schema.Number
const runConfig = { execution: { config: { requireUpstreamStepSuccess: false } } }

/** A job whose first step gives `p`, and goes on with `then` before it gives `q`. */
const fixture = (then: (usedP: Effect.Effect<void>) => Effect.Effect<void, "broken">) => {
  const ran: Array<string> = []
  const usedP = Deferred.makeUnsafe<void>()
  const producer = Op.make("producer", {
    outputs: { p: n, q: n },
    run: () => {
      ran.push("producer")
      return Stream.concat(
        Stream.succeed({ output: "p" as const, value: 1 }),
        Stream.fromEffect(Effect.as(then(Deferred.await(usedP)), { output: "q" as const, value: 2 }))
      )
    }
  })
  const uses = (name: string) =>
    Op.make(name, {
      inputs: { x: n },
      output: n,
      run: ({ x }) => {
        ran.push(name)
        if (name === "uses_p") Deferred.doneUnsafe(usedP, Effect.void)
        return x * 10
      }
    })
  const job = Job.make("early", {}, function* () {
    const { p, q } = yield* producer()
    return { p: yield* uses("uses_p")({ x: p }), q: yield* uses("uses_q")({ x: q }) }
  })
  return { job, ran }
}

const steps = (events: ReadonlyArray<HeddleEvent>) =>
  events
    .filter(HeddleEvent.is("STEP_START", "STEP_SUCCESS", "STEP_FAILURE"))
    .map(({ _tag, stepKey }) => `${_tag.slice("STEP_".length)} ${stepKey}`)

describe("requireUpstreamStepSuccess: false", () => {
  it.effect("starts a step by the output of a step that is still running", () =>
    Effect.gen(function* () {
      const { job } = fixture((usedP) => usedP)
      const result = yield* executeInProcess(job, { runConfig })
      assert.isTrue(result.success)
      assert.deepStrictEqual(result.success && result.output, { p: 10, q: 20 })
      assert.deepStrictEqual(steps(result.allEvents).slice(0, 2), ["START producer", "START uses_p"])
      const ready = result.allEvents.find(HeddleEvent.is("EXECUTOR_READY"))
      assert.strictEqual(ready?.requireUpstreamStepSuccess, false)
    })
  )

  it.effect("keeps what ran by an output when its step fails afterwards, and fails the run", () =>
    Effect.gen(function* () {
      const { job, ran } = fixture((usedP) => Effect.andThen(usedP, Effect.fail("broken" as const)))
      const result = yield* executeInProcess(job, { runConfig })
      assert.deepStrictEqual(
        [result.success, !result.success && result.reason, ran],
        [false, "STEP_FAILURE", ["producer", "uses_p"]]
      )
      assert.include(steps(result.allEvents), "SUCCESS uses_p")
      assert.strictEqual(result.outputForNode("uses_p"), 10)
    })
  )

  it.effect("runs a step by the output of a step that has failed meanwhile, one step at a time", () =>
    Effect.gen(function* () {
      const { job } = fixture(() => Effect.fail("broken"))
      const { allEvents } = yield* executeInProcess(job, { runConfig, maxConcurrent: 1 })
      assert.deepStrictEqual(steps(allEvents), ["START producer", "FAILURE producer", "START uses_p", "SUCCESS uses_p"])
    })
  )

  it.effect("is off by default: nothing runs by an output of a step that failed", () =>
    Effect.gen(function* () {
      const { job, ran } = fixture(() => Effect.fail("broken"))
      assert.isFalse((yield* executeInProcess(job)).success)
      assert.deepStrictEqual(ran, ["producer"])
    })
  )

  it.effect("does not wait for other events to be written with an output that a step needs", () =>
    Effect.gen(function* () {
      const { job } = fixture((usedP) => usedP)
      // The clock of the test stands still, so what lingers is never written.
      const run = executeInProcess(job, { runConfig }).pipe(
        Effect.updateService(EventLog, (log) => ({ ...log, lingerMillis: 1_000 })),
        Effect.provide(Instance.layerMemory)
      )
      assert.isTrue((yield* run).success)
    })
  )

  it.effect("expands a dynamic output when its step has ended, and starts by its other outputs before", () =>
    Effect.gen(function* () {
      const shown = Deferred.makeUnsafe<void>()
      const split = Op.make("split", {
        outputs: { part: Out.dynamic(n), count: n },
        run: () =>
          Stream.fromIterable([
            { output: "part" as const, key: "a", value: 1 },
            { output: "count" as const, value: 2 }
          ]).pipe(
            Stream.concat(
              Stream.fromEffect(Effect.as(Deferred.await(shown), { output: "part" as const, key: "b", value: 2 }))
            )
          )
      })
      const show = Op.make("show", { inputs: { x: n }, run: () => Deferred.doneUnsafe(shown, Effect.void) })
      const twice = Op.make("twice", { inputs: { x: n }, output: n, run: ({ x }) => x * 2 })
      const job = Job.make("dynamic", {}, function* () {
        const { count, part } = yield* split()
        yield* show({ x: count })
        return { all: (yield* part.map((x) => twice({ x }))).collect() }
      })
      const result = yield* executeInProcess(job, { runConfig })
      assert.deepStrictEqual(result.success && result.output, { all: [2, 4] })
      const started = steps(result.allEvents).filter((step) => step.startsWith("START"))
      assert.sameOrderedMembers(started, ["START split", "START show", "START twice[a]", "START twice[b]"])
    })
  )

  it.effect("re-executes from failure the step that failed, and not the one that succeeded by its output", () =>
    Effect.gen(function* () {
      let broken = true
      const { job, ran } = fixture(() => Effect.suspend(() => (broken ? Effect.fail("broken" as const) : Effect.void)))
      const ioManager = IOManager.makeMemory()
      const first = yield* executeDefinition(job.definition, { runId: "first", ioManager, runConfig })
      assert.isFalse(first.success)
      broken = false
      const reexecution = ReexecutionOptions.fromFailure("first")
      const again = yield* executeDefinition(job.definition, { runId: "second", ioManager, runConfig, reexecution })
      assert.isTrue(again.success)
      assert.deepStrictEqual(ran, ["producer", "uses_p", "producer", "uses_q"])
    }).pipe(Effect.provide(Instance.layerMemory))
  )
})
