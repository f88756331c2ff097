import { assert, describe, it } from "@effect/vitest"
import {
  ExpectationResult,
  InputManager,
  type InputManagerShape,
  IOManager,
  type IOManagerShape,
  Job,
  Op,
  Resource,
  ValueAddress
} from "@heddle/definitions"
import { executeInProcess } from "@heddle/execution"
import { Context, Effect, Layer, Schema } from "effect"

class Reader extends Context.Service<Reader, InputManagerShape>()("reader") {}

const one = Op.make("one", { resources: {}, output: Schema.Number, run: () => 1 })
const Config = Schema.Struct({ n: Schema.Number })
const add = Op.make("add", {
  resources: {},
  inputs: {
    a: InputManager.loads(Schema.Number, Reader, { config: Schema.Struct({ n: Schema.optionalKey(Schema.Number) }) }),
    b: InputManager.loads(Schema.Number, Reader, { config: Config })
  },
  output: Schema.Number,
  run: ({ a, b }) => a + b
})

/** Gives what run config says, and 100 without it. */
const reader = (asked: Array<unknown>): InputManagerShape => ({
  loadInput: ({ addMetadata, config, input, jobName, opName, stepKey, upstreamStep }) =>
    Effect.sync(() => {
      asked.push([jobName, stepKey, opName, input, upstreamStep?.stepKey])
      addMetadata({ by: "reader" })
      return (config as { readonly n?: number } | undefined)?.n ?? 100
    })
})

describe("input managers", () => {
  it.effect("load the inputs that name them, wired or not, with config of their own", () =>
    Effect.gen(function* () {
      const asked: Array<unknown> = []
      const resources = { reader: Resource.fromLayer(Layer.succeed(Reader, reader(asked)), { needs: {} }) }
      const job = Job.make("reading", { resources }, function* () {
        return yield* add({ a: yield* one() })
      })
      const result = yield* executeInProcess(job, { runConfig: { ops: { add: { inputs: { b: { n: 5 } } } } } })
      assert.isTrue(result.success && result.output === 105)
      assert.deepStrictEqual(asked, [
        ["reading", "add", "add", "a", "one"],
        ["reading", "add", "add", "b", undefined]
      ])
      const by = { by: { _tag: "text" as const, value: "reader" } }
      assert.deepStrictEqual(
        result.allEvents.flatMap((event) =>
          event._tag === "LOADED_INPUT"
            ? [[event.input, event.ioManager, event.upstreamStepKey, event.upstreamOutput, event.metadata]]
            : []
        ),
        [
          ["a", "reader", "one", "result", by],
          ["b", "reader", undefined, undefined, by]
        ]
      )
      const started = result.allEvents.find(({ _tag }) => _tag === "RESOURCE_INIT_STARTED")
      assert.isTrue(started?._tag === "RESOURCE_INIT_STARTED" && started.resources.includes("reader"))
    })
  )

  it.effect("have their config asked for, and their values checked", () =>
    Effect.gen(function* () {
      const resources = {
        reader: Resource.fromLayer(Layer.succeed(Reader, { loadInput: () => Effect.succeed("text") }))
      }
      const job = Job.make("wrong", { resources }, function* () {
        return yield* add({})
      })
      const error = yield* Effect.flip(executeInProcess(job))
      assert.include(error.message, "ops")
      const { allEvents } = yield* executeInProcess(job, { runConfig: { ops: { add: { inputs: { b: { n: 1 } } } } } })
      const failed = allEvents.find(({ _tag }) => _tag === "STEP_FAILURE")
      assert.isTrue(failed?._tag === "STEP_FAILURE" && failed.error.name === "TypeCheckFailed")
    })
  )
})

describe("contexts of IO managers", () => {
  it.effect("tell where a value comes from, and take metadata, events and lines", () =>
    Effect.gen(function* () {
      const told: Array<unknown> = []
      const memory = IOManager.makeMemory()
      const io: IOManagerShape = {
        handleOutput: (context, value) => {
          const { attempt, jobName, log, logEvent, opName, outputMetadata, tags } = context
          told.push([jobName, opName, attempt, tags, outputMetadata, ValueAddress.parts(context)])
          log.info("storing")
          logEvent(ExpectationResult.make({ success: true, label: "fits" }))
          return memory.handleOutput(context, value)
        },
        loadInput: (context) => memory.loadInput(context)
      }
      const measured = Op.make("measured", {
        resources: {},
        output: Schema.Number,
        run: (_, { addOutputMetadata }) => {
          addOutputMetadata({ rows: 3 })
          return 1
        }
      })
      const job = Job.make("telling", { tags: { team: "a" } }, function* () {
        yield* measured()
      })
      const { allEvents } = yield* executeInProcess(job, { layer: Layer.succeed(IOManager, io), runId: "r" })
      assert.deepStrictEqual(told, [
        ["telling", "measured", 1, { team: "a" }, { rows: { _tag: "int", value: 3 } }, ["r", "measured", "result"]]
      ])
      const tags = allEvents.map(({ _tag }) => _tag)
      assert.includeMembers(tags, ["LOG_MESSAGE", "STEP_EXPECTATION_RESULT"])
    })
  )
})
