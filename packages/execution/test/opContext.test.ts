import { assert, describe, it } from "@effect/vitest"
import { Graph, Job, Op, type OpContext, Out } from "@heddle/definitions"
import { ReexecutionOptions } from "@heddle/engine"
import { HeddleEvent } from "@heddle/events"
import { executeDefinition, executeInProcess } from "@heddle/execution"
import { Instance, RunStorage } from "@heddle/storage"
import { Effect, Layer, Schema } from "effect"

const factsOf = (context: OpContext<unknown, {}>) => ({
  jobName: context.jobName,
  stepKey: context.stepKey,
  nodePath: context.nodePath,
  nodeName: context.nodeName,
  opName: context.opName,
  mappingKey: context.mappingKey,
  retryNumber: context.retryNumber,
  tags: context.tags,
  runConfig: context.runConfig,
  selectedOutputs: [...context.selectedOutputs],
  hasPartitionKey: context.hasPartitionKey,
  isReexecution: context.isReexecution,
  parentRunId: context.parentRunId,
  rootRunId: context.rootRunId
})

describe("OpExecutionContext", () => {
  it.effect("says where in which run and job a body runs", () =>
    Effect.gen(function* () {
      const seen: Array<ReturnType<typeof factsOf>> = []
      const show = Op.make("show", {
        inputs: { n: Schema.Number },
        config: Schema.Struct({ by: Schema.optionalKey(Schema.Number) }),
        output: Schema.Number,
        run: ({ n }, context) => {
          seen.push(factsOf(context))
          return n
        }
      })
      const keys = Op.make("keys", {
        outputs: { k: Out.dynamic(Schema.Number) },
        run: () => ({ k: [["a", 1]] as const })
      })
      const inner = Graph.make("inner", { inputs: { n: Schema.Number } }, function* ({ n }) {
        return yield* show.as("deep")({ n })
      })
      const job = Job.make("the_job", {}, function* () {
        const { k } = yield* keys()
        yield* k.map((n) => inner({ n }))
      })
      const runConfig = { ops: { inner: { ops: { deep: { config: { by: 2 } } } } } }
      yield* executeInProcess(job, { tags: { t: "v" }, runConfig })
      assert.deepStrictEqual(seen, [
        {
          jobName: "the_job",
          stepKey: "inner.deep[a]",
          nodePath: "inner.deep",
          nodeName: "deep",
          opName: "show",
          mappingKey: "a",
          retryNumber: 0,
          tags: { t: "v" },
          runConfig,
          selectedOutputs: ["result"],
          hasPartitionKey: false,
          isReexecution: false,
          parentRunId: undefined,
          rootRunId: undefined
        }
      ])
    })
  )

  it.effect("gives the partition of a run that is for one, and says so where there is none", () =>
    Effect.gen(function* () {
      const keys: Array<string> = []
      const ask = Op.make("ask", { run: (_, { partitionKey }) => void keys.push(partitionKey) })
      const job = Job.make("asking", {}, function* () {
        yield* ask()
      })
      yield* executeInProcess(job, { tags: { "heddle/partition": "2024-01-01" } })
      assert.deepStrictEqual(keys, ["2024-01-01"])
      const { allEvents } = yield* executeInProcess(job)
      const failure = allEvents.find(HeddleEvent.isStepFailure)
      assert.deepStrictEqual([failure?.error.name, failure?.source], ["ContextError", "FRAMEWORK_ERROR"])
      assert.include(failure?.error.message, 'it has no tag "heddle/partition"')
    })
  )

  it.effect("logs errors as they stand in events", () =>
    Effect.gen(function* () {
      const log = Op.make("log", { run: (_, context) => context.log.error("no", { error: new RangeError("far") }) })
      const job = Job.make("logging", {}, function* () {
        yield* log()
      })
      const { allEvents } = yield* executeInProcess(job)
      const line = allEvents.find((event) => event._tag === "LOG_MESSAGE")
      assert.deepStrictEqual([line?.level, line?.message], ["ERROR", "no"])
      assert.deepInclude(line?.data?.["error"], { name: "RangeError", message: "far" })
    })
  )

  it.effect("is no way to the instance: a body asks for the service that it needs", () =>
    Effect.gen(function* () {
      const seen: Array<string> = []
      const look = Op.make("look", {
        run: (_, { runId }) =>
          Effect.gen(function* () {
            const run = yield* (yield* RunStorage).get(runId)
            seen.push(run.jobName)
          })
      })
      const job = Job.make("looking", {}, function* () {
        yield* look()
      })
      yield* executeInProcess(job)
      assert.deepStrictEqual(seen, ["looking"])
    }).pipe(Effect.provide(Layer.fresh(Instance.layerMemory)))
  )

  it.effect("tells a body of the runs that its run goes on from", () =>
    Effect.gen(function* () {
      const seen: Array<readonly [boolean, string | undefined, string | undefined]> = []
      const fails = Op.make("fails", {
        run: (_, { isReexecution, parentRunId, rootRunId }) => {
          seen.push([isReexecution, parentRunId, rootRunId])
          throw new Error("once more")
        }
      })
      const { definition } = Job.make("again", {}, function* () {
        yield* fails()
      })
      const first = yield* executeDefinition(definition, {})
      const second = yield* executeDefinition(definition, { reexecution: ReexecutionOptions.fromFailure(first.runId) })
      yield* executeDefinition(definition, { reexecution: ReexecutionOptions.fromFailure(second.runId) })
      assert.deepStrictEqual(seen, [
        [false, undefined, undefined],
        [true, first.runId, first.runId],
        [true, second.runId, first.runId]
      ])
    }).pipe(Effect.provide(Layer.fresh(Instance.layerMemory)))
  )
})

describe("an input with a default", () => {
  const WithDefault = Schema.Number.pipe(Schema.withConstructorDefault(Effect.succeed(42)))
  const show = Op.make("show", {
    inputs: { n: WithDefault, of: Schema.Number },
    output: Schema.Array(Schema.Number),
    run: ({ n, of }) => [n, of]
  })
  const one = Op.make("one", { output: Schema.Number, run: () => 1 })
  const job = Job.make("defaults", {}, function* () {
    return yield* show({ of: yield* one() })
  })

  it.effect("takes it when nothing is wired to it and run config gives none", () =>
    Effect.gen(function* () {
      const result = yield* executeInProcess(job)
      assert.deepStrictEqual(result.success && result.output, [42, 1])
      const inputs = result.allEvents.flatMap((event) =>
        event._tag === "STEP_INPUT" || event._tag === "LOADED_INPUT" ? [`${event._tag} ${event.input}`] : []
      )
      assert.deepStrictEqual(inputs, ["LOADED_INPUT of", "STEP_INPUT n", "STEP_INPUT of"])
    })
  )

  it.effect("takes what run config gives, as it is or under value", () =>
    Effect.gen(function* () {
      const given = yield* executeInProcess(job, { runConfig: { ops: { show: { inputs: { n: 7 } } } } })
      assert.deepStrictEqual(given.success && given.output, [7, 1])
      const wrapped = yield* executeInProcess(job, { runConfig: { ops: { show: { inputs: { n: { value: 8 } } } } } })
      assert.deepStrictEqual(wrapped.success && wrapped.output, [8, 1])
    })
  )

  it.effect("takes what is wired to it", () =>
    Effect.gen(function* () {
      const wired = Job.make("wired", {}, function* () {
        const n = yield* one()
        return yield* show({ n, of: n })
      })
      const result = yield* executeInProcess(wired)
      assert.deepStrictEqual(result.success && result.output, [1, 1])
    })
  )

  it.effect("takes it in a direct invocation too", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* show.invoke({ of: 1 }), [42, 1])
      assert.deepStrictEqual(yield* show.invoke({ of: 1, n: 2 }), [2, 1])
    })
  )
})
