import { assert, describe, it } from "@effect/vitest"
import { StepFailure, IOManager, Job, Op, Out, RetryPolicy, RetryRequested } from "@heddle/definitions"
import { type HeddleEvent, MetadataValue } from "@heddle/events"
import { executeInProcess } from "@heddle/execution"
import { Effect, Layer, Schema } from "effect"

class Flaky extends Schema.TaggedError<Flaky>()("Flaky", { attempt: Schema.Int }) {
  override get message(): string {
    return `attempt ${this.attempt}`
  }
}

const twice = RetryPolicy.make({ maxRetries: 2 })

const jobOf = <E>(op: Op<string, {}, any, any, void, E, never>) =>
  Job.make("attempts", {}, function* () {
    yield* op()
  })

/** The ends of the attempts of a run, as short as they can be told. */
const ends = (events: ReadonlyArray<HeddleEvent>) =>
  events.flatMap((event) =>
    event._tag === "STEP_UP_FOR_RETRY" || event._tag === "STEP_FAILURE"
      ? [
          {
            end: event._tag,
            error: event.error.name,
            message: event.error.message,
            cause: event.error.cause?.name,
            source: event.source
          }
        ]
      : []
  )

const only = <A>(list: ReadonlyArray<A>): A => {
  assert.lengthOf(list, 1)
  return list[0]!
}

describe("a policy", () => {
  it.effect("tells the cause of each attempt in its event, and at last that it is used up", () =>
    Effect.gen(function* () {
      const op = Op.make("hopeless", {
        retry: twice,
        run: (_, { retryNumber }) => Effect.fail(new Flaky({ attempt: retryNumber }))
      })
      const result = yield* executeInProcess(jobOf(op))
      assert.deepStrictEqual(ends(result.allEvents), [
        { end: "STEP_UP_FOR_RETRY", error: "Flaky", message: "attempt 0", cause: undefined, source: "USER_CODE_ERROR" },
        { end: "STEP_UP_FOR_RETRY", error: "Flaky", message: "attempt 1", cause: undefined, source: "USER_CODE_ERROR" },
        {
          end: "STEP_FAILURE",
          error: "RetriesExhausted",
          message: "Exceeded max_retries of 2",
          cause: "Flaky",
          source: "USER_CODE_ERROR"
        }
      ])
      if (result.success) return assert.fail("it succeeded")
      const { error } = only(result.failures)
      assert.instanceOf(error, Flaky)
    })
  )

  it.effect("of no retries is used up by the first attempt, and goes before that of the job", () =>
    Effect.gen(function* () {
      const never = Op.make("never", {
        retry: RetryPolicy.make({ maxRetries: 0 }),
        run: () => Effect.fail(new Flaky({ attempt: 0 }))
      })
      const job = Job.make("attempts", { retry: twice }, function* () {
        yield* never()
      })
      const { allEvents } = yield* executeInProcess(job)
      assert.strictEqual(only(ends(allEvents)).message, "Exceeded max_retries of 0")
    })
  )

  it.live("grows its wait, and the step starts again when the wait is over", () =>
    Effect.gen(function* () {
      const op = Op.make("slow", {
        retry: RetryPolicy.make({ maxRetries: 2, delay: "1 millis", backoff: "exponential" }),
        run: (_, { retryNumber }) => (retryNumber < 2 ? Effect.fail(new Flaky({ attempt: retryNumber })) : Effect.void)
      })
      const { allEvents, success } = yield* executeInProcess(jobOf(op))
      assert.isTrue(success)
      assert.deepStrictEqual(
        allEvents.flatMap((event) => (event._tag === "STEP_UP_FOR_RETRY" ? [event.waitMillis] : [])),
        [1, 3]
      )
    })
  )
})

describe("a body that fails in several ways at once", () => {
  it.effect("has all of them in the event of its failure", () =>
    Effect.gen(function* () {
      const op = Op.make("several", {
        run: () =>
          Effect.andThen(
            Effect.addFinalizer(() => Effect.die(new Error("not closed"))),
            Effect.fail(new Flaky({ attempt: 0 }))
          )
      })
      const { allEvents } = yield* executeInProcess(jobOf(op))
      const { error } = only(allEvents.filter((event) => event._tag === "STEP_FAILURE"))
      assert.deepStrictEqual([error.name, ...error.errors!.map(({ message }) => message)], ["Flaky", "not closed"])
    })
  )
})

describe("StepFailure", () => {
  it.effect("puts its description and metadata into the event, and is not tried again when it forbids that", () =>
    Effect.gen(function* () {
      const op = Op.make("stop", {
        retry: twice,
        run: () => new StepFailure({ description: "stop here", metadata: { code: 7 }, allowRetries: false })
      })
      const { allEvents } = yield* executeInProcess(jobOf(op))
      const failure = only(allEvents.filter((event) => event._tag === "STEP_FAILURE"))
      assert.strictEqual(failure.error.name, "StepFailure")
      assert.strictEqual(failure.error.message, "stop here")
      assert.strictEqual(failure.source, "FRAMEWORK_ERROR")
      assert.deepStrictEqual(failure.userFailure, {
        description: "stop here",
        metadata: { code: MetadataValue.int(7) }
      })
    })
  )

  const forms: ReadonlyArray<readonly [string, Op<string, {}, any, any, void, any, never>]> = [
    ["failed with", Op.make("o", { retry: twice, run: () => new StepFailure({ description: "no" }) })],
    [
      "thrown",
      Op.make("o", {
        retry: twice,
        run: (): void => {
          throw new StepFailure({ description: "no" })
        }
      })
    ],
    ["rejected with", Op.make("o", { retry: twice, run: () => Promise.reject(new StepFailure({ description: "no" })) })]
  ]
  for (const [form, op] of forms) {
    it.effect(`is told as it is and tried again by a policy when a body has ${form} it`, () =>
      Effect.gen(function* () {
        const { allEvents } = yield* executeInProcess(jobOf(op))
        assert.deepStrictEqual(
          ends(allEvents).map(({ cause, error }) => [error, cause]),
          [
            ["StepFailure", undefined],
            ["StepFailure", undefined],
            ["RetriesExhausted", "StepFailure"]
          ]
        )
        const last = allEvents.find((event) => event._tag === "STEP_FAILURE")
        assert.strictEqual(last?.userFailure?.description, "no")
      })
    )
  }
})

describe("RetryRequested", () => {
  it.live("goes before the policy, with its own number of retries and its own wait", () =>
    Effect.gen(function* () {
      const op = Op.make("ask", {
        retry: RetryPolicy.make({ maxRetries: 9, delay: "1 hour" }),
        run: () => new RetryRequested({ maxRetries: 1, wait: "2 millis" })
      })
      const { allEvents } = yield* executeInProcess(jobOf(op))
      assert.deepStrictEqual(
        allEvents.flatMap((event) => (event._tag === "STEP_UP_FOR_RETRY" ? [event.waitMillis] : [])),
        [2]
      )
      assert.deepStrictEqual(ends(allEvents).at(-1), {
        end: "STEP_FAILURE",
        error: "RetriesExhausted",
        message: "Exceeded max_retries of 1",
        cause: undefined,
        source: "FRAMEWORK_ERROR"
      })
    })
  )

  it.effect("hands its cause on to the events", () =>
    Effect.gen(function* () {
      const op = Op.make("ask", {
        run: () => new RetryRequested({ cause: new Flaky({ attempt: 0 }) })
      })
      const { allEvents } = yield* executeInProcess(jobOf(op))
      assert.deepStrictEqual(
        ends(allEvents).map(({ cause, error }) => [error, cause]),
        [
          ["RetryRequested", "Flaky"],
          ["RetriesExhausted", "Flaky"]
        ]
      )
    })
  )
})

describe("an IO manager that fails", () => {
  const broken = (at: "store" | "load") =>
    Layer.succeed(IOManager, {
      handleOutput: () => (at === "store" ? Effect.fail(new Flaky({ attempt: 1 })) : Effect.void),
      loadInput: () => Effect.die(new Error("disk on fire"))
    })
  const one = Op.make("one", { output: Schema.Number, run: () => 1 })
  const use = Op.make("use", { inputs: { n: Schema.Number }, run: () => {} })
  const job = Job.make("stored", {}, function* () {
    yield* use({ n: yield* one() })
  })

  it.effect("while it stores fails the step with what it was to store and why it did not", () =>
    Effect.gen(function* () {
      const result = yield* executeInProcess(job, { layer: broken("store") })
      assert.deepStrictEqual(ends(result.allEvents), [
        {
          end: "STEP_FAILURE",
          error: "OutputNotStored",
          message: 'IO manager "io_manager" did not store output "result" of step "one": Flaky: attempt 1',
          cause: "Flaky",
          source: "USER_CODE_ERROR"
        }
      ])
    })
  )

  it.effect("while it loads fails the step, also when it throws", () =>
    Effect.gen(function* () {
      const result = yield* executeInProcess(job, { layer: broken("load") })
      assert.deepStrictEqual(ends(result.allEvents), [
        {
          end: "STEP_FAILURE",
          error: "InputNotLoaded",
          message: 'IO manager "io_manager" did not load input "n" of step "use": Error: disk on fire',
          cause: "Error",
          source: "USER_CODE_ERROR"
        }
      ])
    })
  )

  it.effect("is tried again by a policy for every failure", () =>
    Effect.gen(function* () {
      const again = Op.make("again", { output: Schema.Number, retry: twice, run: () => 1 })
      const { allEvents } = yield* executeInProcess(jobOf(again), { layer: broken("store") })
      assert.deepStrictEqual(
        ends(allEvents).map(({ error }) => error),
        ["OutputNotStored", "OutputNotStored", "RetriesExhausted"]
      )
    })
  )
})

describe("an output that is left out", () => {
  it.effect("has an error of its own name", () =>
    Effect.gen(function* () {
      const op = Op.make("half", {
        outputs: { a: Schema.Number, b: Schema.Number },
        retry: twice,
        run: async function* () {
          yield { output: "a" as const, value: 1 }
        }
      })
      const { allEvents } = yield* executeInProcess(jobOf(op))
      const { error, source } = only(ends(allEvents))
      assert.deepStrictEqual([error, source], ["OutputMissing", "FRAMEWORK_ERROR"])
      assert.isTrue(allEvents.some((event) => event._tag === "HANDLED_OUTPUT" && event.output === "a"))
    })
  )

  it.effect("and brings no value is given without a word, and one that is given a value fails its check", () =>
    Effect.gen(function* () {
      const silent = Op.make("silent", {
        outputs: { done: Schema.Void, maybe: Out.optional(Schema.Void), n: Schema.Number },
        run: () => Effect.succeed({ n: 1 } as { readonly n: number; readonly done: void })
      })
      const { allEvents } = yield* executeInProcess(jobOf(silent))
      assert.deepStrictEqual(
        allEvents.flatMap((event) =>
          event._tag === "STEP_OUTPUT" || event._tag === "HANDLED_OUTPUT" ? [`${event._tag} ${event.output}`] : []
        ),
        ["STEP_OUTPUT n", "HANDLED_OUTPUT n", "STEP_OUTPUT done"]
      )
      const loud = Op.make("loud", { outputs: { done: Schema.Void }, run: () => ({ done: 1 as never }) })
      const failed = yield* executeInProcess(jobOf(loud))
      assert.strictEqual(only(ends(failed.allEvents)).error, "TypeCheckFailed")
    })
  )
})
