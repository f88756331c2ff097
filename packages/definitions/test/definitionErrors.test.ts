import { assert, describe, it } from "@effect/vitest"
import { DefinitionError, Definitions, Graph, Job, Op, Out, RetryPolicy } from "@heddle/definitions"
import { ConfigSchema } from "@heddle/config"
import { Effect, Schema } from "effect"
import { Partitions } from "@heddle/partitions"

const one = Op.make("one", { output: Schema.Number, run: () => 1 })
const inc = Op.make("inc", { inputs: { n: Schema.Number }, output: Schema.Number, run: ({ n }) => n + 1 })
const list = Op.make("list", { outputs: { item: Out.dynamic(Schema.Number) }, run: () => ({ item: [] }) })

/** The message of the error that a definition throws. */
const mistake = (define: () => unknown): string => {
  try {
    define()
  } catch (error) {
    assert.instanceOf(error, DefinitionError)
    return (error as DefinitionError).message
  }
  return assert.fail("it was taken")
}

describe("mistakes that types cannot detect are reported where they are made", () => {
  it("an invocation that is never yielded", () => {
    assert.strictEqual(
      mistake(() =>
        Job.make("etl", {}, function* () {
          one()
          yield* one.as("other")()
        })
      ),
      'job "etl": op "one": it is called but never yielded: write yield* in front of the call'
    )
  })

  it("an invocation that is yielded twice", () => {
    assert.include(
      mistake(() =>
        Job.make("etl", {}, function* () {
          const use = one()
          yield* use
          yield* use
        })
      ),
      'op "one": this invocation is yielded twice: for a second one, call the op again and name it with .as'
    )
  })

  it("a name that is used twice", () => {
    assert.strictEqual(
      mistake(() =>
        Job.make("etl", {}, function* () {
          yield* one()
          yield* one()
        })
      ),
      'job "etl": op "one": the name "one" is used twice in job "etl": give this use a unique name, such as .as("one_2")'
    )
  })

  it("a handle of another graph", () => {
    assert.include(
      mistake(() =>
        Job.make("outer", {}, function* () {
          const n = yield* one()
          const inner = Graph.make("inner", { inputs: {} }, function* () {
            return yield* inc({ n })
          })
          yield* inner()
        })
      ),
      'graph "inner": op "inc" › input "n": a handle of another graph is wired to it: pass it in as an input of this graph'
    )
  })

  it("a mapped handle outside of its map", () => {
    assert.include(
      mistake(() =>
        Job.make("etl", {}, function* () {
          const { item } = yield* list()
          let leaked: Parameters<typeof inc>[0]
          yield* item.map(function* (n) {
            const result = yield* inc({ n })
            leaked = { n: result }
            return result
          })
          yield* inc.as("outside")(leaked!)
        })
      ),
      'op "outside" › input "n": "inc.result" is made inside a map and used outside of it: collect() the output of the map'
    )
  })

  it("a map inside a map", () => {
    assert.include(
      mistake(() =>
        Job.make("etl", {}, function* () {
          const { item } = yield* list()
          yield* item.map(function* (n) {
            const inner = yield* list.as("inner")()
            yield* inner.item.map((m) => inc({ n: m }))
            return yield* inc.as("outer")({ n })
          })
        })
      ),
      "a map inside a map is not supported yet"
    )
  })

  it("invalid names", () => {
    assert.strictEqual(
      mistake(() => Op.make("read rows", { run: () => {} })),
      'op "read rows": "read rows" is not a valid name: use letters, digits and underscores'
    )
    assert.include(
      mistake(() => Job.make("my-job", {}, function* () {})),
      '"my-job" is not a valid name'
    )
  })

  it("defaults and preset values that do not match their schemas", () => {
    const wrong = Schema.Number.pipe(Schema.withConstructorDefault(Effect.succeed("x" as never)))
    const right = Schema.Number.pipe(Schema.withConstructorDefault(Effect.succeed(1)))
    assert.strictEqual(
      mistake(() => Op.make("op", { inputs: { a: wrong, b: right }, run: () => {} })),
      'op "op": input "a": its default does not fit its schema: Expected number'
    )
    assert.strictEqual(
      mistake(() =>
        Job.make("job", { inputs: { a: wrong, b: Schema.Number }, inputValues: { b: "x" as never } }, function* () {})
      ),
      [
        'job "job" has 2 mistakes:',
        '  1. input "a": its default does not fit its schema: Expected number',
        '  2. inputValues › "b": the value does not fit the schema of the input: Expected number'
      ].join("\n")
    )
  })

  it("invalid run config of the job itself", () => {
    const op = Op.make("op", { config: Schema.Struct({ a: Schema.Number, b: Schema.String }), run: () => {} })
    const job = Job.make("job", {}, function* () {
      yield* op()
    })
    assert.strictEqual(
      mistake(() => Job.withRunConfig(job, { ops: { op: { config: { a: "x", c: 1 } } } } as never)),
      [
        'job "job" has 3 mistakes:',
        '  1. run config: ops.op.config.c: no such field, expected one of "a", "b" - did you mean "a"?',
        "  2. run config: ops.op.config.b: is missing",
        "  3. run config: ops.op.config.a: expected number, got a text"
      ].join("\n")
    )
    assert.include(
      mistake(() => Job.withRunConfig(job, { ops: { po: { config: {} } } } as never)),
      "ops.po"
    )
    // What is not given is left to the run, and so is what the environment holds.
    Job.withRunConfig(job, {})
    const named = Op.make("named", { config: Schema.Struct({ key: ConfigSchema.StringSource }), run: () => {} })
    const later = Job.make("later", {}, function* () {
      yield* op()
      yield* named()
    })
    Job.withRunConfig(later, { ops: { named: { config: { key: { env: "NOT_SET_HERE" } } } } })
  })

  it("several at once, each with its place", () => {
    assert.strictEqual(
      mistake(() =>
        Graph.fromNodes({
          name: "built",
          inputs: ["rows"],
          nodes: [
            { name: "a", node: one },
            { name: "b", node: inc, inputs: { n: { from: "aa", output: "result" } } },
            { name: "c", node: inc, inputs: { m: { from: "a", output: "result" } } },
            { name: "d", node: inc, inputs: { n: { from: "a", output: "resutl" } } },
            { name: "e", node: inc, inputs: { n: { graphInput: "row" } } },
            { name: "a", node: one },
            { name: "f", node: list },
            { name: "g", node: inc, inputs: { n: { from: "f", output: "item" } } }
          ],
          outputs: { out: { from: "z", output: "result" } }
        })
      ),
      [
        'graph "built" has 7 mistakes:',
        '  1. op "c": it has no input "m"; did you mean "n"?',
        '  2. op "a": the name "a" is used twice: give each node a unique name',
        '  3. op "b" › input "n": there is no node "aa"; did you mean "a"?',
        '  4. op "d" › input "n": op "a" has no output "resutl"; did you mean "result"?',
        '  5. op "e" › input "n": graph "built" has no input "row"; did you mean "rows"?',
        '  6. op "g" › input "n": output "item" of "f" is dynamic: map over it, or collect it',
        '  7. output "out": there is no node "z"; did you mean "a"?'
      ].join("\n")
    )
  })

  it("nodes that depend on each other in a cycle", () => {
    assert.strictEqual(
      mistake(() =>
        Graph.fromNodes({
          name: "circle",
          nodes: [
            { name: "a", node: inc, inputs: { n: { from: "c", output: "result" } } },
            { name: "b", node: inc, inputs: { n: { from: "a", output: "result" } } },
            { name: "c", node: inc, inputs: { n: { from: "b", output: "result" } } }
          ]
        })
      ),
      'graph "circle": its nodes depend on each other in a cycle: "a" → "b" → "c" → "a"'
    )
  })

  it("a chain of thousands of nodes is neither a cycle nor a stack overflow", () => {
    const nodes = Array.from({ length: 20_000 }, (_, i) => ({
      name: `n${i}`,
      node: inc,
      ...(i === 0 ? {} : { inputs: { n: { from: `n${i - 1}`, output: "result" } } })
    })).toReversed()
    assert.strictEqual(Graph.fromNodes({ name: "chain", nodes }).definition.nodes.length, 20_000)
  })

  it("two jobs with the same name in a code location", () => {
    const job = () => Job.make("same", {}, function* () {})
    assert.include(
      mistake(() => Definitions.make({ jobs: [job(), job()] })),
      "two jobs have this name"
    )
  })

  it("invalid retry policies and partitions", () => {
    assert.throws(
      () => RetryPolicy.make({ maxRetries: -1 }),
      'RetryPolicy.make: option "maxRetries" must be a whole number of at least 0, got -1'
    )
    assert.throws(
      () => RetryPolicy.make({ maxRetries: 1, jitter: "full" }),
      'option "jitter" must be left out where there is no delay, got "full"'
    )
    assert.throws(() => Partitions.fixed(["a", "a"]), 'partition key "a" is listed twice')
    assert.throws(() => Partitions.daily({ start: "2026-02-30" }), "is not a date")
  })
})
