import { assert, describe, it } from "@effect/vitest"
import { Asset, type IOManagerShape, Resource } from "@heddle/definitions"
import type { HeddleEvent, HeddleEventOf, HeddleEventType } from "@heddle/events"
import { materialize, materializeToMemory } from "@heddle/execution"
import { Instance, RunStorage } from "@heddle/storage"
import { Cause, Context, Deferred, Effect, Exit, Layer, Schema } from "effect"

const only = <T extends HeddleEventType>(events: ReadonlyArray<HeddleEvent>, tag: T) =>
  events.filter((event): event is HeddleEventOf<T> => event._tag === tag)

class Source extends Context.Service<Source, { readonly rows: number }>()("test/Source") {}

const rows = Asset.make("sales/rows", {
  config: Schema.Struct({ factor: Schema.Number }),
  output: Schema.Number,
  run: (_, { config }) => Effect.map(Source, (source) => source.rows * config.factor)
})
const total = Asset.make("total", { inputs: { rows }, output: Schema.Number, run: ({ rows }) => rows + 1 })
const plain = Asset.make("plain", { output: Schema.Number, run: () => 1 })
const positive = Asset.check(plain, "positive", { run: (value) => value > 0 })
const runConfig = { ops: { sales__rows: { config: { factor: 10 } } } } as const

class Boom extends Schema.TaggedError<Boom>()("Boom", {}) {}
const boom = Asset.make("boom", { output: Schema.Number, run: () => Effect.fail(new Boom()) })
const messageOf = (exit: Exit.Exit<unknown, unknown>): string =>
  Exit.isFailure(exit) ? String(Cause.squash(exit.cause)) : "succeeded"

for (const [name, call] of [
  ["materialize", materialize],
  ["materializeToMemory", materializeToMemory]
] as const) {
  describe(`options of ${name}`, () => {
    it.effect("runConfig and layer: config of assets, and the services that their bodies use", () =>
      Effect.gen(function* () {
        const result = yield* call([rows, total], { runConfig, layer: Layer.succeed(Source, { rows: 2 }) })
        assert.deepStrictEqual([result.success, result.assetValue("total")], [true, 21])
        const wrong = { ops: { sales__rows: { config: { factor: "ten" as never } } } }
        const refused = yield* Effect.exit(
          call([rows], { runConfig: wrong, layer: Layer.succeed(Source, { rows: 2 }) })
        )
        assert.include(messageOf(refused), "ops.sales__rows.config.factor")
      })
    )

    it.effect("resources: the services of the assets by key, with config of their own", () =>
      Effect.gen(function* () {
        const source = Resource.make({
          config: Schema.Struct({ rows: Schema.Number }),
          layer: (config) => Layer.succeed(Source, config)
        })
        const result = yield* call([rows], {
          resources: { source },
          runConfig: { ...runConfig, resources: { source: { config: { rows: 3 } } } }
        })
        assert.strictEqual(result.assetValue("sales/rows"), 30)
      })
    )

    it.effect("selection: assets and checks to make and evaluate", () =>
      Effect.gen(function* () {
        const result = yield* call([plain, positive, boom], { selection: "plain" })
        assert.isTrue(result.success)
        assert.lengthOf(only(result.allEvents, "ASSET_CHECK_EVALUATION"), 1)
        const refused = yield* Effect.flip(call([plain], { selection: "plian" }))
        assert.include(refused.message, 'did you mean "plain"?')
      })
    )

    it.effect("instance, runId and tags: where the run is recorded, and as what", () =>
      Effect.gen(function* () {
        const services = yield* Effect.context<Instance>()
        const instance = Layer.succeedContext(services)
        const { runId } = yield* call([plain], { instance, runId: "first", tags: { reason: "test" } })
        const record = yield* RunStorage.use((runs) => runs.get("first"))
        assert.deepStrictEqual([runId, record.runId, record.tags["reason"]], ["first", "first", "test"])
        const twice = yield* Effect.flip(call([plain], { instance, runId: "first" }))
        assert.strictEqual(twice._tag, "RunAlreadyExists")
      }).pipe(Effect.provide(Instance.layerMemory))
    )

    it.effect("raiseOnError: the error of the body in place of a result", () =>
      Effect.gen(function* () {
        assert.isFalse((yield* call([boom])).success)
        assert.instanceOf(yield* Effect.flip(call([boom], { raiseOnError: true })), Boom)
      })
    )

    it.effect("maxConcurrent: how many assets are made at once", () =>
      Effect.gen(function* () {
        const mostAtOnce = Effect.fnUntraced(function* (maxConcurrent: number) {
          let running = 0
          let most = 0
          const both = yield* Deferred.make<void>()
          const run = () =>
            Effect.gen(function* () {
              running += 1
              most = Math.max(most, running)
              if (running === maxConcurrent) yield* Deferred.succeed(both, undefined)
              yield* Deferred.await(both)
              running -= 1
            })
          yield* call([Asset.make("one", { run }), Asset.make("two", { run })], { maxConcurrent })
          return most
        })
        assert.deepStrictEqual([yield* mostAtOnce(1), yield* mostAtOnce(2)], [1, 2])
      })
    )

    it.effect("no others: an unknown option is an error that lists those that there are", () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(call([plain], { raiseOnEror: true } as never))
        assert.include(error.message, 'did you mean "raiseOnError"?')
      })
    )
  })
}

describe("IO managers of assets", () => {
  it.effect("are told the address of the asset, and the step that made it only within a run", () =>
    Effect.gen(function* () {
      class Store extends Context.Service<Store, IOManagerShape>()("test/Store") {}
      const told: Array<unknown> = []
      const kept = new Map<string, unknown>()
      const store: IOManagerShape = {
        handleOutput: ({ address, opName, output, stepKey }, value) =>
          Effect.sync(() => {
            told.push(["store", address, stepKey, opName, output])
            kept.set(JSON.stringify(address), value)
          }),
        loadInput: ({ input, stepKey, upstream, upstreamStep }) =>
          Effect.sync(() => {
            told.push(["load", upstream, stepKey, input, upstreamStep?.stepKey])
            return kept.get(JSON.stringify(upstream))
          })
      }
      const made = Asset.make("sales/made", { io: Store, output: Schema.Number, run: () => 1 })
      const used = Asset.make("used", { inputs: { made }, output: Schema.Number, run: ({ made }) => made })
      const layer = Layer.succeed(Store, store)
      yield* materialize([made, used], { layer })
      yield* materialize([made, used], { layer, selection: "used" })
      assert.deepStrictEqual(told, [
        ["store", { asset: "sales/made" }, "sales__made", "sales__made", "result"],
        ["load", { asset: "sales/made" }, "used", "made", "sales__made"],
        ["load", { asset: "sales/made" }, "used", "made", undefined]
      ])
    }).pipe(Effect.provide(Instance.layerMemory))
  )
})
