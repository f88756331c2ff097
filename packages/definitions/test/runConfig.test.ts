import { assert, describe, it } from "@effect/vitest"
import { ConfigEnvironment, ConfigProblem, ConfigSchema } from "@heddle/config"
import {
  type AnyJob,
  DefinitionError,
  fromConfig,
  Graph,
  Job,
  JobRunConfig,
  Logger,
  Op,
  Resource,
  TypeLoader
} from "@heddle/definitions"
import { Context, Effect, Layer, Schema } from "effect"

const { Int, Shape, String } = ConfigSchema

const by = Op.make("by", { config: Shape({ by: Int }), output: Schema.Number, run: (_, { config }) => config.by })
const shown = Op.make("shown", {
  config: Shape({ a: Int, b: ConfigSchema.withDefault(Int, 0) }),
  output: Schema.Number,
  run: (_, { config }) => config.a
})

const read = (job: AnyJob, config: unknown, variables: { readonly [name: string]: string } = {}) =>
  Effect.runSync(
    JobRunConfig.validate(job.definition, config).pipe(
      Effect.map(({ resolved }) => resolved),
      Effect.provideService(ConfigEnvironment, variables),
      Effect.catchTag("RunConfigError", ({ problems }) => Effect.succeed(problems.map(ConfigProblem.describe)))
    )
  )
/** The entry of one node, or all problems. */
const node = (job: AnyJob, config: unknown, ...path: ReadonlyArray<string>) => {
  const resolved = read(job, config)
  if (globalThis.Array.isArray(resolved)) return resolved
  return path.reduce<any>((at, name) => at?.ops?.[name], resolved)
}

describe("JobRunConfig", () => {
  it("accepts any config for an op and a resource that declare none, and knows every node", () => {
    const plain = Op.make("plain", { output: Schema.Number, run: () => 1 })
    const job = Job.make("job", {}, function* () {
      return yield* plain()
    })
    assert.deepStrictEqual(node(job, { ops: { plain: { config: { any: [1] } } } }, "plain"), {
      config: { any: [1] }
    })
    assert.deepStrictEqual(read(job, { ops: { plain: { inputs: { x: 1 } } } }), [
      'ops.plain.inputs: no such field, expected "config"'
    ])
  })

  it("finds the named executor, even in the job's own run config or a mapping", () => {
    const job = Job.make("job", {}, function* () {
      yield* Op.make("op", { run: () => {} })()
    })
    const executorOf = (of: AnyJob, config: unknown) =>
      Effect.runSync(Effect.map(JobRunConfig.validate(of.definition, config), ({ executor }) => executor))
    const multiprocess = { execution: { multiprocess: {} } } as const
    assert.strictEqual(executorOf(job, {}), undefined)
    assert.strictEqual(executorOf(job, { execution: { inProcess: {} } }), "inProcess")
    assert.strictEqual(executorOf(Job.withRunConfig(job, multiprocess), {}), "multiprocess")
    const calls = { execution: { inProcess: {} } }
    assert.strictEqual(executorOf(Job.withRunConfig(job, multiprocess), calls), "inProcess")
    assert.deepStrictEqual(read(job, { execution: { inProcess: {}, multiprocess: {} } }), [
      'execution: name one executor, got "inProcess", "multiprocess"'
    ])
    assert.strictEqual(executorOf(Job.configured(job, { config: Int, to: () => multiprocess }), 1), "multiprocess")
  })

  it("reads sources from the environment of a layer", () => {
    const op = Op.make("op", { config: Shape({ key: ConfigSchema.StringSource }), run: () => {} })
    const job = Job.make("job", {}, function* () {
      yield* op()
    })
    const config = { ops: { op: { config: { key: { env: "KEY" } } } } }
    assert.deepStrictEqual((read(job, config, { KEY: "k" }) as any).ops, { op: { config: { key: "k" } } })
    assert.deepStrictEqual(read(job, config), ['ops.op.config.key: environment variable "KEY" is not set'])
  })
})

describe("inputs in run config", () => {
  const use = Op.make("use", {
    inputs: {
      any: Schema.Json,
      number: Schema.Number,
      list: Schema.Array(Schema.Int),
      map: Schema.Record(Schema.String, Schema.Int),
      maybe: Schema.NullOr(Schema.Int)
    },
    run: () => {}
  })
  const job = Job.make("job", {}, function* () {
    yield* use({ any: fromConfig, number: fromConfig, list: fromConfig, map: fromConfig, maybe: fromConfig })
  })
  const given = (inputs: unknown) => read(job, { ops: { use: { inputs } } })

  it("are given bare or under value, and only under value if any value is valid", () => {
    const read = given({
      any: { value: [1] },
      number: { value: 2 },
      list: [1, { value: 2 }],
      map: { value: 3 },
      maybe: null
    })
    assert.deepStrictEqual((read as any).ops.use.inputs, {
      any: [1],
      number: 2,
      list: [1, 2],
      map: { value: 3 },
      maybe: null
    })
  })

  it("report what is wrong with the form of a value", () => {
    assert.deepStrictEqual(given({ any: 5, number: { valeu: 1 }, list: {}, map: 5, maybe: { value: "x" } }), [
      'ops.use.inputs.any: expected a map with the field "value", got a number',
      'ops.use.inputs.list: expected exactly one of the fields "value", got none',
      "ops.use.inputs.map: expected a map, got a number",
      "ops.use.inputs.maybe.value: expected number, got a text",
      'ops.use.inputs.number.valeu: no such field, expected "value" - did you mean "value"?'
    ])
  })
})

describe("Job.withRunConfig", () => {
  const job = Job.withRunConfig(
    Job.make("job", {}, function* () {
      yield* by()
      return yield* shown()
    }),
    { ops: { shown: { config: { a: 1, b: 2 } } } }
  )
  const others = { by: { config: { by: 3 } } }

  it("applies to entries that run config does not have, and is replaced by whole entries that it has", () => {
    assert.deepStrictEqual(node(job, { ops: others }, "shown"), { config: { a: 1, b: 2 } })
    assert.deepStrictEqual(node(job, { ops: { ...others, shown: { config: { a: 9 } } } }, "shown"), {
      config: { a: 9, b: 0 }
    })
    assert.deepStrictEqual(read(job, { ops: { ...others, shown: { config: { b: 9 } } } }), [
      "ops.shown.config.a: is missing"
    ])
    assert.deepStrictEqual(read(job, {}), ["ops.by: is missing, with config inside it"])
  })
})

describe("Graph.configured", () => {
  const inner = Graph.make("inner", { inputs: {} }, function* () {
    yield* by.as("one")()
    return yield* by.as("two")()
  })
  const mapped = Graph.configured(inner, {
    config: Shape({ factor: Int, second: ConfigSchema.withDefault(Int, 10) }),
    to: ({ factor, second }) => {
      if (factor === 13) throw new Error("13 brings no luck")
      return { one: { config: { by: factor } }, two: { config: { by: second } } }
    }
  })
  const job = Job.make("job", {}, function* () {
    return yield* mapped()
  })

  it("maps its own config to the config of its nodes", () => {
    const config = { ops: { inner: { config: { factor: 3 } } } }
    assert.deepStrictEqual(node(job, config, "inner", "one"), { config: { by: 3 } })
    assert.deepStrictEqual(node(job, config, "inner", "two"), { config: { by: 10 } })
  })

  it("rejects config of its nodes, and attributes problems of mapped config to the mapping", () => {
    assert.deepStrictEqual(read(job, { ops: { inner: { ops: { one: { config: { by: 1 } } } } } }), [
      'ops.inner.ops: no such field, expected "config"',
      "ops.inner.config: is missing, with factor inside it"
    ])
    assert.deepStrictEqual(read(job, { ops: { inner: { config: { factor: 13 } } } }), [
      "ops.inner: its config mapping failed: 13 brings no luck"
    ])
    const wrong = Graph.configured(inner, {
      config: Shape({ by: Schema.Unknown }),
      to: (config) => ({ one: { config: config as { by: number } }, two: { config: { by: 1 } } })
    })
    const blamed = Job.make("blamed", {}, function* () {
      return yield* wrong()
    })
    assert.deepStrictEqual(read(blamed, { ops: { inner: { config: { by: "x" } } } }), [
      "ops.inner.config: its config mapping returned a value that is not valid at one.config.by: expected number, got a text"
    ])
  })

  it("takes no config if the config of its nodes is constant", () => {
    const fixed = Graph.configured(inner, { constant: { one: { config: { by: 1 } }, two: { config: { by: 2 } } } })
    const still = Job.make("still", {}, function* () {
      return yield* fixed()
    })
    assert.deepStrictEqual(node(still, undefined, "inner", "two"), { config: { by: 2 } })
    assert.deepStrictEqual(node(still, { ops: { inner: { config: "ignored" } } }, "inner", "one"), {
      config: { by: 1 }
    })
  })
})

describe("Job.configured", () => {
  it("maps another run config to its sections", () => {
    const job = Job.configured(
      Job.make("job", {}, function* () {
        return yield* by()
      }),
      { config: Shape({ n: Int }), to: ({ n }) => ({ ops: { by: { config: { by: n * 2 } } } }) }
    )
    assert.deepStrictEqual(node(job, { n: 2 }, "by"), { config: { by: 4 } })
    assert.deepStrictEqual(read(job, { ops: {} }), ['ops: no such field, expected "n"', "n: is missing"])
    assert.deepStrictEqual(read(job, undefined), ["n: is missing"])
  })
})

describe("TypeLoader", () => {
  const Span = TypeLoader.make(Schema.Number, {
    config: Shape({ start: Int, end: Int }),
    load: ({ end, start }) => {
      if (start === 99) throw new Error("99 is no start")
      return end - start
    }
  })
  const use = Op.make("use", { inputs: { span: Span }, run: () => {} })
  const job = Job.make("job", {}, function* () {
    yield* use({ span: fromConfig })
  })
  const given = (span: unknown) => read(job, { ops: { use: { inputs: { span } } } })

  it("takes the config of the loader instead of the value", () => {
    assert.deepStrictEqual((given({ start: 2, end: 5 }) as any).ops, {
      use: { inputs: { span: { start: 2, end: 5 } } }
    })
    assert.deepStrictEqual(given({ start: "x" }), [
      "ops.use.inputs.span.end: is missing",
      "ops.use.inputs.span.start: expected number, got a text"
    ])
    assert.deepStrictEqual(given(3), ["ops.use.inputs.span: expected a map, got a number"])
  })

  it("makes the value, and fails with the error of the loader", () => {
    assert.strictEqual(Effect.runSync(TypeLoader.load(Span, { start: 2, end: 5 })), 3)
    assert.throws(() => Effect.runSync(TypeLoader.load(Span, { start: 99, end: 5 })), "99 is no start")
  })

  it("rejects an input that run config cannot give", () => {
    const opaque = Op.make("opaque", { inputs: { x: ConfigSchema.unloadable(Schema.Unknown) }, run: () => {} })
    const open = () =>
      Job.make("open", {}, function* () {
        yield* opaque({ x: fromConfig })
      })
    assert.throws(open, /op "opaque" › input "x": nothing is wired to it, and run config cannot give/)
  })
})

describe("the constant of a config mapping", () => {
  const config = Shape({ by: Int, host: ConfigSchema.withDefault(ConfigSchema.StringSource, "local") })
  const op = Op.make("op", { config, run: () => {} })
  const problems = (make: () => unknown): string => {
    try {
      make()
    } catch (error) {
      assert.instanceOf(error, DefinitionError)
      return error.message
    }
    return ""
  }
  const wrong = { by: "x", port: 1 } as never

  it("is checked at the definition, and every problem has its place", () => {
    const graph = Graph.make("part", function* () {
      yield* op()
    })
    const resource = Resource.make({ config, layer: () => Layer.empty })
    const logger = Logger.make({ config, make: () => ({ write: () => {} }) })
    for (const [subject, place, make] of [
      ['op "three"', "constant", () => Op.configured(op, "three", { constant: wrong })],
      ['graph "part"', "constant.op.config", () => Graph.configured(graph, { constant: { op: { config: wrong } } })],
      ["resource", "constant", () => Resource.configured(resource, { constant: wrong })],
      ["logger", "constant", () => Logger.configured(logger, { constant: wrong })]
    ] as const) {
      const message = problems(make)
      assert.include(message, subject)
      assert.include(message, `${place}.port`)
      assert.include(message, `${place}.by`)
    }
  })

  it("may name environment variables, which are read in the run", () => {
    assert.strictEqual(
      problems(() => Op.configured(op, "two", { constant: { by: 2, host: { env: "NOT_SET_HERE" } } })),
      ""
    )
  })
})

describe("configured ops and resources", () => {
  class Db extends Context.Service<Db, { readonly url: string }>()("test/Db") {}
  const db = Resource.make({ config: Shape({ url: String }), layer: ({ url }) => Layer.succeed(Db, { url }) })

  it("take other config, or none", () => {
    const half = Op.configured(by, "half", { config: Shape({ half: Int }), to: ({ half }) => ({ by: half * 2 }) })
    const three = Op.configured(by, "three", { constant: { by: 3 } })
    const resources = { db: Resource.configured(db, { config: String, to: (host) => ({ url: `db://${host}` }) }) }
    const job = Job.make("job", { resources }, function* () {
      yield* three()
      return yield* half()
    })
    const config = { ops: { half: { config: { half: 4 } } }, resources: { db: { config: "h" } } }
    const resolved = read(job, config) as any
    assert.deepStrictEqual(resolved.ops, { half: { config: { by: 8 } }, three: { config: { by: 3 } } })
    assert.deepStrictEqual(resolved.resources, { db: { config: { url: "db://h" } } })
    assert.deepStrictEqual(read(job, { ...config, ops: { half: { config: { half: "x" } } } }), [
      "ops.half.config.half: expected number, got a text"
    ])
  })
})
