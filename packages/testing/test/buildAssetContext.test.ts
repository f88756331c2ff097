import { Asset } from "@heddle/definitions/Asset"
import { AssetExecutionContext } from "@heddle/definitions/AssetExecutionContext"
import { MetadataValue } from "@heddle/events/MetadataValue"
import { Out } from "@heddle/definitions/Out"
import { PartitionMapping } from "@heddle/partitions/PartitionMapping"
import { Partitions } from "@heddle/partitions/Partitions"
import { buildAssetContext } from "@heddle/testing/buildAssetContext"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"

const prices = Asset.external("shop/prices", Schema.Array(Schema.Number))

const total = Asset.make("shop/total", {
  inputs: { prices },
  config: Schema.Struct({ factor: Schema.Number }),
  output: Schema.Number,
  checks: { positive: {} },
  run: (given, context) => {
    const value = given.prices.reduce((sum, price) => sum + price, 0) * context.config.factor
    context.addAssetMetadata({ prices: given.prices.length })
    context.setDataVersion(`v${value}`)
    return Effect.succeed(Asset.result({ value, checks: { positive: { passed: value > 0 } } }))
  }
})

const messageOf = (exit: Exit.Exit<unknown, unknown>): string =>
  Exit.isFailure(exit) ? String(Cause.squash(exit.cause)) : "succeeded"

describe("direct invocation of an asset", () => {
  it.effect("returns the value of the body, and its context shows what else the body did", () =>
    Effect.gen(function* () {
      const context = buildAssetContext()
      const value = yield* total.invoke({ prices: [1, 2] }, { context, config: { factor: 10 } })
      assert.strictEqual(value, 30)
      assert.strictEqual(context.getDataVersion("shop/total"), "v30")
      assert.deepStrictEqual(Object.keys(context.getAssetMetadata("shop/total")), ["prices"])
      assert.deepStrictEqual(
        context.emissions.map((emission) =>
          emission._tag === "CheckResult"
            ? [emission.asset, emission.check, emission.passed]
            : [emission._tag === "Output" ? emission.value : emission._tag]
        ),
        [[30], ["shop/total", "positive", true]]
      )
    })
  )

  it.effect("rejects config and values that do not match their schemas", () =>
    Effect.gen(function* () {
      const config = yield* Effect.exit(total.invoke({ prices: [1] }, { config: { factor: "ten" as never } }))
      assert.include(messageOf(config), "factor")
      const wrong = Asset.make("wrong", { output: Schema.Number, run: () => Effect.succeed("text" as never) })
      assert.include(messageOf(yield* Effect.exit(wrong.invoke({}))), 'output "result"')
    })
  )

  it.effect("takes nothing, without types, where the body takes nothing, and leaves an asset as it is", () =>
    Effect.gen(function* () {
      const kept = Asset.make("kept", { optional: true, output: Schema.Number, checks: ["ok"], run: () => Asset.skip })
      const context = buildAssetContext()
      const invoke: unknown = kept.invoke
      const given = yield* Reflect.apply(invoke as typeof kept.invoke, kept, []) as Effect.Effect<unknown>
      assert.isUndefined(given)
      assert.isUndefined(yield* kept.invoke({}, { context }))
      assert.deepStrictEqual(context.emissions, [])
    })
  )

  it.effect("gives the body its key, the given values and the given provenance", () =>
    Effect.gen(function* () {
      const asks = Asset.make("asks", {
        deps: [prices],
        output: Schema.Json,
        run: () =>
          Effect.gen(function* () {
            const context = yield* AssetExecutionContext
            return {
              key: context.assetKey,
              made: [...context.selectedAssets],
              prices: yield* context.loadAssetValue(prices),
              version: context.provenanceOf("shop/prices")?.codeVersion ?? "none"
            }
          })
      })
      const context = buildAssetContext({
        assetValues: { "shop/prices": [4] },
        provenance: { "shop/prices": { codeVersion: "7", dataVersion: "a", inputs: {} } }
      })
      const said = yield* asks.invoke({}, { context })
      assert.deepStrictEqual(said, { key: "asks", made: ["asks"], prices: [4], version: "7" })
      const without = yield* Effect.exit(asks.invoke({}))
      assert.include(messageOf(without), "build the context with its value in assetValues")
    })
  )

  it.effect("gives the body the config, resources, tags and run config of its context", () =>
    Effect.gen(function* () {
      class Store extends Context.Service<Store, { readonly count: number }>()("test/Store") {}
      const told = Asset.make("told", {
        config: Schema.Struct({ by: Schema.Number }),
        resources: { store: Store },
        output: Schema.Json,
        run: async (_, { config, resources, retryNumber, runConfig, tags }) => [
          resources.store.count * config.by,
          retryNumber,
          runConfig as never,
          tags
        ]
      })
      const context = buildAssetContext({
        config: { by: 2 },
        resources: { store: { count: 21 } },
        retryNumber: 1,
        runConfig: { ops: {} },
        tags: { team: "a" }
      })
      const unused = { count: 0 }
      const value = yield* Effect.provideService(told.invoke({}, { context }), Store, unused)
      assert.deepStrictEqual(value, [42, 1, { ops: {} }, { team: "a" }])
    })
  )

  it.effect("shows which assets, checks, outputs and inputs belong together", () =>
    Effect.gen(function* () {
      const told: Array<unknown> = []
      const both = Asset.multi("both", {
        inputs: { prices },
        outputs: { left: Asset.out(Schema.Number, { key: "shop/left" }), right: Schema.Number },
        checks: { left: ["ok"] },
        run: (_, context) => {
          told.push(
            [...context.selectedAssets],
            [...context.selectedChecks],
            context.isSubset,
            context.assetKeyForOutput("left"),
            context.outputForAssetKey("shop/left"),
            context.assetKeyForInput("prices"),
            context.partitionKey
          )
          return Effect.succeed({ left: Asset.result({ value: 1, checks: { ok: { passed: true } } }), right: 2 })
        }
      })
      yield* both.invoke({ prices: [] }, { partitionKey: "monday" })
      assert.deepStrictEqual(told, [
        ["shop/left", "right"],
        ["shop/left:ok"],
        false,
        "shop/left",
        "left",
        "shop/prices",
        "monday"
      ])
      assert.throws(() => buildAssetContext().assetKey, "only available while an op is invoked")
    })
  )

  it.effect("has the range of partitions that the body makes", () =>
    Effect.gen(function* () {
      const days = Partitions.daily({ start: "2026-01-01", end: "2026-02-01" })
      const visits = Asset.make("visits", { partitions: days, output: Schema.Number, run: () => Effect.succeed(1) })
      const growth = Asset.make("growth", {
        inputs: { visits: Asset.in(visits, PartitionMapping.window({ start: -1 })) },
        partitions: days,
        backfill: "singleRun",
        output: Schema.Number,
        run: (_, context) =>
          Effect.gen(function* () {
            const first = yield* context.loadAssetValue(visits, { partition: "2026-01-01" })
            context.addAssetMetadata({ first }, "growth", "2026-01-06")
            const { from, to } = context.assetPartitionKeyRangeForInput("visits")
            context.addAssetMetadata({ upstream: `${from} to ${to}`, ranged: context.hasPartitionKeyRange })
            return new Map(context.partitionKeys.map((key, i) => [key, i + first]))
          })
      })
      const context = buildAssetContext({
        partitionRange: { from: "2026-01-05", to: "2026-01-06" },
        assetValues: { visits: new Map([["2026-01-01", 7]]) }
      })
      const given = yield* growth.invoke({ visits: new Map() }, { context })
      assert.deepStrictEqual(
        [...given],
        [
          ["2026-01-05", 7],
          ["2026-01-06", 8]
        ]
      )
      const { ranged, upstream } = context.getAssetMetadata("growth")
      assert.deepStrictEqual(
        [upstream, ranged],
        [MetadataValue.text("2026-01-04 to 2026-01-06"), MetadataValue.fromRecord({ ranged: true })["ranged"]]
      )
      assert.deepStrictEqual(Object.keys(context.getAssetMetadata("growth", "2026-01-06")).toSorted(), [
        "first",
        "ranged",
        "upstream"
      ])
      const one = yield* Effect.exit(growth.invoke({ visits: new Map() }, { partitionKey: "2026-01-05" }))
      assert.include(messageOf(one), 'load partition "2026-01-01" of asset "visits"')
      assert.throws(
        () => buildAssetContext({ partitionKey: "a", partitionRange: { from: "a", to: "b" } }),
        "left out where partitionKey is given"
      )
      const wrong = Asset.make("wrong", {
        partitions: days,
        backfill: "singleRun",
        output: Schema.Number,
        run: () => Effect.succeed(new Map([["2026-01-09", 1]]))
      })
      const refused = yield* Effect.exit(wrong.invoke({}, { partitionRange: { from: "2026-01-09", to: "2026-01-10" } }))
      assert.include(messageOf(refused), 'the map has no value for "2026-01-10"')
    })
  )

  it.effect("returns the outputs of a multi-asset by name, without omitted ones", () =>
    Effect.gen(function* () {
      const both = Asset.multi("both", {
        outputs: { left: Schema.Number, right: Out.optional(Schema.Number) },
        run: (_, context) => {
          assert.deepStrictEqual([...context.selected], ["left", "right"])
          return Effect.succeed({ left: 1 })
        }
      })
      assert.deepStrictEqual(yield* both.invoke({}), { left: 1 })
    })
  )

  it.effect("runs the body of a check on a value", () =>
    Effect.gen(function* () {
      const few = Asset.check(prices, "few", { run: (value) => Effect.succeed(value.length < 3) })
      assert.isTrue((yield* few.invoke([1])).passed)
      assert.isFalse((yield* few.invoke([1, 2, 3])).passed)
    })
  )

  it.effect("keeps nothing of an earlier invocation in a context", () =>
    Effect.gen(function* () {
      const context = buildAssetContext()
      yield* total.invoke({ prices: [1] }, { context, config: { factor: 1 } })
      const plain = Asset.make("shop/plain", { output: Schema.Number, run: () => Effect.succeed(1) })
      yield* plain.invoke({}, { context })
      assert.isUndefined(context.getDataVersion("shop/total"))
      assert.strictEqual(context.emissions.length, 1)
    })
  )
})
