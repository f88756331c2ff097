import { assert, describe, it } from "@effect/vitest"
import {
  DefinitionError,
  Definitions,
  Graph,
  type IOManagerShape,
  Job,
  Op,
  Out,
  reconstructable,
  Resource
} from "@heddle/definitions"
import { Context, Effect, Layer, Schema } from "effect"

class Db extends Context.Service<Db, {}>()("app/Db") {}
class Lake extends Context.Service<Lake, IOManagerShape>()("app/Lake") {}

const quiet = Op.make("quiet", { run: () => {} })
const job = Job.make("etl", {}, function* () {
  yield* quiet()
})

/** The mistakes of a call whose types would not let it compile. */
const mistakes = (...args: ReadonlyArray<unknown>) => {
  try {
    ;(reconstructable as (...args: ReadonlyArray<unknown>) => unknown)(...args)
  } catch (error) {
    assert.instanceOf(error, DefinitionError)
    return { subject: error.subject, problems: error.problems.map(({ message, place }) => `${place}: ${message}`) }
  }
  return { subject: "", problems: [] }
}

describe("reconstructable", () => {
  it("names the place of a job", () => {
    const { exportName, job: pointed, moduleUrl } = reconstructable(import.meta.url, "default", job)
    assert.deepStrictEqual([moduleUrl, exportName], [import.meta.url, "default"])
    assert.strictEqual(pointed, job)
  })

  it("rejects invalid places, all problems at once, and shows a valid one", () => {
    const { problems, subject } = mistakes("./jobs.ts", "", job)
    assert.strictEqual(subject, 'reconstructable job "etl"')
    assert.strictEqual(problems.length, 2)
    assert.include(problems[0], 'the module: "./jobs.ts" is not the URL of a file')
    assert.include(problems[0], "import.meta.url")
    assert.include(problems[1], "the export: it is empty")
    assert.include(mistakes("https://host/jobs.js", "job", job).problems[0], "is not the URL of a file")
    assert.include(mistakes(undefined, undefined, job).problems[0], "undefined is not the URL of a file")
  })

  it("rejects what is not a job, and says what it is", () => {
    const refusal = (value: unknown) => mistakes(import.meta.url, "job", value).problems[0]
    const graph = Graph.make("graph", { inputs: {} }, function* () {
      yield* quiet()
    })
    assert.include(refusal(quiet), "it is an op")
    assert.include(refusal(graph), "Job.fromGraph")
    assert.include(refusal(Definitions.make({ jobs: [job] })), "it is a Definitions object")
    assert.include(refusal(undefined), "before the job is defined")
    assert.include(refusal(null), "it is null")
    assert.include(refusal("etl"), "it is of type string")
  })

  it("rejects a job without resources whose ops need services, and names each", () => {
    const asks = Op.make("asks", { resources: { db: Db }, run: () => Effect.void })
    const stores = Op.make("stores", {
      outputs: { rows: Out.stored(Schema.Number, Lake) },
      run: () => ({ rows: 1 })
    })
    const inner = Graph.make("inner", { inputs: {} }, function* () {
      yield* asks()
    })
    const body = function* () {
      yield* inner()
      yield* stores()
    }
    const { problems } = mistakes(import.meta.url, "open", Job.make("open", {}, body))
    assert.deepStrictEqual(
      problems.map((problem) => problem.split(",")[0]),
      ['op "inner.asks": it needs the service "app/Db"', 'op "stores" › output "rows": it needs the service "app/Lake"']
    )
    const db = Resource.fromLayer(Layer.succeed(Db, {}))
    const lake = Resource.fromLayer(
      Layer.succeed(Lake, { handleOutput: () => Effect.void, loadInput: () => Effect.void })
    )
    assert.deepStrictEqual(
      mistakes(import.meta.url, "closed", Job.make("closed", { resources: { db, lake } }, body)).problems,
      []
    )
  })
})
