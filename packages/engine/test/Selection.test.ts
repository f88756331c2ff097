import { assert, describe, it } from "@effect/vitest"
import { describe as describeJob, Graph, Job, Op, Out } from "@heddle/definitions"
import { makePlan, Selection } from "@heddle/engine"
import type { KnownStep } from "@heddle/events"
import { Result, Schema } from "effect"

const n = Schema.Number
const one = Op.make("one", { output: n, run: () => 1 })
const inc = Op.make("inc", { inputs: { x: n }, output: n, run: ({ x }) => x + 1 })
const inner = Graph.make("g", { inputs: { x: n } }, function* ({ x }) {
  return yield* inc.as("second")({ x: yield* inc.as("first")({ x }) })
})
/** `one → a → b → c → g(first → second)`, and `one → side`. */
const chain = describeJob(
  Job.make("chain", {}, function* () {
    const start = yield* one()
    const a = yield* inc.as("a")({ x: start })
    const c = yield* inc.as("c")({ x: yield* inc.as("b")({ x: a }) })
    yield* inc.as("side")({ x: start })
    return yield* inner({ x: c })
  }).definition
)
const ops = (...clauses: ReadonlyArray<string>) =>
  Result.match(Selection.ofOps(chain, clauses), {
    onSuccess: (paths) => paths.join(" "),
    onFailure: ({ problems }) => problems.map(({ clause, message }) => `${clause}: ${message}`)
  })

describe("Selection of ops", () => {
  it("selects a name, levels upstream and downstream, and all levels", () => {
    assert.strictEqual(ops("b"), "b")
    assert.strictEqual(ops("+b"), "a b")
    assert.strictEqual(ops("++b"), "one a b")
    assert.strictEqual(ops("*b"), "one a b")
    assert.strictEqual(ops("a+"), "a b")
    assert.strictEqual(ops("a++"), "a b c")
    assert.strictEqual(ops("c*"), "c g")
    assert.strictEqual(ops("+b*"), "a b c g")
    assert.strictEqual(ops("*c*"), "one a b c g")
    assert.strictEqual(ops("*"), "one a b c side g")
    assert.strictEqual(ops(), "one a b c side g")
  })

  it("combines several clauses, in the order of the job", () => {
    assert.strictEqual(ops("side", "one", "+b"), "one a b side")
  })

  it("reads clauses as paths if one of them has a dot", () => {
    assert.strictEqual(ops("g.second", "one"), "g.second one")
    assert.deepStrictEqual(ops("g.second", "*one"), [
      "*one: when one clause contains a dot, every clause must be the path of a node, without + or *"
    ])
    assert.deepStrictEqual(ops("g.secnd"), ['g.secnd: there is no such node; did you mean "g.second"?'])
    assert.isArray(ops("a.b"))
  })

  it("reports every clause that selects nothing, with the closest name", () => {
    assert.deepStrictEqual(ops("sid+", "first", "b", "a b"), [
      'a b: it is not a valid clause: write a name, with "+" for each level or "*" for all levels before or after it',
      'sid+: there is no such node; did you mean "side"?',
      'first: it is inside a graph: write "g.first"'
    ])
  })
})

const list = Op.make("list", { outputs: { item: Out.dynamic(n) }, run: () => ({ item: [["k", 1]] as const }) })
const sum = Op.make("sum", { inputs: { xs: Schema.Array(n) }, output: n, run: ({ xs }) => xs.length })
const plan = makePlan(
  describeJob(
    Job.make("fan", {}, function* () {
      const { item } = yield* list()
      const mapped = yield* item.map(function* (x) {
        return yield* inc.as("b")({ x: yield* inc.as("a")({ x }) })
      })
      return yield* sum({ xs: mapped.collect() })
    }).definition
  )
)
const known: ReadonlyArray<KnownStep> = [
  { stepKey: "list", runId: "r", outcome: "success", outputs: [], keys: { item: ["x", "y"] } }
]
const steps = (...clauses: ReadonlyArray<string>) =>
  Result.match(Selection.ofSteps("the run", plan, known, clauses), {
    onSuccess: (keys) => [...keys].toSorted().join(" "),
    onFailure: (error) => [error._tag, ...error.problems.map(({ message }) => message)]
  })

describe("Selection of steps", () => {
  it("selects copies of mapped steps by key, and future ones under one name", () => {
    assert.strictEqual(steps("a[x]"), "a[x]")
    assert.strictEqual(steps("a[y]*"), "a[y] b[y] sum")
    assert.strictEqual(steps("+sum"), "b[x] b[y] sum")
    assert.strictEqual(steps("a[?]*"), "a[?] b[?]")
    assert.strictEqual(steps("list*"), "a[?] a[x] a[y] b[?] b[x] b[y] list sum")
  })

  it("reports unknown steps", () => {
    assert.deepStrictEqual(steps("a[z]", "a"), [
      "StepNotFound",
      'there is no such step; did you mean "a[?]"?',
      'there is no such step; there are "list", "a[?]", "a[x]", "a[y]", "b[?]", "b[x]", "b[y]", "sum"'
    ])
    assert.strictEqual(steps("a]+ +")[0], "SelectionError")
  })
})
