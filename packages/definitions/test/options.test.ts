import { assert, describe, it } from "@effect/vitest"
import {
  Asset,
  DefinitionError,
  Definitions,
  Graph,
  Hook,
  InputManager,
  Job,
  Logger,
  Op,
  Resource,
  RetryPolicy,
  RetryRequested,
  TypeLoader
} from "@heddle/definitions"
import { Context, Layer, Schema, Struct } from "effect"

/** Calls a function as JavaScript does, without types. */
const untyped = (call: unknown, ...args: ReadonlyArray<unknown>): unknown =>
  Reflect.apply(call as () => unknown, undefined, args)

/** The message of the error that a definition throws. */
const mistake = (call: unknown, ...args: ReadonlyArray<unknown>): string => {
  try {
    untyped(call, ...args)
  } catch (error) {
    assert.instanceOf(error, DefinitionError)
    return (error as DefinitionError).message
  }
  return assert.fail("it was accepted")
}

const run = () => 1
const body = function* () {}
const one = Op.make("one", { output: Schema.Number, run })
const asset = Asset.make("rows", { output: Schema.Number, run })
const graph = Graph.make("part", function* () {
  yield* one()
})
const job = Job.fromGraph(graph)
class Service extends Context.Service<Service, { readonly loadInput: never }>()("test/options/Service") {}
const resource = Resource.fromLayer(Layer.empty)
const logger = Logger.make({ make: () => ({ write: () => {} }) })

describe("options of definitions", () => {
  it("may be left out of graphs and jobs", () => {
    const short = Job.make("etl", function* () {
      return yield* one()
    })
    const long = Job.make("etl", {}, function* () {
      return yield* one()
    })
    assert.deepStrictEqual({ ...short.definition }, { ...long.definition })
    assert.strictEqual(graph.definition.nodes.length, 1)
  })

  it("names an unknown option and suggests the closest one", () => {
    const cases: ReadonlyArray<readonly [expected: string, call: unknown, ...args: ReadonlyArray<unknown>]> = [
      ['op "load": unknown option "ouput": did you mean "output"?', Op.make, "load", { ouput: Schema.Number, run }],
      ['op "one": unknown option "nmae": did you mean "name"?', one.with, { nmae: "two" }],
      [
        'op "two": unknown option "tto": did you mean "to"?',
        Op.configured,
        one,
        "two",
        { config: 1, to: run, tto: run }
      ],
      ['graph "g": unknown option "input": did you mean "inputs"?', Graph.make, "g", { input: {} }, body],
      ['graph "part": unknown option "aftr": did you mean "after"?', graph.with, { aftr: [] }],
      ['graph "part": unknown option "constnt"', Graph.configured, graph, { constant: {}, constnt: {} }],
      ['graph "g": unknown option "node": did you mean "nodes"?', Graph.fromNodes, { name: "g", nodes: [], node: [] }],
      [
        'graph "g": node "a": unknown option "tag": did you mean "tags"?',
        Graph.fromNodes,
        { name: "g", nodes: [{ name: "a", node: one, tag: {} }] }
      ],
      ['job "etl": unknown option "resorces": did you mean "resources"?', Job.make, "etl", { resorces: {} }, body],
      ['job "part": unknown option "hook": did you mean "hooks"?', Job.fromGraph, graph, { hook: [] }],
      [
        'job "part": unknown option "confg": did you mean "config"?',
        Job.configured,
        job,
        { config: 1, confg: 1, to: run }
      ],
      [
        'asset "t": unknown option "dep": did you mean "deps"?',
        Asset.make,
        "t",
        { output: Schema.Number, dep: [], run }
      ],
      [
        'asset "t": unknown option "check": did you mean "checks"?',
        Asset.multi,
        "t",
        { outputs: { x: Schema.Number }, check: {}, run }
      ],
      ['asset check "c": unknown option "block"', Asset.check, asset, "c", { block: true, run }],
      [
        'resource: unknown option "scop": did you mean "scope"?',
        Resource.make,
        { config: Schema.Void, layer: run, scop: "run" }
      ],
      ['resource: unknown option "need": did you mean "needs"?', Resource.fromLayer, Layer.empty, { need: {} }],
      ['resource: unknown option "x"', Resource.configured, resource, { constant: 1, x: 1 }],
      ['hook "h": unknown option "resource": did you mean "resources"?', Hook.onSuccess, "h", { resource: {} }, run],
      ['logger: unknown option "confg": did you mean "config"?', Logger.make, { confg: Schema.Void, make: run }],
      ['logger: unknown option "x"', Logger.configured, logger, { constant: 1, x: 1 }],
      ['input manager: unknown option "confg"', InputManager.loads, Schema.Number, Service, { confg: Schema.Void }],
      [
        'type loader: unknown option "lod"',
        TypeLoader.make,
        Schema.Number,
        { config: Schema.Void, load: run, lod: run }
      ],
      [
        'RetryPolicy.make: unknown option "delya": did you mean "delay"?',
        RetryPolicy.make,
        { maxRetries: 1, delya: 5 }
      ],
      ['RetryRequested: unknown option "wiat"', (options: never) => new RetryRequested(options), { wiat: 5 }],
      ['definitions: unknown option "job": did you mean "jobs"?', Definitions.make, { jobs: [], job: [] }]
    ]
    for (const [expected, call, ...args] of cases) assert.include(mistake(call, ...args), expected)
  })

  it("lists the options when none is close", () => {
    assert.strictEqual(
      mistake(Graph.make, "g", { colour: "red" }, body),
      'graph "g": unknown option "colour": the options are "inputs", "description"'
    )
  })

  it("reports a missing option together with the other mistakes", () => {
    assert.strictEqual(
      mistake(Op.make, "read rows", { rnu: run, pool: "" }),
      [
        'op "read rows" has 4 mistakes:',
        '  1. unknown option "rnu": did you mean "run"?',
        '  2. the option "run" is missing',
        '  3. "read rows" is not a valid name: use letters, digits and underscores',
        '  4. "pool": the name of the pool is empty'
      ].join("\n")
    )
  })

  it("treats an undefined option as absent", () => {
    const two = untyped(one.with, {
      name: undefined,
      tags: undefined,
      hooks: undefined,
      after: undefined
    }) as typeof one
    const etl = Job.make("etl", function* () {
      yield* two()
      const part = untyped(graph.with, {
        name: undefined,
        tags: undefined,
        hooks: undefined,
        after: undefined
      }) as typeof graph
      yield* part()
    })
    const plain = { inputs: {}, after: [], tags: {}, hooks: [] }
    assert.deepStrictEqual(
      etl.definition.graph.nodes.map((node) => Struct.omit(node, ["body"])),
      [
        { ...plain, name: "one" },
        { ...plain, name: "part" }
      ]
    )
  })

  it("rejects an op that has both one output and named outputs", () => {
    assert.strictEqual(
      mistake(Op.make, "load", { output: Schema.Number, outputs: { n: Schema.Number }, run }),
      'op "load": it has both "output" and "outputs": keep one of them'
    )
  })

  it("rejects values that are not executors, two with the same name, and an empty list", () => {
    const executor = { _tag: "ExecutorDefinition", name: "http" }
    assert.deepStrictEqual((untyped(Job.make, "etl", { executor }, body) as { definition: object }).definition, {
      ...Job.make("etl", body).definition,
      executors: [executor]
    })
    assert.include(mistake(Job.make, "etl", { executor: { name: "http" } }, body), "it is not an executor")
    assert.include(
      mistake(Job.make, "etl", { executor: [executor, executor] }, body),
      'another executor is named "http" too'
    )
    assert.include(mistake(Job.make, "etl", { executor: [] }, body), "the list is empty")
    assert.include(mistake(Definitions.make, { jobs: [], executor: "http" }), "it is not an executor")
  })

  it("rejects arguments of another kind", () => {
    assert.strictEqual(
      mistake(Op.make, { name: "load", run }),
      "op: the first argument must be the name, as a string, got object"
    )
    assert.strictEqual(mistake(Op.make, "load"), 'op "load": the options must be an object, got undefined')
    assert.strictEqual(mistake(Resource.make, null), "resource: the options must be an object, got null")
    assert.strictEqual(
      mistake(Job.make, "etl", {}),
      'job "etl": the body is missing: pass a function as the last argument'
    )
    assert.strictEqual(mistake(Job.make, "etl", "x", body), 'job "etl": the options must be an object, got string')
  })
})
