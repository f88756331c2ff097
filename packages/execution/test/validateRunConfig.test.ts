import { assert, describe, it } from "@effect/vitest"
import { ConfigProblem, ConfigSchema } from "@heddle/config"
import { Job, Op, Resource, TypeLoader } from "@heddle/definitions"
import { executeInProcess, validateRunConfig, type ValidateRunConfigOptions } from "@heddle/execution"
import { Instance, RunStorage } from "@heddle/storage"
import { Context, Effect, Layer, Schema } from "effect"

const { Int, Shape } = ConfigSchema

describe("validateRunConfig", () => {
  const shown = Op.make("shown", {
    config: Shape({ a: Int, b: ConfigSchema.withDefault(Int, 0) }),
    output: Schema.Number,
    run: (_, { config }) => config.a
  })
  const job = Job.make("job", {}, function* () {
    return yield* shown()
  })

  it("returns the resolved config, or every problem", () => {
    const resolved = Effect.runSync(validateRunConfig(job, { ops: { shown: { config: { a: 1 } } } }))
    assert.deepStrictEqual(resolved, {
      execution: { config: {} },
      loggers: {},
      ops: { shown: { config: { a: 1, b: 0 } } },
      resources: {}
    })
    const failed = Effect.runSync(Effect.flip(validateRunConfig(job, { ops: { shown: { config: { b: "x", c: 1 } } } })))
    if (failed._tag !== "RunConfigError") throw failed
    assert.deepStrictEqual(
      failed.problems.map(({ fields, path, reason }) => ({ fields, path, reason })),
      [
        { fields: ["c"], path: ["ops", "shown", "config"], reason: "UNDEFINED_FIELD" },
        { fields: ["a"], path: ["ops", "shown", "config"], reason: "MISSING_FIELD" },
        { fields: undefined, path: ["ops", "shown", "config", "b"], reason: "TYPE_MISMATCH" }
      ]
    )
  })

  it("takes the other options of the call into account", () => {
    class Db extends Context.Service<Db, string>()("test/validateRunConfig/Db") {}
    const db = Resource.make({
      config: Schema.Struct({ url: Schema.String }),
      layer: ({ url }) => Layer.succeed(Db, url)
    })
    const read = Op.make("read", { inputs: { n: Schema.Number }, resources: { db: Db }, run: () => {} })
    const whole = Job.make("whole", { resources: { db }, inputs: { n: Schema.Number } }, function* ({ n }) {
      yield* read({ n })
      yield* shown()
    })
    const problems = (
      config: unknown,
      options?: ValidateRunConfigOptions<{ readonly n?: number }, { readonly db?: Layer.Layer<Db> }>
    ) =>
      Effect.runSync(
        validateRunConfig(whole, config, options).pipe(
          Effect.as([]),
          Effect.catchTags({
            RunConfigError: (error) => Effect.succeed(error.problems.map(ConfigProblem.describe)),
            SelectionError: (error) => Effect.succeed(error.problems.map(({ clause }) => clause)),
            DefinitionError: (error) => Effect.succeed(error.problems.map(({ place }) => place))
          })
        )
      )
    assert.lengthOf(problems({}), 1)
    const given = { resources: { db: Layer.succeed(Db, "fake") }, inputValues: { n: 1 } }
    assert.deepStrictEqual(problems({ ops: { shown: { config: { a: 1 } } } }, given), [])
    assert.deepStrictEqual(problems({}, { ...given, opSelection: ["read"] }), [])
    assert.lengthOf(problems({}, { ...given, opSelection: ["read"], resources: { db: undefined as never } }), 1)
    assert.deepStrictEqual(problems({}, { ...given, opSelection: ["raed"] }), ["raed"])
    assert.deepStrictEqual(problems({}, { inputValues: { m: 1 } as {} }), ['inputValues › "m"'])
  })
})

describe("the default of a job input", () => {
  const counted = () => {
    let made = 0
    const schema = Schema.Unknown.pipe(Schema.withConstructorDefault(Effect.sync(() => ({ made: ++made }))))
    return { schema, made: () => made }
  }
  const echo = Op.make("echo", { inputs: { x: Schema.Unknown }, output: Schema.Unknown, run: ({ x }) => x })

  it.effect("is made once per run, for all steps and outputs that use it", () =>
    Effect.gen(function* () {
      const { made, schema } = counted()
      const job = Job.make("job", { inputs: { x: schema } }, function* ({ x }) {
        return { x, first: yield* echo({ x }), second: yield* echo.as("again")({ x }) }
      })
      const before = made()
      for (const runs of [1, 2]) {
        const result = yield* executeInProcess(job)
        assert.isTrue(result.success && result.output.x === result.output.first)
        assert.isTrue(result.success && result.output.x === result.output.second)
        assert.strictEqual(made() - before, runs)
      }
    })
  )

  it.effect("that throws fails the call before the run is recorded, and names the input", () =>
    Effect.gen(function* () {
      const throwing = Schema.Number.pipe(
        Schema.withConstructorDefault(
          Effect.sync((): number => {
            throw new Error("no clock")
          })
        )
      )
      const job = Job.make("job", { inputs: { x: throwing } }, function* ({ x }) {
        yield* echo({ x })
      })
      const error = yield* Effect.flip(executeInProcess(job))
      assert.strictEqual(error._tag, "DefinitionError")
      assert.include(error.message, 'input "x": its default cannot be made: Error: no clock')
      assert.lengthOf(yield* (yield* RunStorage).list({}), 0)
      assert.isTrue((yield* executeInProcess(job, { inputValues: { x: 1 } })).success)
    }).pipe(Effect.provide(Instance.layerMemory))
  )
})

describe("job inputs", () => {
  const withDefault = Schema.Number.pipe(Schema.withConstructorDefault(Effect.succeed(7)))
  const echo = Op.make("echo", { inputs: { n: Schema.Number }, output: Schema.Number, run: ({ n }) => n })

  it.effect("that are outputs of the job show their default in the result", () =>
    Effect.gen(function* () {
      const job = Job.make("job", { inputs: { n: withDefault } }, function* ({ n }) {
        return { n, echoed: yield* echo({ n }) }
      })
      const result = yield* executeInProcess(job)
      assert.deepStrictEqual(result.success ? result.output : undefined, { n: 7, echoed: 7 })
      const given = yield* executeInProcess(job, { inputValues: { n: 8 } })
      assert.deepStrictEqual(given.success ? given.output : undefined, { n: 8, echoed: 8 })
    })
  )

  it.effect("with a type loader take its config", () =>
    Effect.gen(function* () {
      const Parsed = TypeLoader.make(Schema.Number, {
        config: Schema.Struct({ text: Schema.String }),
        load: ({ text }) => Number(text)
      })
      const job = Job.make("job", { inputs: { n: Parsed } }, function* ({ n }) {
        return yield* echo({ n })
      })
      const result = yield* executeInProcess(job, { runConfig: { inputs: { n: { text: "42" } } } })
      assert.strictEqual(result.success ? result.output : undefined, 42)
      // @ts-expect-error the value itself is not what run config takes
      const refused = yield* Effect.flip(executeInProcess(job, { runConfig: { inputs: { n: 42 } } }))
      assert.strictEqual(refused._tag, "RunConfigError")
    })
  )
})
