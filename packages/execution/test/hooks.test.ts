import { assert, describe, it } from "@effect/vitest"
import { Graph, Hook, Job, Op, Out, Resource, RetryPolicy } from "@heddle/definitions"
import { RunControl } from "@heddle/engine"
import type { HeddleEvent } from "@heddle/events"
import { executeDefinition, executeInProcess } from "@heddle/execution"
import { Context, Deferred, Effect, Fiber, Layer, Schema } from "effect"

class Boom extends Schema.TaggedError<Boom>()("Boom", { why: Schema.String }) {}
class Mail extends Context.Service<Mail, { readonly send: (text: string) => void }>()("test/hooks/Mail") {}

/** What happened, a word each, of the events that belong to steps. */
const story = (events: ReadonlyArray<HeddleEvent>) =>
  events.flatMap((event) => {
    switch (event._tag) {
      case "STEP_START":
      case "STEP_RESTARTED":
      case "STEP_SUCCESS":
      case "STEP_FAILURE":
      case "STEP_UP_FOR_RETRY":
      case "STEP_SKIPPED":
        return [`${event.stepKey} ${event._tag}`]
      case "HOOK_COMPLETED":
      case "HOOK_ERRORED":
      case "HOOK_SKIPPED":
        return [`${event.stepKey} ${event._tag} ${event.hook}`]
      case "RUN_SUCCESS":
      case "RUN_FAILURE":
      case "RUN_CANCELED":
        return [event._tag]
      default:
        return []
    }
  })

const one = Op.make("one", { output: Schema.Number, run: () => 1 })
const use = Op.make("use", { inputs: { x: Schema.Number }, output: Schema.Number, run: ({ x }) => x + 1 })
const boom = Op.make("boom", {
  inputs: { x: Schema.Number },
  output: Schema.Number,
  run: () => Effect.fail(new Boom({ why: "no" }))
})
const maybe = Op.make("maybe", { outputs: { v: Out.optional(Schema.Number) }, run: () => ({}) })

describe("hooks", () => {
  it.effect("of a job run after every step that ran, once what follows from its end is decided", () =>
    Effect.gen(function* () {
      const told: Array<unknown> = []
      const ok = Hook.onSuccess("ok", ({ error, opName, outputs, stepKey }) => {
        told.push(["ok", stepKey, opName, outputs, error])
      })
      const bad = Hook.onFailure("bad", ({ error, outputs, stepKey }) => {
        told.push(["bad", stepKey, outputs, error instanceof Boom ? error.why : error])
      })
      const job = Job.make("hooked", { hooks: [ok, bad] }, function* () {
        const x = yield* one()
        yield* use.as("after")({ x: yield* boom({ x }) })
        const { v } = yield* maybe()
        yield* use.as("skipped")({ x: v })
      })
      const { allEvents, success } = yield* executeInProcess(job, { maxConcurrent: 1 })
      assert.isFalse(success)
      assert.deepStrictEqual(story(allEvents), [
        "maybe STEP_START",
        "maybe STEP_SUCCESS",
        "skipped STEP_SKIPPED",
        "maybe HOOK_COMPLETED ok",
        "maybe HOOK_SKIPPED bad",
        "one STEP_START",
        "one STEP_SUCCESS",
        "one HOOK_COMPLETED ok",
        "one HOOK_SKIPPED bad",
        "boom STEP_START",
        "boom STEP_FAILURE",
        "boom HOOK_SKIPPED ok",
        "boom HOOK_COMPLETED bad",
        "RUN_FAILURE"
      ])
      assert.deepStrictEqual(told, [
        ["ok", "maybe", "maybe", {}, undefined],
        ["ok", "one", "one", { result: 1 }, undefined],
        ["bad", "boom", {}, "no"]
      ])
    })
  )

  it.effect("of uses of ops and graphs run after the steps inside, each once", () =>
    Effect.gen(function* () {
      const ran: Array<string> = []
      const noting = (name: string) =>
        Hook.onSuccess(name, ({ hookName, stepKey }) => void ran.push(`${hookName} ${stepKey}`))
      const [every, inside, own] = [noting("every"), noting("inside"), noting("own")]
      const inner = Graph.make("inner", { inputs: { x: Schema.Number } }, function* ({ x }) {
        return yield* use.with({ name: "last", hooks: [own, every] })({ x: yield* use({ x }) })
      })
      const job = Job.make("nested", { hooks: [every] }, function* () {
        return yield* inner.with({ hooks: [inside] })({ x: yield* one() })
      })
      const { success } = yield* executeInProcess(job, { maxConcurrent: 1 })
      assert.isTrue(success)
      assert.deepStrictEqual(ran, [
        "every one",
        "every inner.use",
        "inside inner.use",
        "every inner.last",
        "inside inner.last",
        "own inner.last"
      ])
    })
  )

  it.effect("that fail, throw or reject are told of with their error, and change nothing of the run", () =>
    Effect.gen(function* () {
      const job = Job.make(
        "broken",
        {
          hooks: [
            Hook.onSuccess("fails", () => Effect.fail(new Boom({ why: "hook" }))),
            Hook.onSuccess("throws", (): void => {
              throw new TypeError("thrown")
            }),
            Hook.onSuccess("rejects", () => Promise.reject(new RangeError("rejected")))
          ]
        },
        function* () {
          return yield* one()
        }
      )
      const result = yield* executeInProcess(job)
      assert.isTrue(result.success && result.output === 1)
      assert.deepStrictEqual(
        result.allEvents.flatMap((event) => (event._tag === "HOOK_ERRORED" ? [[event.hook, event.error.name]] : [])),
        [
          ["fails", "Boom"],
          ["throws", "TypeError"],
          ["rejects", "RangeError"]
        ]
      )
    })
  )

  it.effect("are skipped after an attempt that is made again, and see the values of the last", () =>
    Effect.gen(function* () {
      let attempts = 0
      const told: Array<unknown> = []
      const flaky = Op.make("flaky", {
        outputs: { n: Schema.Number, many: Out.dynamic(Schema.String) },
        retry: { Boom: RetryPolicy.make({ maxRetries: 1 }) },
        run: () =>
          Effect.suspend(() =>
            ++attempts === 1
              ? Effect.fail(new Boom({ why: "once" }))
              : Effect.succeed({
                  n: 2,
                  many: [
                    ["a", "A"],
                    ["b", "B"]
                  ] as const
                })
          )
      })
      const ok = Hook.onSuccess("ok", ({ outputs, retryNumber }) => void told.push([outputs, retryNumber]))
      const bad = Hook.onFailure("bad", () => void told.push("bad"))
      const job = Job.make("retried", { hooks: [ok, bad] }, function* () {
        yield* flaky()
      })
      const { allEvents } = yield* executeInProcess(job)
      assert.deepStrictEqual(story(allEvents), [
        "flaky STEP_START",
        "flaky STEP_UP_FOR_RETRY",
        "flaky HOOK_SKIPPED ok",
        "flaky HOOK_SKIPPED bad",
        "flaky STEP_RESTARTED",
        "flaky STEP_SUCCESS",
        "flaky HOOK_COMPLETED ok",
        "flaky HOOK_SKIPPED bad",
        "RUN_SUCCESS"
      ])
      assert.deepStrictEqual(told, [[{ n: 2, many: { a: "A", b: "B" } }, 1]])
    })
  )

  it.effect("read the resources that they name, log as their step, and start what only they need", () =>
    Effect.gen(function* () {
      const sent: Array<string> = []
      const mail = Resource.fromLayer(Layer.succeed(Mail, { send: (text) => sent.push(text) }))
      const byName = Hook.onSuccess("by_name", { resources: { mail: Mail } }, ({ log, resources }) => {
        resources.mail.send("by name")
        log.warning("told", { to: 1 })
      })
      const byEffect = Hook.onSuccess("by_effect", () =>
        Effect.gen(function* () {
          const service = yield* Mail
          service.send("by effect")
          yield* Effect.logInfo("in effect")
        })
      )
      const plain = Op.make("plain", { resources: {}, run: () => {} })
      const job = Job.make("mailing", { resources: { mail }, hooks: [byName, byEffect] }, function* () {
        yield* plain()
      })
      const { allEvents } = yield* executeInProcess(job)
      assert.deepStrictEqual(sent, ["by name", "by effect"])
      assert.deepStrictEqual(
        allEvents.flatMap((event) =>
          event._tag === "LOG_MESSAGE" ? [[event.level, event.message, event.stepKey]] : []
        ),
        [
          ["WARNING", "told", "plain"],
          ["INFO", "in effect", "plain"]
        ]
      )
    })
  )

  it.effect("keep the run from ending, and not the steps that wait for theirs from starting", () =>
    Effect.gen(function* () {
      const started = yield* Deferred.make<void>()
      const slow = Hook.onSuccess("slow", () => Deferred.await(started))
      const last = Op.make("last", {
        inputs: { x: Schema.Number },
        run: () => Effect.asVoid(Deferred.succeed(started, undefined))
      })
      const job = Job.make("slow", {}, function* () {
        yield* last({ x: yield* one.with({ hooks: [slow] })() })
      })
      const { allEvents } = yield* executeInProcess(job, { maxConcurrent: 2 })
      const told = story(allEvents)
      assert.isTrue(told.includes("one HOOK_COMPLETED slow"))
      assert.strictEqual(told.at(-1), "RUN_SUCCESS")
    })
  )

  it.effect("are interrupted by a cancel, and told of as failed", () =>
    Effect.gen(function* () {
      const running = yield* Deferred.make<void>()
      const control = new RunControl()
      const endless = Hook.onSuccess("endless", () =>
        Effect.andThen(Deferred.succeed(running, undefined), Effect.never)
      )
      const job = Job.make("endless", { hooks: [endless, Hook.onSuccess("next", () => {})] }, function* () {
        yield* one()
      })
      const fiber = yield* Effect.forkChild(executeDefinition(job.definition, { control }))
      yield* Deferred.await(running)
      control.cancel()
      const { events } = yield* Fiber.join(fiber)
      assert.deepStrictEqual(story(events), [
        "one STEP_START",
        "one STEP_SUCCESS",
        "one HOOK_ERRORED endless",
        "one HOOK_ERRORED next",
        "RUN_CANCELED"
      ])
    })
  )
})
