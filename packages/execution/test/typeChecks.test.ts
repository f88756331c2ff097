import { assert, describe, it } from "@effect/vitest"
import { fromConfig, IOManager, Job, Op, Resource, RetryPolicy, TypeCheck, TypeLoader } from "@heddle/definitions"
import { type HeddleEvent, MetadataValue } from "@heddle/events"
import { executeInProcess } from "@heddle/execution"
import { Effect, Layer, Schema } from "effect"

const Positive = TypeCheck.make(Schema.Number, (n) =>
  n > 0
    ? TypeCheck.pass({ description: "fine", metadata: { seen: n } })
    : TypeCheck.fail("must be positive", { limit: 1 })
)
const Short = TypeCheck.make(Schema.String, (text) => text.length <= 3 || TypeCheck.fail("too long"))

const checks = (events: ReadonlyArray<HeddleEvent>) =>
  events.flatMap((event) =>
    event._tag === "STEP_INPUT" || event._tag === "STEP_OUTPUT" ? [[event._tag, event.typeCheck] as const] : []
  )
const failure = (events: ReadonlyArray<HeddleEvent>) => events.find((event) => event._tag === "STEP_FAILURE")

const giving = <S extends Schema.Top>(output: S, value: unknown) =>
  Job.make("giving", {}, function* () {
    yield* Op.make("give", { output, retry: RetryPolicy.make({ maxRetries: 1 }), run: () => value as never })()
  })

describe("TypeCheck", () => {
  it.effect("says what it found in the events of outputs and inputs, also when it passed", () =>
    Effect.gen(function* () {
      const give = Op.make("give", { output: Positive, run: () => 4 })
      const take = Op.make("take", { inputs: { n: Positive }, run: () => {} })
      const job = Job.make("passing", {}, function* () {
        yield* take({ n: yield* give() })
      })
      const { allEvents } = yield* executeInProcess(job)
      const fine = { passed: true, description: "fine", metadata: { seen: MetadataValue.int(4) } }
      assert.deepStrictEqual(checks(allEvents), [
        ["STEP_OUTPUT", fine],
        ["STEP_INPUT", fine],
        ["STEP_OUTPUT", undefined]
      ])
    })
  )

  it.effect("fails the step with its description and metadata, is not tried again, and the value is not stored", () =>
    Effect.gen(function* () {
      const { allEvents } = yield* executeInProcess(giving(Positive, -4))
      assert.deepStrictEqual(checks(allEvents), [
        ["STEP_OUTPUT", { passed: false, description: "must be positive", metadata: { limit: MetadataValue.int(1) } }]
      ])
      assert.strictEqual(failure(allEvents)?.error.name, "TypeCheckFailed")
      assert.strictEqual(failure(allEvents)?.source, "FRAMEWORK_ERROR")
      assert.isFalse(allEvents.some(({ _tag }) => _tag === "HANDLED_OUTPUT" || _tag === "STEP_UP_FOR_RETRY"))
    })
  )

  it.effect("looks at a value again where an IO manager may have given back another", () =>
    Effect.gen(function* () {
      const give = Op.make("give", { resources: {}, output: Schema.Number, run: () => 4 })
      const take = Op.make("take", { resources: {}, inputs: { n: Schema.Number }, run: () => {} })
      const other = { handleOutput: () => Effect.void, loadInput: () => Effect.succeed("four") }
      const io = Resource.fromLayer(Layer.succeed(IOManager, other), { needs: {} })
      const job = Job.make("swapped", { resources: { io_manager: io } }, function* () {
        yield* take({ n: yield* give() })
      })
      const { allEvents } = yield* executeInProcess(job)
      assert.isFalse(checks(allEvents).find(([tag]) => tag === "STEP_INPUT")?.[1]?.passed)
      assert.strictEqual(failure(allEvents)?.error.name, "TypeCheckFailed")
    })
  )

  it.effect("runs wherever in a value its schema stands, and its own words are what is told", () =>
    Effect.gen(function* () {
      const inLists = Schema.Array(Schema.Array(Short))
      const { allEvents } = yield* executeInProcess(giving(inLists, [["a", "long word"]]))
      assert.deepStrictEqual(checks(allEvents), [["STEP_OUTPUT", { passed: false, description: "too long" }]])
      const inner = yield* executeInProcess(giving(Schema.NullOr(Positive), 4))
      assert.deepStrictEqual(checks(inner.allEvents)[0]?.[1]?.description, "fine")
      const others = yield* executeInProcess(giving(Schema.NullOr(Positive), null))
      assert.deepStrictEqual(checks(others.allEvents), [["STEP_OUTPUT", undefined]])
    })
  )

  it.effect("looks at a value only when its schema fits, and the first that fails is the last that runs", () =>
    Effect.gen(function* () {
      const seen: Array<string> = []
      const Seen = TypeCheck.make(Schema.String, (text) => {
        seen.push(text)
        return text !== "b"
      })
      const { allEvents } = yield* executeInProcess(giving(Schema.Array(Seen), ["a", "b", "c"]))
      assert.deepStrictEqual(seen, ["a", "b"])
      assert.deepStrictEqual(checks(allEvents)[0]?.[1]?.passed, false)
      const unfit = yield* executeInProcess(giving(Seen, 7))
      assert.deepStrictEqual(seen, ["a", "b"])
      assert.deepStrictEqual(checks(unfit.allEvents), [
        ["STEP_OUTPUT", { passed: false, description: "Expected string" }]
      ])
    })
  )

  it.effect(
    "that throws fails the step with what it threw, before any event of the value, and is not tried again",
    () =>
      Effect.gen(function* () {
        const Broken = TypeCheck.make(Schema.Number, () => {
          throw new RangeError("no such table")
        })
        const { allEvents } = yield* executeInProcess(giving(Broken, 1))
        assert.deepStrictEqual(checks(allEvents), [])
        assert.isFalse(allEvents.some(({ _tag }) => _tag === "STEP_UP_FOR_RETRY"))
        const { error, source } = failure(allEvents)!
        assert.deepStrictEqual([error.name, source], ["TypeCheckRaised", "USER_CODE_ERROR"])
        assert.deepStrictEqual([error.cause?.name, error.cause?.message], ["RangeError", "no such table"])
        assert.strictEqual(
          error.message,
          'The type check of output "result" of step "give" threw: RangeError: no such table'
        )
      })
  )

  it.effect("is told the run, and logs into its log", () =>
    Effect.gen(function* () {
      const Told = TypeCheck.make(Schema.Number, (n, { log, runId }) => {
        log.warning(`saw ${n} in ${runId}`)
        return true
      })
      const { allEvents, runId } = yield* executeInProcess(giving(Told, 3))
      const lines = allEvents.flatMap((event) => (event._tag === "LOG_MESSAGE" ? [[event.level, event.message]] : []))
      assert.deepStrictEqual(lines, [["WARNING", `saw 3 in ${runId}`]])
    })
  )

  it("is no matter of decoding and encoding", () => {
    assert.strictEqual(Schema.decodeUnknownSync(Short)("long word"), "long word")
    assert.throws(() => Schema.decodeUnknownSync(Short)(1), "Expected string")
  })
})

describe("TypeLoader", () => {
  const Span = TypeLoader.make(
    TypeCheck.make(Schema.Number, (n) => n >= 0 || TypeCheck.fail("negative")),
    {
      config: Schema.Struct({ start: Schema.Number, end: Schema.Number }),
      load: ({ end, start }) => {
        if (start === 99) throw new RangeError("99 is no start")
        return end - start
      }
    }
  )
  const seen: Array<number> = []
  const use = Op.make("use", {
    inputs: { span: Span },
    retry: RetryPolicy.make({ maxRetries: 1 }),
    run: ({ span }) => void seen.push(span)
  })
  const job = Job.make("spans", {}, function* () {
    yield* use({ span: fromConfig })
  })
  const runConfig = (start: number, end: number) => ({ ops: { use: { inputs: { span: { start, end } } } } })

  it.effect("makes the value of an input of what run config says, before it is checked", () =>
    Effect.gen(function* () {
      yield* executeInProcess(job, { runConfig: runConfig(2, 5) })
      assert.deepStrictEqual(seen, [3])
      const { allEvents } = yield* executeInProcess(job, { runConfig: runConfig(5, 2) })
      assert.deepStrictEqual(checks(allEvents), [["STEP_INPUT", { passed: false, description: "negative" }]])
    })
  )

  it.effect("that throws fails the step with what it threw, and is not tried again", () =>
    Effect.gen(function* () {
      const { allEvents } = yield* executeInProcess(job, { runConfig: runConfig(99, 100) })
      assert.isFalse(allEvents.some(({ _tag }) => _tag === "STEP_UP_FOR_RETRY"))
      const { error, source } = failure(allEvents)!
      assert.deepStrictEqual(
        [error.name, error.cause?.message, source],
        ["InputNotRead", "99 is no start", "USER_CODE_ERROR"]
      )
    })
  )
})
