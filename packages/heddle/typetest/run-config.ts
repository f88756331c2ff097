/** Run config: its shape follows the graph, its names follow the uses. */
import { type AnyJob, executeInProcess, fromConfig, Graph, Job, Op, Resource, validateRunConfig } from "heddle"
import { Array, Context, Effect, Layer, Option, Schema } from "effect"

const closed = <A, E>(effect: Effect.Effect<A, E>) => effect

const read = Op.make("read", { config: Schema.Struct({ table: Schema.String }), output: Schema.Number, run: () => 1 })
const tune = Op.make("tune", {
  inputs: { n: Schema.Number },
  config: Schema.Struct({ mode: Schema.optionalKey(Schema.Literals(["fast", "exact"])) }),
  output: Schema.Number,
  run: ({ n }) => n
})
const add = Op.make("add", { inputs: { a: Schema.Number, b: Schema.Number }, output: Schema.Number, run: ({ a, b }) => a + b })

// ================================================================ two uses of one op, each with a config of its own
const twice = Job.make("twice", function* () {
  return yield* add({ a: yield* read(), b: yield* read.as("read_more")() })
})
closed(executeInProcess(twice, { runConfig: { ops: { read: { config: { table: "t" } }, read_more: { config: { table: "u" } } } } }))
// @ts-expect-error the second use has no config
executeInProcess(twice, { runConfig: { ops: { read: { config: { table: "t" } } } } })
// @ts-expect-error `add` takes no config
executeInProcess(twice, { runConfig: { ops: { read: { config: { table: "t" } }, read_more: { config: { table: "u" } }, add: {} } } })

// ================================================================ optional config: nothing is required, all is checked
const tuned = Job.make("tuned", function* () {
  return yield* tune({ n: fromConfig })
})
closed(executeInProcess(tuned, { runConfig: { ops: { tune: { inputs: { n: 1 } } } } }))
closed(executeInProcess(tuned, { runConfig: { ops: { tune: { config: { mode: "fast" }, inputs: { n: { value: 1 } } } } } }))
// @ts-expect-error no such mode
executeInProcess(tuned, { runConfig: { ops: { tune: { config: { mode: "slow" }, inputs: { n: 1 } } } } })

const quiet = Op.make("quiet", { output: Schema.Number, run: () => 1 })
const plain = Job.make("plain", function* () {
  return yield* tune({ n: yield* quiet() })
})
closed(executeInProcess(plain))
closed(executeInProcess(plain, {}))
closed(executeInProcess(plain, { runConfig: {} }))
closed(executeInProcess(plain, { runConfig: { ops: {} } }))
closed(executeInProcess(plain, { runConfig: { ops: { tune: {} }, execution: { config: { maxConcurrent: 1 } }, loggers: { console: {} } } }))
closed(executeInProcess(plain, { maxConcurrent: 1, tags: { team: "a" }, runId: "r" }))
// @ts-expect-error no such op
executeInProcess(plain, { runConfig: { ops: { nope: {} } } })
// @ts-expect-error no such section
executeInProcess(plain, { runConfig: { opps: {} } })
// @ts-expect-error no such option
executeInProcess(plain, { runconfig: {} })

// a job without any config takes an empty section, and nothing in it
const silent = Job.make("silent", function* () {
  return yield* quiet()
})
closed(executeInProcess(silent, { runConfig: { ops: {}, resources: {}, inputs: {} } }))
// @ts-expect-error no such op
executeInProcess(silent, { runConfig: { ops: { quiet: {} } } })

// options that were put together before may lack what is required
declare const perhaps: { readonly runConfig?: { readonly ops: { readonly read: { readonly config: { readonly table: string } } } } }
const once = Job.make("once", function* () {
  return yield* read()
})
// @ts-expect-error run config may not be there
executeInProcess(once, perhaps)

// what was not written in types is checked when it is there
declare const anything: any
closed(executeInProcess(once, anything))
closed(executeInProcess(once, {} as never))
closed(executeInProcess(once, { runConfig: anything }))

// ================================================================ nested graphs: config and open inputs stand where the use stands
const inner = Graph.make("inner", { inputs: { n: Schema.Number } }, function* ({ n }) {
  return yield* add({ a: yield* tune({ n }), b: yield* add.as("open")({ a: yield* read(), b: fromConfig }) })
})
const outer = Graph.make("outer", { inputs: { n: Schema.Number } }, function* ({ n }) {
  return yield* inner.as("renamed")({ n })
})
const nested = Job.make("nested", function* () {
  return yield* add({ a: yield* outer({ n: yield* quiet() }), b: yield* outer.as("second")({ n: fromConfig }) })
})
const inOuter = { ops: { renamed: { ops: { read: { config: { table: "t" } }, open: { inputs: { b: 2 } } } } } } as const
closed(executeInProcess(nested, { runConfig: { ops: { outer: inOuter, second: { ...inOuter, inputs: { n: 3 } } } } }))
// @ts-expect-error the second graph's input is open
executeInProcess(nested, { runConfig: { ops: { outer: inOuter, second: inOuter } } })
// @ts-expect-error the open input of the innermost op is required
executeInProcess(nested, { runConfig: { ops: { outer: { ops: { renamed: { ops: { read: { config: { table: "t" } } } } } }, second: { ...inOuter, inputs: { n: 3 } } } } })
// @ts-expect-error the graph stands under the name of its use
executeInProcess(nested, { runConfig: { ops: { outer: { ops: { inner: inOuter.ops.renamed } }, second: { ...inOuter, inputs: { n: 3 } } } } })

// ================================================================ inputs of jobs: by the call, by run config, or by the job
const inputs = Job.make("inputs", { inputs: { p: Schema.Number, q: Schema.NumberFromString } }, function* ({ p, q }) {
  return yield* add({ a: p, b: q })
})
closed(executeInProcess(inputs, { inputValues: { p: 1, q: 2 } }))
closed(executeInProcess(inputs, { inputValues: { p: 1 }, runConfig: { inputs: { q: "2" } } }))
closed(executeInProcess(inputs, { runConfig: { inputs: { p: { value: 1 }, q: { value: "2" } } } }))
closed(executeInProcess(inputs, { inputValues: { p: Option.getOrElse(Array.head([1]), () => 0), q: 2 } }))
// @ts-expect-error in run config stands the encoded value
executeInProcess(inputs, { inputValues: { p: 1 }, runConfig: { inputs: { q: 2 } } })
// @ts-expect-error `q` is nowhere
executeInProcess(inputs, { inputValues: { p: 1 } })
// @ts-expect-error given twice
executeInProcess(inputs, { inputValues: { p: 1, q: 2 }, runConfig: { inputs: { q: "2" } } })

// ================================================================ validateRunConfig takes of a call what executeInProcess takes
class Db extends Context.Service<Db, { readonly rows: number }>()("typetest/ValidatedDb") {}
class Queue extends Context.Service<Queue, { readonly size: number }>()("typetest/ValidatedQueue") {}
const stored = Job.make(
  "stored",
  { inputs: { n: Schema.Number }, resources: { db: Resource.fromLayer(Layer.succeed(Db, { rows: 1 })) } },
  function* ({ n }) {
    return yield* tune({ n })
  }
)
const fakeDb = Layer.succeed(Db, { rows: 2 })
closed(validateRunConfig(stored, {}, { resources: { db: fakeDb }, inputValues: { n: 1 } }))
closed(validateRunConfig(stored, {}, { opSelection: ["tune"] }))
closed(validateRunConfig(stored))
declare const anyJob: AnyJob
closed(validateRunConfig(anyJob, {}, { resources: { db: fakeDb }, inputValues: { n: 1 } }))
// @ts-expect-error the input takes a number
validateRunConfig(stored, {}, { inputValues: { n: "1" } })
// @ts-expect-error the job has no such input
validateRunConfig(stored, {}, { inputValues: { m: 1 } })
// @ts-expect-error a resource is replaced with a layer
validateRunConfig(stored, {}, { resources: { db: { rows: 1 } } })
// @ts-expect-error the layer gives another service
validateRunConfig(stored, {}, { resources: { db: Layer.succeed(Queue, { size: 1 }) } })
// @ts-expect-error the job has no such resource
validateRunConfig(stored, {}, { resources: { bd: fakeDb } })
