import { assert, describe, it } from "@effect/vitest"
import {
  AssetMaterialization,
  IOManager,
  Op,
  type OpContext,
  OpExecutionContext,
  Out,
  type TypeCheckFunction,
  ValueAddress
} from "@heddle/definitions"
import { MetadataValue } from "@heddle/events"
import { Partitions } from "@heddle/partitions"
import {
  buildAssetContext,
  buildInputContext,
  buildOpContext,
  buildOutputContext,
  buildTypeCheckContext
} from "@heddle/testing"
import { Cause, Context, DateTime, Effect, Exit, Schema } from "effect"

class Store extends Context.Service<Store, { readonly get: (key: string) => number }>()("test/Store") {}

const count = Op.make("count", {
  inputs: { key: Schema.String },
  config: Schema.Struct({ by: Schema.Number }),
  resources: { store: Store },
  outputs: { n: Schema.Number, part: Out.dynamic(Schema.Number) },
  run: async function* ({ key }, { addOutputMetadata, config, log, logEvent, partitionKey, resources, retryNumber }) {
    log.info(`counting ${key}`, { retryNumber })
    addOutputMetadata({ part: partitionKey }, { output: "n" })
    yield { output: "n" as const, value: resources.store.get(key) * config.by, metadata: { unit: "rows" } }
    logEvent(AssetMaterialization.make({ asset: "counts" }))
    yield { output: "part" as const, key: "a", value: 1 }
  }
})

/** What an effect died of. */
const defectOf = <A, E>(effect: Effect.Effect<A, E>) =>
  Effect.map(Effect.exit(effect), (exit) =>
    Exit.isFailure(exit) ? Cause.squash(exit.cause) : assert.fail("it succeeded")
  )

describe("buildOpContext", () => {
  it.effect("gives a body its config, resources and partition, and records what it did", () =>
    Effect.gen(function* () {
      const context = buildOpContext({
        config: { by: 2 },
        resources: { store: { get: () => 21 } },
        partitionKey: "2024",
        retryNumber: 3
      })
      const given = yield* Effect.provideService(count.invoke({ key: "k" }, { context }), Store, {
        get: () => assert.fail("the context's resource goes before the service")
      })
      assert.deepStrictEqual(given, { n: 42, part: [["a", 1]] })
      assert.deepStrictEqual(context.lines, [{ level: "INFO", message: "counting k", data: { retryNumber: 3 } }])
      const n = { unit: MetadataValue.text("rows"), part: MetadataValue.text("2024") }
      assert.deepStrictEqual(context.getOutputMetadata({ output: "n" }), n)
      assert.deepStrictEqual(context.emissions, [
        { _tag: "Output", output: "n", mappingKey: undefined, value: 42, metadata: n },
        { _tag: "AssetMaterialization", asset: "counts" },
        { _tag: "Output", output: "part", mappingKey: "a", value: 1, metadata: {} }
      ])
      assert.strictEqual(context.opName, "count")
    })
  )

  it.effect("is an OpExecutionContext for functions that need one", () =>
    Effect.gen(function* () {
      const helper = Effect.map(OpExecutionContext, ({ mappingKey, runId, tags }) => [runId, mappingKey, tags["t"]])
      const context = buildOpContext({ mappingKey: "k", tags: { t: "v" } })
      assert.deepStrictEqual(yield* Effect.provideService(helper, OpExecutionContext, context), ["EPHEMERAL", "k", "v"])
    })
  )

  const unbound: ReadonlyArray<readonly [string, (context: OpContext<unknown, {}>) => unknown]> = [
    ["stepKey", (context) => context.stepKey],
    ["selectedOutputs", (context) => context.selectedOutputs],
    ["partitionKey", (context) => context.partitionKey],
    ["output metadata", (context) => context.addOutputMetadata({ x: 1 })],
    ["logEvent", (context) => context.logEvent(AssetMaterialization.make({ asset: "a" }))]
  ]
  for (const [member, ask] of unbound) {
    it(`reports what it does not have: ${member}`, () => {
      assert.throws(() => ask(buildOpContext()), `The context has no ${member} here`)
    })
  }

  it.effect("starts anew with each invocation, and is rejected inside of one", () =>
    Effect.gen(function* () {
      const context = buildOpContext()
      const leaf = Op.make("leaf", { run: (_, { log }) => log.info("leaf") })
      yield* leaf.invoke({}, { context })
      yield* leaf.invoke({}, { context })
      assert.lengthOf(context.lines, 1)
      const nested = Op.make("nested", { run: () => leaf.invoke({}, { context }) })
      const refused = yield* defectOf(nested.invoke({}, { context }))
      assert.include(String(refused), 'its context belongs to op "nested", which is running')
      yield* leaf.invoke({}, { context })
    })
  )

  it.effect("rejects options that are given twice", () =>
    Effect.gen(function* () {
      const context = buildOpContext({ config: { by: 1 } })
      const twice = yield* defectOf(
        Effect.provideService(count.invoke({ key: "k" }, { context, config: { by: 2 }, mappingKey: "a" }), Store, {
          get: () => 1
        })
      )
      assert.include((twice as Error).message, "config is given twice")
      assert.include((twice as Error).message, "mappingKey is given in addition to a context")
    })
  )

  it.effect("keeps what a stream emitted before it failed", () =>
    Effect.gen(function* () {
      const context = buildOpContext()
      const op = Op.make("broken", {
        outputs: { n: Schema.Number },
        run: async function* () {
          yield { output: "n" as const, value: 1 }
          throw new Error("boom")
        }
      })
      yield* Effect.exit(op.invoke({}, { context }))
      assert.lengthOf(context.emissions, 1)
    })
  )
})

describe("invoke", () => {
  it.effect("reports everything that is wrong with its inputs", () =>
    Effect.gen(function* () {
      const op = Op.make("add", { inputs: { left: Schema.Number, right: Schema.Number }, run: () => {} })
      const error = yield* defectOf(op.invoke({ left: 1, rihgt: 2 } as never))
      assert.strictEqual(
        (error as Error).message,
        'Op "add" cannot be invoked:\n  it has no input "rihgt"; did you mean "right"?\n  input "right" is missing'
      )
    })
  )

  it.effect("reports missing resources", () =>
    Effect.gen(function* () {
      const context = buildOpContext({ config: { by: 1 } })
      const error = yield* defectOf(count.invoke({ key: "k" }, { context }) as Effect.Effect<unknown, unknown>)
      assert.include((error as Error).message, 'resource "store"')
    })
  )

  it.effect("checks config as a run would, with every problem and its place", () =>
    Effect.gen(function* () {
      const op = Op.make("cfg", { config: Schema.Struct({ a: Schema.Number, b: Schema.Number }), run: () => {} })
      const error = yield* defectOf(op.invoke({}, { config: { a: "x" } } as never))
      assert.strictEqual((error as { readonly _tag?: string })._tag, "RunConfigError")
      assert.include((error as Error).message, "config.a")
      assert.include((error as Error).message, "config.b")
    })
  )
})

describe("the other contexts", () => {
  it("buildAssetContext - has the partition to produce", () => {
    assert.strictEqual(buildAssetContext({ partitionKey: "b" }).partitionKey, "b")
  })

  it("buildTypeCheckContext - lets a check function run alone", () => {
    const check: TypeCheckFunction<number> = (n, { resources, runId }) =>
      n < Number(resources["limit"]) && runId === "EPHEMERAL"
    assert.isTrue(check(1, buildTypeCheckContext({ resources: { limit: 2 } })))
    assert.isFalse(check(3, buildTypeCheckContext({ resources: { limit: 2 } })))
  })

  it.effect("buildOutputContext, buildInputContext - let an IO manager run alone, and record its metadata", () =>
    Effect.gen(function* () {
      const manager = IOManager.makeMemory()
      const out = buildOutputContext({ stepKey: "made", mappingKey: "k" })
      yield* manager.handleOutput(out, 7)
      out.addMetadata({ bytes: 1 })
      assert.deepStrictEqual(out.added(), { bytes: MetadataValue.int(1) })
      const input = buildInputContext({
        upstream: { runId: "EPHEMERAL", stepKey: "made", output: "result", mappingKey: "k" }
      })
      assert.strictEqual(yield* manager.loadInput(input), 7)
      assert.deepStrictEqual(input.added(), {})
    })
  )

  it("buildOutputContext, buildInputContext - tell an IO manager of partitions", () => {
    const assetPartitions = Partitions.daily({ start: "2026-01-01", end: "2026-02-01" })
    const input = buildInputContext({
      upstream: { asset: "visits" },
      assetPartitions,
      assetPartitionKeyRange: { from: "2026-01-02", to: "2026-01-04" },
      partitionKey: "2026-01"
    })
    assert.deepStrictEqual(
      [input.hasPartitionKey, input.partitionKey, input.hasAssetPartitions],
      [true, "2026-01", true]
    )
    assert.deepStrictEqual(input.assetPartitionKeys, ["2026-01-02", "2026-01-03", "2026-01-04"])
    assert.strictEqual(DateTime.formatIso(input.assetPartitionTimeWindow.end), "2026-01-05T00:00:00.000Z")
    assert.throws(() => input.assetPartitionKey, "there are 3 partitions: read assetPartitionKeys")
    const output = buildOutputContext({ address: { asset: "visits", partition: "2026-01-02" }, assetPartitions })
    assert.strictEqual(output.assetPartitionKey, "2026-01-02")
    assert.deepStrictEqual({ ...output.assetPartitionKeyRange }, { from: "2026-01-02", to: "2026-01-02" })
    assert.isFalse(output.hasPartitionKey)
    assert.throws(() => output.partitionKey, "The context has no partitionKey here")
    const scattered = buildInputContext({
      upstream: { asset: "visits" },
      assetPartitions,
      assetPartitionKeys: ["2026-01-02", "2026-01-09"]
    })
    assert.throws(() => scattered.assetPartitionKeyRange, "the 2 partitions do not follow one another")
    assert.throws(() => buildOutputContext().assetPartitionKeys, "the value is not that of an asset")
  })

  it.effect("buildOutputContext, buildInputContext - work for an IO manager of assets", () =>
    Effect.gen(function* () {
      const manager = IOManager.makeMemory()
      yield* manager.handleOutput(buildOutputContext({ address: { asset: "sales/daily" } }), 7)
      const input = buildInputContext({ upstream: { asset: "sales/daily" } })
      assert.deepStrictEqual(ValueAddress.parts(input.upstream), ["sales", "daily"])
      assert.strictEqual(yield* manager.loadInput(input), 7)
      const other = yield* Effect.flip(manager.loadInput(buildInputContext({ upstream: { asset: "sales/weekly" } })))
      assert.include(String(other), 'no value of asset "sales/weekly"')
    })
  )
})
