import { assert, describe, it } from "@effect/vitest"
import { Asset, AssetExecutionContext, AssetJob, type CheckResult, ContextError, Job, Op } from "@heddle/definitions"
import { HeddleEvent } from "@heddle/events"
import { executeInProcess, JobNotPartitioned, materialize } from "@heddle/execution"
import { PartitionMapping, Partitions } from "@heddle/partitions"
import { DynamicPartitions, Instance } from "@heddle/storage"
import { Cause, DateTime, Effect, Exit, Schema } from "effect"
import { TestClock } from "effect/testing"

const days = Partitions.daily({ start: "2026-01-01" })
const regions = Partitions.fixed(["eu", "us"])

const raw = Asset.make("raw", {
  partitions: days,
  output: Schema.String,
  run: (_, { partitionKey }) => Effect.succeed(`raw ${partitionKey}`)
})

/** 2026-01-10, so that the last day is 2026-01-09. */
const inJanuary = TestClock.setTime(Date.UTC(2026, 0, 10, 12))

const made = (events: ReadonlyArray<HeddleEvent>) =>
  events.flatMap((event) => (event._tag === "ASSET_MATERIALIZATION" ? [[event.asset, event.partition]] : []))

const messageOf = (exit: Exit.Exit<unknown, unknown>): string =>
  Exit.isFailure(exit) ? String(Cause.squash(exit.cause)) : "it succeeded"

describe("runs of partitions", () => {
  it.effect("make the partition of the key, and tell its materialization of it", () =>
    Effect.gen(function* () {
      yield* inJanuary
      const clean = Asset.make("clean", {
        inputs: { raw },
        partitions: days,
        output: Schema.String,
        run: ({ raw }) => Effect.succeed(`clean ${raw}`)
      })
      const result = yield* materialize([raw, clean], { partitionKey: "2026-01-02" })
      assert.deepStrictEqual(made(result.allEvents), [
        ["raw", "2026-01-02"],
        ["clean", "2026-01-02"]
      ])
      assert.strictEqual(result.assetValue("clean"), "clean raw 2026-01-02")
      assert.strictEqual(result.run.tags["heddle/partition"], "2026-01-02")
    })
  )

  it.effect("refuse a key that is not a partition at that moment, before anything is recorded", () =>
    Effect.gen(function* () {
      yield* inJanuary
      const tomorrow = yield* Effect.exit(materialize([raw], { partitionKey: "2026-01-10" }))
      assert.include(messageOf(tomorrow), "2026-01-10")
      assert.include(messageOf(tomorrow), "UnknownPartitionKey")
      const job = Job.make("plain", function* () {
        yield* Op.make("op", { run: () => Effect.void })()
      })
      const plain = yield* Effect.flip(executeInProcess(job, { partitionKey: "a" }))
      assert.instanceOf(plain, JobNotPartitioned)
      assert.include(plain.message, 'Job "plain" has no partitions')
    })
  )

  it.effect("refuse assets with partitions of several kinds, and name them", () =>
    Effect.gen(function* () {
      const region = Asset.make("region", { partitions: regions, output: Schema.Void, run: () => Effect.void })
      const said = yield* Effect.exit(materialize([raw, region], { partitionKey: "eu" }))
      assert.include(messageOf(said), 'asset "raw"')
      assert.include(messageOf(said), "select assets of one")
    })
  )

  it.effect("load what a mapping says: the value of one partition, or a map of many", () =>
    Effect.gen(function* () {
      yield* inJanuary
      const all = Asset.make("all", {
        inputs: { raw },
        output: Schema.Array(Schema.String),
        run: ({ raw }) => Effect.succeed([...raw.keys()])
      })
      const last = Asset.make("last", {
        inputs: { raw: Asset.in(raw, PartitionMapping.last) },
        output: Schema.String,
        run: ({ raw }) => Effect.succeed(raw)
      })
      const rolling = Asset.make("rolling", {
        inputs: { raw: Asset.in(raw, PartitionMapping.window({ start: -1 })) },
        partitions: days,
        output: Schema.Array(Schema.String),
        run: ({ raw }) => Effect.succeed([...raw.values()])
      })
      const values = yield* Effect.gen(function* () {
        for (let day = 1; day <= 9; day++) yield* materialize([raw], { partitionKey: `2026-01-0${day}` })
        const whole = yield* materialize([raw, all, last], { selection: [all, last] })
        const second = yield* materialize([raw, rolling], { selection: [rolling], partitionKey: "2026-01-02" })
        const first = yield* materialize([raw, rolling], { selection: [rolling], partitionKey: "2026-01-01" })
        return [
          whole.assetValue("all").length,
          whole.assetValue("last"),
          second.assetValue("rolling"),
          first.assetValue("rolling")
        ]
      }).pipe(Effect.provide(Instance.layerMemory))
      assert.deepStrictEqual(values, [9, "raw 2026-01-09", ["raw 2026-01-01", "raw 2026-01-02"], ["raw 2026-01-01"]])
    })
  )

  it.effect("tell of upstream partitions that were not made, and of those that cannot be", () =>
    Effect.gen(function* () {
      yield* inJanuary
      const next = Asset.make("next", {
        inputs: { raw: Asset.in(raw, PartitionMapping.window({ end: 1 })) },
        partitions: Partitions.daily({ start: "2026-01-01", end: "2026-01-10" }),
        output: Schema.Void,
        run: () => Effect.void
      })
      const messages = yield* Effect.gen(function* () {
        const result = yield* materialize([raw, next], { selection: [next], partitionKey: "2026-01-03" })
        return result.allEvents.flatMap((event) =>
          HeddleEvent.isStepFailure(event) ? [JSON.stringify(event.error)] : []
        )
      }).pipe(Effect.provide(Instance.layerMemory))
      assert.include(messages[0], 'no value of asset \\"raw\\" for partition \\"2026-01-03\\"')
    })
  )

  it.effect("tell bodies of keys, windows of time and dimensions", () =>
    Effect.gen(function* () {
      yield* inJanuary
      const cell = Asset.make("cell", {
        partitions: Partitions.multi({ date: days, region: regions }),
        output: Schema.Json,
        run: (_, context) =>
          Effect.succeed({
            keys: context.partitionKeys,
            start: DateTime.formatIso(context.partitionTimeWindow.start),
            end: DateTime.formatIso(context.partitionTimeWindow.end),
            dimensions: context.partitionDimensions
          })
      })
      const result = yield* materialize([cell], { partitionKey: "2026-01-03|us" })
      assert.deepStrictEqual(result.assetValue("cell"), {
        keys: ["2026-01-03|us"],
        start: "2026-01-03T00:00:00.000Z",
        end: "2026-01-04T00:00:00.000Z",
        dimensions: { date: "2026-01-03", region: "us" }
      })
      assert.deepInclude(result.run.tags, { "heddle/partition/date": "2026-01-03", "heddle/partition/region": "us" })
    })
  )

  it.effect("say which member of the context has no answer, and why", () =>
    Effect.gen(function* () {
      const asked = Asset.make("asked", {
        partitions: regions,
        output: Schema.Array(Schema.String),
        run: () =>
          Effect.map(AssetExecutionContext, (context) =>
            (["partitionTimeWindow", "partitionDimensions"] as const).map((member) => {
              try {
                return typeof context[member]
              } catch (error) {
                return error instanceof ContextError ? error.message : "another error"
              }
            })
          )
      })
      const result = yield* materialize([asked], { partitionKey: "eu" })
      const [window, dimensions] = result.assetValue("asked")
      assert.include(window, 'partition "eu" is not a window of time')
      assert.include(dimensions, 'partition "eu" has no dimensions')
    })
  )

  it.effect("know the keys of dynamic partitions that the instance holds", () =>
    Effect.gen(function* () {
      const profile = Asset.make("profile", {
        partitions: Partitions.dynamic("customers"),
        output: Schema.String,
        run: (_, { partitionKey }) => Effect.succeed(`p-${partitionKey}`)
      })
      const names = Asset.make("names", {
        inputs: { profile },
        output: Schema.Array(Schema.String),
        run: ({ profile }) => Effect.succeed([...profile.keys()])
      })
      const values = yield* Effect.gen(function* () {
        const early = yield* Effect.exit(materialize([profile], { partitionKey: "ann" }))
        yield* Effect.flatMap(DynamicPartitions, ({ add }) => add("customers", ["ann", "bob"]))
        yield* materialize([profile], { partitionKey: "ann" })
        yield* materialize([profile], { partitionKey: "bob" })
        const all = yield* materialize([profile, names], { selection: [names] })
        return [messageOf(early).includes("UnknownPartitionKey"), all.assetValue("names")]
      }).pipe(Effect.provide(Instance.layerMemory))
      assert.deepStrictEqual(values, [true, ["ann", "bob"]])
    })
  )

  it.effect("tell checks of the partition, in their event too", () =>
    Effect.gen(function* () {
      yield* inJanuary
      const full = Asset.check(raw, "full", {
        run: (value): CheckResult => ({ passed: value.endsWith("2026-01-05") })
      })
      const result = yield* materialize([raw, full], { partitionKey: "2026-01-05" })
      const evaluations = result.allEvents.flatMap((event) =>
        event._tag === "ASSET_CHECK_EVALUATION" ? [[event.check, event.passed, event.partition]] : []
      )
      assert.deepStrictEqual(evaluations, [["full", true, "2026-01-05"]])
    })
  )

  it.effect("do not concern the checks of assets that have none, made beside them", () =>
    Effect.gen(function* () {
      yield* inJanuary
      const rates = Asset.make("rates", {
        output: Schema.Number,
        checks: ["own"],
        run: () => Asset.result({ value: 1, checks: { own: { passed: true } } })
      })
      const apart = Asset.check(rates, "apart", { run: (rate) => rate > 0 })
      const result = yield* materialize([raw, rates, apart], { partitionKey: "2026-01-05" })
      assert.sameDeepMembers(
        result.getAssetCheckEvaluations().map(({ check, partition }) => [check, partition]),
        [
          ["own", undefined],
          ["apart", undefined]
        ]
      )
      assert.sameDeepMembers(
        result.getAssetMaterializationEvents().map(({ asset, partition }) => [asset, partition]),
        [
          ["raw", "2026-01-05"],
          ["rates", undefined]
        ]
      )
    })
  )

  it.effect("give a job its run config and tags by the key, unless a call gives run config", () =>
    Effect.gen(function* () {
      const show = Op.make("show", {
        config: Schema.Struct({ letter: Schema.String }),
        output: Schema.String,
        run: (_, { config, partitionKey, tags }) => `${config.letter}:${partitionKey}:${tags["size"]}`
      })
      const letters = Job.partitioned(
        Job.make("letters", function* () {
          return yield* show()
        }),
        Partitions.fixed(["a", "b"]),
        {
          runConfig: (letter) => ({ ops: { show: { config: { letter } } } }),
          tags: (letter) => ({ size: `s-${letter}` })
        }
      )
      const own = yield* executeInProcess(letters, { partitionKey: "b" })
      assert.strictEqual(own.outputForNode("show"), "b:b:s-b")
      const given = yield* executeInProcess(letters, {
        partitionKey: "a",
        runConfig: { ops: { show: { config: { letter: "q" } } } }
      })
      assert.strictEqual(given.outputForNode("show"), "q:a:s-a")
      const without = yield* Effect.exit(executeInProcess(letters))
      assert.include(messageOf(without), "ops")
    })
  )

  it.effect("record the version of the same partition of what an asset was made from", () =>
    Effect.gen(function* () {
      yield* inJanuary
      const clean = Asset.make("clean", {
        inputs: { raw },
        partitions: days,
        output: Schema.String,
        run: ({ raw }) => Effect.succeed(raw)
      })
      const runs = yield* Effect.gen(function* () {
        const first = yield* materialize([raw], { partitionKey: "2026-01-01" })
        yield* materialize([raw], { partitionKey: "2026-01-02" })
        const later = yield* materialize([raw, clean], { selection: [clean], partitionKey: "2026-01-01" })
        const [event] = later.allEvents.filter((event) => event._tag === "ASSET_MATERIALIZATION")
        return [event?.provenance?.inputs["raw"]?.runId, first.runId]
      }).pipe(Effect.provide(Instance.layerMemory))
      assert.strictEqual(runs[0], runs[1])
    })
  )

  it.effect("refuse mappings that do not fit the partitions, at the definition of a job", () =>
    Effect.sync(() => {
      const cell = Asset.make("cell", {
        inputs: { raw: Asset.in(raw, PartitionMapping.dimension("day")) },
        partitions: Partitions.multi({ date: days, region: regions }),
        output: Schema.Void,
        run: () => Effect.void
      })
      assert.throws(() => AssetJob.make("cells", { assets: [raw, cell] }), /asset "cell" › input "raw".*"day"/s)
      // Types take an input without a mapping for one value.
      const weekly = Asset.make("weekly", {
        inputs: { raw },
        partitions: Partitions.weekly({ start: "2026-01-01" }),
        output: Schema.Void,
        run: () => Effect.void
      })
      assert.throws(() => AssetJob.make("weeks", { assets: [raw, weekly] }), /several partitions of asset "raw" arrive/)
    })
  )

  it.effect("reject what code without types gives, and functions that throw", () =>
    Effect.gen(function* () {
      const untyped = materialize as unknown as (
        assets: ReadonlyArray<unknown>,
        options: object
      ) => Effect.Effect<unknown, unknown>
      const tens = Asset.make("tens", { partitions: 10 as never, output: Schema.Void, run: () => Effect.void })
      for (const key of [5, null, {}]) {
        const error = yield* Effect.flip(untyped([raw], { partitionKey: key }))
        assert.include(String(error), "partitionKey")
      }
      assert.include(String(yield* Effect.flip(untyped([tens], {}))), 'asset "tens" › partitions')
      const job = Job.make("plain", function* () {
        yield* Op.make("op", { run: () => Effect.void })()
      })
      assert.throws(() => Job.partitioned(job, 5 as never), /the value is not partitions/)
      const throwing = Job.partitioned(job, regions, {
        runConfig: () => {
          throw new Error("no config today")
        }
      })
      const said = yield* Effect.exit(executeInProcess(throwing, { partitionKey: "eu" }))
      assert.include(messageOf(said), 'it threw for partition "eu": no config today')
    })
  )

  it.effect("run a job of partitioned assets", () =>
    Effect.gen(function* () {
      yield* inJanuary
      const job = AssetJob.make("nightly", { assets: [raw] })
      const result = yield* executeInProcess(job, { partitionKey: "2026-01-04" })
      assert.deepStrictEqual(made(result.allEvents), [["raw", "2026-01-04"]])
      // Without a key the run starts, and only a body that asks for the key fails.
      const without = yield* executeInProcess(job)
      assert.isFalse(without.success)
    })
  )
})
