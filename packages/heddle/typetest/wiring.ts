/** Edges: names, types, lists, aliases, and graphs from data. */
import { type AnyJob, Definitions, executeInProcess, fromConfig, Graph, type Handle, Job, Op, reconstructable } from "heddle"
import { Array, Effect, Schema } from "effect"

const one = Op.make("one", { output: Schema.Number, run: () => 1 })
const word = Op.make("word", { output: Schema.String, run: () => "x" })
const both = Op.make("both", { inputs: { n: Schema.Number, w: Schema.String }, output: Schema.String, run: ({ n, w }) => w.repeat(n) })
const wide = Op.make("wide", { inputs: { x: Schema.Union([Schema.Number, Schema.String]) }, run: () => {} })
const list = Op.make("list", { inputs: { ns: Schema.Array(Schema.Number) }, run: () => {} })
const go = Op.make("go", { run: () => {} })

Job.make("good", function* () {
  const n = yield* one()
  const w = yield* word({})
  yield* both({ n, w })
  yield* both.as("mixed")({ n: fromConfig, w })
  // a narrower value fits a wider input
  yield* wide({ x: n })
  yield* wide.as("wide_2")({ x: w })
  // a list takes a list of handles, which may be empty, or one handle of a list
  yield* list({ ns: [n, yield* one.as("two")()] })
  yield* list.as("empty")({ ns: [] })
  yield* list.as("taken")({ ns: Array.take([n, n], 1) })
  yield* list.as("mapped")({ ns: Array.map([n, n], (handle) => handle) })
  // order without a value
  yield* go.with({ name: "after", after: [n, w] })()
})

Job.make("bad", function* () {
  const n = yield* one()
  const w = yield* word()
  // @ts-expect-error both are open
  yield* both()
  // @ts-expect-error `w` is open
  yield* both({ n })
  // @ts-expect-error swapped
  yield* both({ n: w, w: n })
  // @ts-expect-error `m` is no input
  yield* both({ n, w, m: n })
  // @ts-expect-error it takes no inputs
  yield* one({ n })
  // @ts-expect-error a value is no handle
  yield* both({ n: 1, w })
  // @ts-expect-error one of the list has another type
  yield* list({ ns: [n, w] })
  // @ts-expect-error a handle has no name
  yield* go.with({ after: ["one"] })()
})

// what an op may be wired to, as a type of its own
let kept: Parameters<typeof both>[0]
Job.make("kept", function* () {
  kept = { n: yield* one(), w: fromConfig }
  yield* both(kept)
})

// an alias keeps everything but the name; aliases of aliases too
const renamed = both.as("first").as("second")
Job.make("renamed", function* () {
  const handle: Handle<string> = yield* renamed({ n: yield* one(), w: yield* word() })
  return handle
})

// graphs: open inputs and unknown ones as for ops
const graph = Graph.make("graph", { inputs: { n: Schema.Number } }, function* ({ n }) {
  return yield* both({ n, w: yield* word() })
})
Job.make("graphs", function* () {
  yield* graph({ n: yield* one() })
  // @ts-expect-error `n` is open
  yield* graph.as("open")()
  // @ts-expect-error `m` is no input
  yield* graph.as("unknown")({ n: fromConfig, m: fromConfig })
})

// a body is a generator of uses
// @ts-expect-error not a generator
Job.make("arrow", () => one())
// @ts-expect-error yields what is no use
Job.make("number", function* () {
  yield 1
})

// untyped: a graph from data takes and gives anything
const data = Graph.fromNodes({ name: "data", nodes: [{ name: "one", node: one }] })
Job.make("from_data", function* () {
  yield* data()
  yield* data.as("again")({ anything: yield* one.as("one_2")() })
})
Job.fromGraph(data, { tags: { team: "a" } })
const fromData = Job.fromGraph(data)
void Effect.runPromise(executeInProcess(fromData))
void Effect.runPromise(executeInProcess(fromData, { runConfig: { ops: { one: { config: {} } } }, inputValues: { n: 1 } }))
Definitions.make({ jobs: [fromData] })
reconstructable(import.meta.url, "fromData", fromData)
// a job of which nothing is known, such as one that was loaded
declare const anyJob: AnyJob
Definitions.make({ jobs: [anyJob] })
declare const jobs: ReadonlyArray<AnyJob>
Definitions.make({ jobs })
