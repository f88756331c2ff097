import { Graph, Job } from "heddle"
import { Schema } from "effect"
import { addOne, clean, readRows, total } from "./app.ts"

// mistake: wrong edge | names: n
Job.make("bad_edge", function* () {
  return yield* addOne({ n: yield* readRows() })
})

// mistake: wrong edge from a list | names: Handle<number>
Job.make("bad_edges", function* () {
  return yield* total({ rows: [yield* readRows()] })
})

// mistake: plain value wired to an input | names: n
Job.make("plain", function* () {
  return yield* addOne({ n: 1 })
})

// mistake: open input | names: n
Job.make("open_input", function* () {
  return yield* addOne()
})

// mistake: open input beside an empty record | names: n
Job.make("open_input", function* () {
  return yield* addOne({})
})

// mistake: unknown input | names: m
Job.make("unknown_input", function* () {
  const rows = yield* readRows()
  const n = yield* total({ rows })
  return yield* addOne({ n, m: n })
})

// mistake: open input of a graph | names: rows
Job.make("open_graph", function* () {
  return yield* clean()
})

// mistake: invocation that is not yielded, wired on | names: rows
Job.make("not_yielded", function* () {
  return yield* total({ rows: readRows() })
})

// mistake: body without yield star | names: Generator | known: TypeScript prints the use in full before it names Generator
Job.make("no_generator", () => readRows())
