import { assert, describe, it } from "@effect/vitest"
import {
  AssetMaterialization,
  AssetObservation,
  ExpectationResult,
  IOManager,
  Job,
  Op,
  type OpContext,
  OpExecutionContext,
  Out
} from "@heddle/definitions"
import { HeddleEvent, MetadataValue } from "@heddle/events"
import { executeInProcess } from "@heddle/execution"
import { Effect, Layer, Schema, Stream } from "effect"

const jobOf = <E>(op: Op<string, {}, any, any, void, E, never>) =>
  Job.make("telling", {}, function* () {
    yield* op()
  })

const COMMON: ReadonlyArray<string> = ["attempt", "id", "runId", "stepKey", "timestamp"]

/** Events of the step from its start to its end, without what all of them carry. */
const told = (events: ReadonlyArray<HeddleEvent>) =>
  events
    .filter(HeddleEvent.isStepEvent)
    .map((event) => Object.fromEntries(Object.entries(event).filter(([key]) => !COMMON.includes(key))))

describe("events of a body", () => {
  it.effect("are told where they stand among the outputs of a stream, yielded or logged", () =>
    Effect.gen(function* () {
      const op = Op.make("busy", {
        outputs: { a: Schema.Number, b: Schema.Number },
        run: async function* (_, { logEvent }) {
          yield AssetMaterialization.make({ asset: "table/users", metadata: { rows: 3 }, description: "made" })
          logEvent(AssetObservation.make({ asset: "table/orders", tags: { by: "me" } }))
          yield { output: "a" as const, value: 1 }
          yield ExpectationResult.make({ success: true, label: "rows", metadata: { n: MetadataValue.float(1) } })
          yield { output: "b" as const, value: 2 }
          yield ExpectationResult.make({ success: false, description: "off" })
        }
      })
      const { allEvents, success } = yield* executeInProcess(jobOf(op))
      assert.isTrue(success)
      assert.deepStrictEqual(told(allEvents).slice(0, -1), [
        { _tag: "STEP_START" },
        {
          _tag: "ASSET_MATERIALIZATION",
          asset: "table/users",
          description: "made",
          metadata: { rows: MetadataValue.int(3) }
        },
        { _tag: "ASSET_OBSERVATION", asset: "table/orders", tags: { by: "me" } },
        { _tag: "STEP_OUTPUT", output: "a" },
        { _tag: "HANDLED_OUTPUT", output: "a", ioManager: "io_manager" },
        { _tag: "STEP_EXPECTATION_RESULT", success: true, label: "rows", metadata: { n: MetadataValue.float(1) } },
        { _tag: "STEP_OUTPUT", output: "b" },
        { _tag: "HANDLED_OUTPUT", output: "b", ioManager: "io_manager" },
        { _tag: "STEP_EXPECTATION_RESULT", success: false, description: "off" }
      ])
    })
  )

  it.effect("are logged by helpers deep inside an Effect body too", () =>
    Effect.gen(function* () {
      const helper = Effect.map(OpExecutionContext, ({ logEvent }) =>
        logEvent(AssetMaterialization.make({ asset: "late", partition: "2024-01-01" }))
      )
      const op = Op.make("deep", { output: Schema.Number, run: () => Effect.as(helper, 1) })
      const { allEvents } = yield* executeInProcess(jobOf(op))
      assert.deepStrictEqual(told(allEvents)[1], {
        _tag: "ASSET_MATERIALIZATION",
        asset: "late",
        partition: "2024-01-01"
      })
    })
  )

  it.effect("that are none fail the step and say what is taken", () =>
    Effect.gen(function* () {
      const op = Op.make("wrong", { run: (_, { logEvent }) => logEvent({ asset: "x" } as never) })
      const { allEvents } = yield* executeInProcess(jobOf(op))
      const failure = allEvents.find(HeddleEvent.isStepFailure)
      assert.deepStrictEqual([failure?.error.name, failure?.source], ["ContextError", "FRAMEWORK_ERROR"])
      assert.include(failure?.error.message, "it accepts only materializations, observations and expectation results")
    })
  )

  it.effect("and values are dealt with before the next one is asked of a stream", () =>
    Effect.gen(function* () {
      const order: Array<string> = []
      const op = Op.make("lazy", {
        outputs: { n: Out.dynamic(Schema.Number) },
        run: () =>
          Stream.unfold(0, (i) =>
            Effect.sync(() => {
              order.push(`body ${i}`)
              return i < 2 ? ([{ output: "n" as const, key: `k${i}`, value: i }, i + 1] as const) : undefined
            })
          )
      })
      const store = Layer.succeed(IOManager, {
        handleOutput: (_, value) => Effect.sync(() => void order.push(`store ${value}`)),
        loadInput: () => Effect.void
      })
      yield* executeInProcess(jobOf(op), { layer: store })
      assert.deepStrictEqual(order, ["body 0", "store 0", "body 1", "store 1", "body 2"])
    })
  )
})

describe("mapping keys in events", () => {
  it.effect("are a path, and absent where an output is not dynamic", () =>
    Effect.gen(function* () {
      const op = Op.make("sized", {
        outputs: { file: Out.dynamic(Schema.String), total: Schema.Number },
        run: () => ({ file: [["a", "x"]] as const, total: 1 })
      })
      const { allEvents } = yield* executeInProcess(jobOf(op))
      assert.deepStrictEqual(
        allEvents.flatMap((event) =>
          event._tag === "STEP_OUTPUT" || event._tag === "HANDLED_OUTPUT"
            ? [[event._tag, event.output, event.mappingKeys]]
            : []
        ),
        [
          ["STEP_OUTPUT", "file", ["a"]],
          ["HANDLED_OUTPUT", "file", ["a"]],
          ["STEP_OUTPUT", "total", undefined],
          ["HANDLED_OUTPUT", "total", undefined]
        ]
      )
    })
  )
})

describe("metadata of outputs", () => {
  const metadataOf = (events: ReadonlyArray<HeddleEvent>) =>
    events.flatMap((event) => (event._tag === "STEP_OUTPUT" ? [event.metadata] : []))

  it.effect("comes with an emission and through the context, which goes before and merges", () =>
    Effect.gen(function* () {
      const op = Op.make("sized", {
        outputs: { file: Out.dynamic(Schema.String), total: Schema.Number },
        run: async function* (_, { addOutputMetadata, getOutputMetadata }) {
          addOutputMetadata({ rows: 1, kept: true }, { output: "file", mappingKey: "a" })
          addOutputMetadata({ rows: 2 }, { output: "file", mappingKey: "a" })
          assert.deepStrictEqual(getOutputMetadata({ output: "file", mappingKey: "a" }), {
            rows: MetadataValue.int(2),
            kept: MetadataValue.bool(true)
          })
          yield { output: "file" as const, key: "a", value: "x", metadata: { rows: 0, path: MetadataValue.path("/a") } }
          yield { output: "file" as const, key: "b", value: "y" }
          yield { output: "total" as const, value: 2, metadata: { note: "all" } }
        }
      })
      const { allEvents } = yield* executeInProcess(jobOf(op))
      assert.deepStrictEqual(metadataOf(allEvents), [
        { rows: MetadataValue.int(2), path: MetadataValue.path("/a"), kept: MetadataValue.bool(true) },
        undefined,
        { note: MetadataValue.text("all") }
      ])
    })
  )

  it.effect("needs no name where there is one output, and is gone with the attempt that added it", () =>
    Effect.gen(function* () {
      const op = Op.make("once", {
        output: Schema.Number,
        retry: { _tag: "RetryPolicy", maxRetries: 1 },
        run: (_, { addOutputMetadata, retryNumber }) => {
          addOutputMetadata({ [`attempt ${retryNumber}`]: true })
          if (retryNumber === 0) throw new Error("again")
          return 1
        }
      })
      const { allEvents } = yield* executeInProcess(jobOf(op))
      assert.deepStrictEqual(metadataOf(allEvents), [{ "attempt 1": MetadataValue.bool(true) }])
    })
  )

  type Add = OpContext<unknown, {}>["addOutputMetadata"]
  const wrongs: ReadonlyArray<readonly [string, (add: Add) => void, string]> = [
    ["names none of several", (add) => add({ x: 1 }), 'name the output to add metadata to: "many", "one"'],
    ["names one that is not declared", (add) => add({ x: 1 }, { output: "won" }), 'did you mean "one"?'],
    ["names no value of a dynamic one", (add) => add({ x: 1 }, { output: "many" }), "give the mapping key"],
    ["names a value of a plain one", (add) => add({ x: 1 }, { output: "one", mappingKey: "a" }), "it is not dynamic"]
  ]
  for (const [wrong, add, problem] of wrongs) {
    it.effect(`fails the step when it ${wrong}`, () =>
      Effect.gen(function* () {
        const op = Op.make("wrong", {
          outputs: { many: Out.dynamic(Schema.Number), one: Schema.Number },
          run: (_, { addOutputMetadata }) => {
            add(addOutputMetadata)
            return { many: [], one: 1 }
          }
        })
        const { allEvents } = yield* executeInProcess(jobOf(op))
        const failure = allEvents.find(HeddleEvent.isStepFailure)
        assert.deepStrictEqual([failure?.error.name, failure?.source], ["OutputError", "FRAMEWORK_ERROR"])
        assert.include(failure?.error.message, problem)
      })
    )
  }

  it.effect("fails the step when the output was given already", () =>
    Effect.gen(function* () {
      const op = Op.make("late", {
        outputs: { n: Schema.Number },
        run: async function* (_, { addOutputMetadata }) {
          yield { output: "n" as const, value: 1 }
          addOutputMetadata({ x: 1 })
        }
      })
      const { allEvents } = yield* executeInProcess(jobOf(op))
      const failure = allEvents.find(HeddleEvent.isStepFailure)
      assert.strictEqual(failure?.error.name, "OutputError")
      assert.include(failure?.error.message, "it was already given")
    })
  )
})
