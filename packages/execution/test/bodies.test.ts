import { assert, describe, it } from "@effect/vitest"
import {
  IOManager,
  type IOManagerShape,
  Job,
  Op,
  OpExecutionContext,
  OpRejected,
  Out,
  Resource,
  RetryPolicy
} from "@heddle/definitions"
import { executeInProcess } from "@heddle/execution"
import { Context, Effect, Layer, Schema } from "effect"

const failureOf = <A, E>(job: Job<string, {}, never, A, E, never, {}, {}>) =>
  Effect.map(executeInProcess(job), (result) => (result.success ? assert.fail("it succeeded") : result))

describe("inputs", () => {
  it.effect("are loaded in the order of their names, all of them before the first is checked", () =>
    Effect.gen(function* () {
      const one = Op.make("one", { output: Schema.Number, run: () => 1 })
      const pair = Op.make("pair", { inputs: { b: Schema.Number, a: Schema.Number }, run: () => {} })
      const job = Job.make("ordered", {}, function* () {
        const n = yield* one()
        yield* pair({ b: n, a: n })
      })
      const { allEvents } = yield* executeInProcess(job)
      assert.deepStrictEqual(
        allEvents.flatMap((e) =>
          e._tag === "LOADED_INPUT" || e._tag === "STEP_INPUT" ? [`${e._tag} ${e.input}`] : []
        ),
        ["LOADED_INPUT a", "LOADED_INPUT b", "STEP_INPUT a", "STEP_INPUT b"]
      )
    })
  )
})

describe("outputs", () => {
  const rules: ReadonlyArray<readonly [string, Op<any, any, any, any, any, any, any>, string]> = [
    [
      "a required output that is left out",
      Op.make("o", { outputs: { a: Schema.Number, b: Schema.Number }, run: () => ({ a: 1 }) as never }),
      'Output "b" of step "o": the body did not return it; declare it with Out.optional if it is optional'
    ],
    [
      "an output that is not declared",
      Op.make("o", { outputs: { rows: Out.optional(Schema.Number) }, run: () => ({ row: 1 }) as never }),
      'Output "row" of step "o": the op declares no such output; did you mean "rows"?'
    ],
    [
      "a value of the wrong type",
      Op.make("o", { output: Schema.Number, run: () => "x" as never }),
      'Type check of output "result" of step "o" did not pass: Expected number'
    ],
    [
      "a mapping key that is none",
      Op.make("o", { outputs: { d: Out.dynamic(Schema.Number) }, run: () => ({ d: [["a b", 1]] as const }) }),
      'Output "d" of step "o": mapping key "a b" is not valid: use letters, digits and underscores'
    ],
    [
      "a mapping key that comes twice",
      Op.make("o", {
        outputs: { d: Out.dynamic(Schema.Number) },
        run: () => ({
          d: [
            ["a", 1],
            ["a", 2]
          ] as const
        })
      }),
      'Output "d" of step "o": mapping key "a" was given twice'
    ],
    [
      "an output that a stream gives twice",
      Op.make("o", {
        outputs: { a: Schema.Number },
        run: async function* () {
          yield { output: "a" as const, value: 1 }
          yield { output: "a" as const, value: 2 }
        }
      }),
      'Output "a" of step "o": it was given twice'
    ]
  ]
  for (const [title, op, message] of rules) {
    it.effect(`fails the step, without a retry, for ${title}`, () =>
      Effect.gen(function* () {
        const job = Job.make("rules", { retry: RetryPolicy.make({ maxRetries: 3 }) }, function* () {
          yield* op.as("o")()
        })
        const result = yield* failureOf(job as never)
        const failure = result.allEvents.find((event) => event._tag === "STEP_FAILURE")
        assert.isTrue(failure?._tag === "STEP_FAILURE" && failure.source === "FRAMEWORK_ERROR")
        assert.strictEqual(failure?._tag === "STEP_FAILURE" ? failure.error.message : "", message)
        assert.notInclude(
          result.allEvents.map(({ _tag }) => _tag),
          "STEP_UP_FOR_RETRY"
        )
      })
    )
  }

  it.effect("tells of the value that failed its check, and does not store it", () =>
    Effect.gen(function* () {
      const op = Op.make("o", { output: Schema.Number, run: () => "x" as never })
      const result = yield* failureOf(
        Job.make("wrong", {}, function* () {
          yield* op()
        })
      )
      const output = result.allEvents.find((event) => event._tag === "STEP_OUTPUT")
      assert.isTrue(output?._tag === "STEP_OUTPUT" && output.typeCheck?.passed === false)
      assert.notInclude(
        result.allEvents.map(({ _tag }) => _tag),
        "HANDLED_OUTPUT"
      )
    })
  )

  it.effect("keeps what a stream gave before it failed, and takes a null for a value", () =>
    Effect.gen(function* () {
      const op = Op.make("o", {
        outputs: { a: Out.optional(Schema.NullOr(Schema.Number)), b: Schema.Number },
        run: async function* () {
          yield { output: "a" as const, value: null }
          throw new Error("later")
        }
      })
      const result = yield* failureOf(
        Job.make("late", {}, function* () {
          yield* op()
        })
      )
      assert.deepStrictEqual(
        result.allEvents.map(({ _tag }) => _tag).filter((tag) => tag.startsWith("STEP") || tag === "HANDLED_OUTPUT"),
        ["STEP_START", "STEP_OUTPUT", "HANDLED_OUTPUT", "STEP_FAILURE"]
      )
      assert.instanceOf(result.failures[0]?.error, OpRejected)
    })
  )
})

describe("failures", () => {
  class Throttled extends Schema.TaggedError<Throttled>()("Throttled", {}) {}
  class Missing extends Schema.TaggedError<Missing>()("Missing", {}) {}
  const attempts = (fail: () => Effect.Effect<number, Throttled | Missing>) =>
    Effect.gen(function* () {
      let count = 0
      const op = Op.make("o", {
        output: Schema.Number,
        retry: { Throttled: RetryPolicy.make({ maxRetries: 2 }), Missing: "fail" },
        run: () => Effect.suspend(() => (count++, fail()))
      })
      yield* executeInProcess(
        Job.make("tagged", {}, function* () {
          return yield* op()
        })
      )
      return count
    })

  it.effect("are tried again by their tag", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* attempts(() => Effect.fail(new Throttled())), 3)
      assert.strictEqual(yield* attempts(() => Effect.fail(new Missing())), 1)
      assert.strictEqual(yield* attempts(() => Effect.die("no tag")), 1)
    })
  )

  it.effect("a throw of a plain body is a defect, which a policy for every failure tries again", () =>
    Effect.gen(function* () {
      let count = 0
      const op = Op.make("o", {
        retry: RetryPolicy.make({ maxRetries: 1 }),
        run: () => {
          count++
          throw new Error("thrown")
        }
      })
      const result = yield* failureOf(
        Job.make("throwing", {}, function* () {
          yield* op()
        })
      )
      assert.deepStrictEqual(result.failures, [{ stepKey: "o", error: "defect" }])
      assert.strictEqual(count, 2)
    })
  )

  it.effect("a finalizer that throws does not hide what the body failed with", () =>
    Effect.gen(function* () {
      const op = Op.make("o", {
        run: () =>
          Effect.andThen(
            Effect.addFinalizer(() => Effect.die("finalizer")),
            Effect.fail(new Missing())
          )
      })
      const result = yield* failureOf(
        Job.make("twice", {}, function* () {
          yield* op()
        })
      )
      const failure = result.allEvents.find((event) => event._tag === "STEP_FAILURE")
      assert.isTrue(failure?._tag === "STEP_FAILURE")
      assert.notStrictEqual(result.failures[0]?.error, "interrupted")
    })
  )
})

describe("contexts and services", () => {
  it.effect("gives promise bodies their resources, and Effect bodies the context as a service", () =>
    Effect.gen(function* () {
      class Mail extends Context.Service<Mail, { readonly send: (text: string) => Promise<string> }>()("test/Mail") {}
      const notify = Op.make("notify", {
        resources: { mail: Mail },
        output: Schema.String,
        run: async (_, { resources }) => resources.mail.send("hello")
      })
      const deep = Effect.map(
        OpExecutionContext,
        ({ retryNumber, runId, stepKey }) => `${runId} ${stepKey} ${retryNumber}`
      )
      const ask = Op.make("ask", { output: Schema.String, run: () => deep })
      const job = Job.make("services", {}, function* () {
        return { sent: yield* notify(), asked: yield* ask() }
      })
      const layer = Layer.succeed(Mail, { send: async (text) => `${text}!` })
      const result = yield* executeInProcess(job, { layer, runId: "r" })
      assert.isTrue(result.success)
      if (result.success) assert.deepStrictEqual(result.output, { sent: "hello!", asked: "r ask 0" })
    })
  )

  it.effect("takes what bodies log into the run's log, by the context and by Effect.log", () =>
    Effect.gen(function* () {
      const op = Op.make("o", {
        run: (_, { log }) =>
          Effect.gen(function* () {
            log.warning("by context", { rows: 3 })
            yield* Effect.logError("by effect", { n: 1 }).pipe(Effect.annotateLogs("table", "t"))
          })
      })
      const result = yield* executeInProcess(
        Job.make("logging", {}, function* () {
          yield* op()
        })
      )
      assert.deepStrictEqual(
        result.allEvents.flatMap((e) => (e._tag === "LOG_MESSAGE" ? [[e.level, e.message, e.data, e.stepKey]] : [])),
        [
          ["WARNING", "by context", { rows: 3 }, "o"],
          ["ERROR", 'by effect {"n":1}', { table: "t" }, "o"]
        ]
      )
    })
  )

  it.effect("stores outputs by the IO manager that they name, with its metadata, and others by the default", () =>
    Effect.gen(function* () {
      class Lake extends Context.Service<Lake, IOManagerShape>()("test/Lake") {}
      const memory = IOManager.makeMemory()
      const lake = Layer.succeed(Lake, {
        handleOutput: (context, value) => {
          context.addMetadata({ rows: Array.isArray(value) ? value.length : 0 })
          return memory.handleOutput(context, value)
        },
        loadInput: (context) => memory.loadInput(context)
      })
      const make = Op.make("make", {
        outputs: { table: Out.stored(Schema.Array(Schema.Number), Lake), note: Schema.String },
        run: () => ({ table: [1, 2], note: "n" })
      })
      const sum = Op.make("sum", {
        inputs: { rows: Schema.Array(Schema.Number) },
        output: Schema.Number,
        run: ({ rows }) => rows.length
      })
      const job = Job.make("stored", {}, function* () {
        return yield* sum({ rows: (yield* make()).table })
      })
      const result = yield* executeInProcess(job, { layer: lake })
      assert.isTrue(result.success && result.output === 2)
      assert.deepStrictEqual(
        result.allEvents.flatMap((e) => (e._tag === "HANDLED_OUTPUT" ? [[e.output, e.ioManager, e.metadata]] : [])),
        [
          ["table", "test/Lake", { rows: { _tag: "int", value: 2 } }],
          ["note", "io_manager", undefined],
          ["result", "io_manager", undefined]
        ]
      )
    })
  )

  it.effect("runs at most as many steps at once as it may", () =>
    Effect.gen(function* () {
      let now = 0
      let most = 0
      const busy = Op.make("busy", {
        run: () =>
          Effect.gen(function* () {
            most = Math.max(most, ++now)
            yield* Effect.yieldNow
            yield* Effect.yieldNow
            now--
          })
      })
      const job = Job.make("busy_job", {}, function* () {
        for (let i = 0; i < 20; i++) yield* busy.as(`b${i}`)()
      })
      yield* executeInProcess(job, { maxConcurrent: 3 })
      assert.strictEqual(most, 3)
      most = 0
      yield* executeInProcess(job, { runConfig: { execution: { config: { maxConcurrent: 2 } } } })
      assert.strictEqual(most, 2)
      most = 0
      yield* executeInProcess(job)
      assert.strictEqual(most, 16)
    })
  )
})

describe("invoke", () => {
  const scaled = Op.make("scaled", {
    inputs: { n: Schema.Number },
    config: Schema.Struct({ by: Schema.Number }),
    output: Schema.Number,
    run: ({ n }, { config, retryNumber }) => n * config.by + retryNumber
  })
  it.effect("runs the body alone and checks config, inputs and outputs", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* scaled.invoke({ n: 2 }, { config: { by: 3 }, retryNumber: 1 }), 7)
      const wrong = yield* Effect.exit(scaled.invoke({ n: "2" } as never, { config: { by: 3 } }))
      assert.include(String(wrong), 'Type check of input "n" of op "scaled" did not pass')
      const config = yield* Effect.exit(scaled.invoke({ n: 2 }, { config: { bye: 3 } } as never))
      assert.include(String(config), "config.bye: no such field")
      const list = Op.make("list", {
        outputs: { d: Out.dynamic(Schema.Number), o: Out.optional(Schema.Number) },
        run: () => ({ d: new Map([["a", 1]]) })
      })
      assert.deepStrictEqual(yield* list.invoke({}), { d: [["a", 1]] } as never)
    })
  )
})

describe("what is not built", () => {
  it.effect("is refused by its name", () =>
    Effect.gen(function* () {
      const slow = Op.make("slow", { timeout: "1 second", run: () => {} })
      const exit = yield* Effect.exit(
        executeInProcess(
          Job.make("slow_job", {}, function* () {
            yield* slow()
          })
        )
      )
      assert.include(String(exit), 'op "slow" uses timeout, which this version does not support yet')
      const resource = Resource.make({ config: Schema.Void, layer: () => Layer.empty, scope: "step" })
      const exit2 = yield* Effect.exit(
        executeInProcess(
          Job.make("scoped", { resources: { resource } }, function* () {
            yield* slow()
          })
        )
      )
      assert.include(String(exit2), 'resource "resource" uses the scope "step"')
    })
  )
})
