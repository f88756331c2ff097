import { assert, describe, it } from "@effect/vitest"
import {
  Asset,
  AssetJob,
  type BackfillPolicy,
  type CheckResult,
  ContextError,
  IOManager,
  type InputContext,
  type IOManagerShape,
  Job,
  Op,
  type OutputContext
} from "@heddle/definitions"
import { ReexecutionOptions } from "@heddle/engine/run/ReexecutionOptions"
import { HeddleEvent } from "@heddle/events"
import { executeDefinition, executeInProcess, materialize, RangeNotInOneRun } from "@heddle/execution"
import { PartitionMapping, Partitions } from "@heddle/partitions"
import { EventLog, Instance } from "@heddle/storage"
import { Cause, Context, DateTime, Effect, Exit, Layer, Schema, Stream } from "effect"
import { TestClock } from "effect/testing"

const days = Partitions.daily({ start: "2026-01-01" })
const regions = Partitions.fixed(["eu", "us"])

/** 2026-01-10, so that the last day is 2026-01-09. */
const inJanuary = TestClock.setTime(Date.UTC(2026, 0, 10, 12))

const FIRST_THREE = { from: "2026-01-01", to: "2026-01-03" }
const threeKeys = ["2026-01-01", "2026-01-02", "2026-01-03"]

const raw = Asset.make("raw", {
  partitions: days,
  backfill: "singleRun",
  output: Schema.String,
  run: (_, { partitionKeys }) => Effect.succeed(new Map(partitionKeys.map((key) => [key, `raw ${key}`])))
})

const materialized = (events: ReadonlyArray<HeddleEvent>) =>
  events.flatMap((event) => (event._tag === "ASSET_MATERIALIZATION" ? [[event.asset, event.partition]] : []))

const messageOf = (exit: Exit.Exit<unknown, unknown>): string =>
  Exit.isFailure(exit) ? String(Cause.squash(exit.cause)) : "it succeeded"

const failuresOf = (events: ReadonlyArray<HeddleEvent>): string =>
  JSON.stringify(events.filter(HeddleEvent.isStepFailure).map(({ error }) => error))

/** What reading a member of a context gives, or what it throws. */
const answer = <A>(read: () => A): A | string => {
  try {
    return read()
  } catch (error) {
    return error instanceof ContextError ? error.message : "another error"
  }
}

describe("runs of a range of partitions", () => {
  it.effect("make every partition of the range in one step, with a materialization for each", () =>
    Effect.gen(function* () {
      yield* inJanuary
      let calls = 0
      const clean = Asset.make("clean", {
        inputs: { raw },
        partitions: days,
        backfill: "singleRun",
        output: Schema.String,
        run: ({ raw }) => {
          calls++
          return Effect.succeed(new Map([...raw].map(([key, value]) => [key, `clean ${value}`])))
        }
      })
      const total = Asset.make("total", {
        inputs: { clean },
        output: Schema.Number,
        run: ({ clean }) => Effect.succeed(clean.size)
      })
      const [result, second, total3, log] = yield* Effect.gen(function* () {
        const result = yield* materialize([raw, clean], { partitionRange: FIRST_THREE })
        const second = yield* materialize([raw, clean], { selection: [clean], partitionKey: "2026-01-02" })
        const partial = yield* materialize([raw, clean, Asset.external("x", Schema.Void), total], {
          selection: [total]
        })
        const log = yield* Stream.runCollect(EventLog.readAll(result.runId))
        return [result, second, failuresOf(partial.allEvents), [...log]] as const
      }).pipe(Effect.provide(Instance.layerMemory))
      assert.isTrue(result.success)
      assert.deepStrictEqual(materialized(result.allEvents), [
        ...threeKeys.map((key) => ["raw", key]),
        ...threeKeys.map((key) => ["clean", key])
      ])
      assert.deepStrictEqual(
        log.flatMap((event) =>
          event._tag === "ASSET_MATERIALIZATION_PLANNED" ? [[event.asset, event.partition]] : []
        ),
        [...threeKeys.map((key) => ["raw", key]), ...threeKeys.map((key) => ["clean", key])]
      )
      assert.strictEqual(new Set(log.map(({ id }) => id)).size, log.length)
      assert.strictEqual(result.run.tags["heddle/partitionRange"], "2026-01-01...2026-01-03")
      assert.isUndefined(result.run.tags["heddle/partition"])
      assert.deepStrictEqual(
        [...result.assetValue("clean")],
        threeKeys.map((key) => [key, `clean raw ${key}`])
      )
      assert.strictEqual(result.assetValue("clean", { partition: "2026-01-02" }), "clean raw 2026-01-02")
      assert.throws(
        () => result.assetValue("clean", { partition: "2026-01-05" }),
        'partition "2026-01-05" of asset "clean"'
      )
      // The values of a range are those of its partitions: one of them is loaded for a run of one.
      assert.deepStrictEqual([...second.assetValue("clean")], [["2026-01-02", "clean raw 2026-01-02"]])
      assert.strictEqual(second.run.tags["heddle/partition"], "2026-01-02")
      // All partitions are more than the range.
      assert.include(total3, "2026-01-04")
      assert.strictEqual(calls, 2)
    })
  )

  it.effect("tell bodies of the range, and not of a key", () =>
    Effect.gen(function* () {
      yield* inJanuary
      const asked = Asset.make("asked", {
        inputs: { raw: Asset.in(raw, PartitionMapping.window({ start: -1 })) },
        partitions: days,
        backfill: { maxPartitionsPerRun: 5 },
        output: Schema.Json,
        run: ({ raw }, context) =>
          Effect.succeed(
            new Map(
              context.partitionKeys.map((key) => [
                key,
                {
                  flags: [context.hasPartitions, context.hasPartitionKey, context.hasPartitionKeyRange],
                  range: { ...context.partitionKeyRange },
                  start: DateTime.formatIso(context.partitionTimeWindow.start),
                  end: DateTime.formatIso(context.partitionTimeWindow.end),
                  key: answer(() => context.partitionKey),
                  loaded: [...raw.keys()],
                  upstream: context.assetPartitionKeysForInput("raw"),
                  upstreamRange: { ...context.assetPartitionKeyRangeForInput("raw") },
                  upstreamEnd: DateTime.formatIso(context.assetPartitionTimeWindowForInput("raw").end),
                  upstreamKey: answer(() => context.assetPartitionKeyForInput("raw")),
                  unknown: answer(() => context.assetPartitionKeysForInput("other"))
                }
              ])
            )
          )
      })
      const result = yield* Effect.gen(function* () {
        yield* materialize([raw], { partitionRange: { from: "2026-01-01", to: "2026-01-05" } })
        return yield* materialize([raw, asked], {
          selection: [asked],
          partitionRange: { from: "2026-01-03", to: "2026-01-04" }
        })
      }).pipe(Effect.provide(Instance.layerMemory))
      assert.isTrue(result.success, failuresOf(result.allEvents))
      assert.deepStrictEqual(result.assetValue("asked").get("2026-01-04"), {
        flags: [true, false, true],
        range: { from: "2026-01-03", to: "2026-01-04" },
        start: "2026-01-03T00:00:00.000Z",
        end: "2026-01-05T00:00:00.000Z",
        key: 'The context has no partitionKey here: the run is for the partitions "2026-01-03" to "2026-01-04": read partitionKeys',
        loaded: ["2026-01-02", "2026-01-03", "2026-01-04"],
        upstream: ["2026-01-02", "2026-01-03", "2026-01-04"],
        upstreamRange: { from: "2026-01-02", to: "2026-01-04" },
        upstreamEnd: "2026-01-05T00:00:00.000Z",
        upstreamKey:
          "The context has no assetPartitionKeyForInput here: there are 3 partitions: read assetPartitionKeysForInput",
        unknown:
          'The context has no assetPartitionKeysForInput here: input "other" of op "asked" is not the value of an asset'
      })
    })
  )

  it.effect("load what any partition of the range needs, each once", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.UTC(2026, 3, 1))
      const weeks = Partitions.weekly({ start: "2026-01-04", end: "2026-03-29" })
      const weekly = Asset.make("weekly", {
        inputs: {
          raw: Asset.in(raw, PartitionMapping.window()),
          newest: Asset.in(raw, PartitionMapping.last),
          all: Asset.in(raw, PartitionMapping.all)
        },
        partitions: weeks,
        backfill: "singleRun",
        output: Schema.Array(Schema.String),
        run: ({ all, newest, raw }, { partitionKeys }) => {
          const [first, ...others] = raw.keys()
          const loaded = [String(raw.size), first!, others.at(-1)!, ...newest.keys(), String(all.size)]
          return Effect.succeed(new Map(partitionKeys.map((key) => [key, loaded])))
        }
      })
      const daily = Asset.make("daily", {
        inputs: { weekly: Asset.in(weekly, PartitionMapping.enclosing) },
        partitions: days,
        backfill: "singleRun",
        output: Schema.Array(Schema.String),
        run: ({ weekly }, { partitionKeys }) =>
          Effect.succeed(new Map(partitionKeys.map((key) => [key, [...weekly.keys()]])))
      })
      const [ofWeeks, ofDays] = yield* Effect.gen(function* () {
        yield* materialize([raw], { partitionRange: { from: "2026-01-01", to: "2026-03-31" } })
        const ofWeeks = yield* materialize([raw, weekly], {
          selection: [weekly],
          partitionRange: { from: "2026-01-04", to: "2026-01-18" }
        })
        const ofDays = yield* materialize([raw, weekly, daily], {
          selection: [daily],
          partitionRange: { from: "2026-01-10", to: "2026-01-19" }
        })
        return [ofWeeks, ofDays] as const
      }).pipe(Effect.provide(Instance.layerMemory))
      assert.isTrue(ofWeeks.success && ofDays.success, failuresOf([...ofWeeks.allEvents, ...ofDays.allEvents]))
      assert.deepStrictEqual(ofWeeks.assetValue("weekly", { partition: "2026-01-11" }), [
        "21",
        "2026-01-04",
        "2026-01-24",
        "2026-03-31",
        "90"
      ])
      assert.deepStrictEqual(ofDays.assetValue("daily", { partition: "2026-01-12" }), [
        "2026-01-04",
        "2026-01-11",
        "2026-01-18"
      ])
    })
  )

  it.effect("are a box of the partitions of several dimensions", () =>
    Effect.gen(function* () {
      yield* inJanuary
      const cell = Asset.make("cell", {
        partitions: Partitions.multi({ date: days, region: regions }),
        backfill: "singleRun",
        output: Schema.Void,
        run: (_, { partitionTimeWindow }) => Effect.log(partitionTimeWindow.start)
      })
      const result = yield* materialize([cell], { partitionRange: { from: "2026-01-02|us", to: "2026-01-04|us" } })
      assert.isTrue(result.success, failuresOf(result.allEvents))
      assert.deepStrictEqual(materialized(result.allEvents), [
        ["cell", "2026-01-02|us"],
        ["cell", "2026-01-03|us"],
        ["cell", "2026-01-04|us"]
      ])
      const empty = yield* Effect.exit(
        materialize([cell], { partitionRange: { from: "2026-01-04|us", to: "2026-01-02|us" } })
      )
      assert.include(messageOf(empty), "InvalidPartitionKeyRange")
    })
  )

  it.effect("are refused by assets whose policy does not allow so many, which are all named", () =>
    Effect.gen(function* () {
      yield* inJanuary
      const one = Asset.make("one", { partitions: days, output: Schema.Void, run: () => Effect.void })
      const few = Asset.make("few", {
        partitions: days,
        backfill: { maxPartitionsPerRun: 2 },
        output: Schema.Void,
        run: () => Effect.void
      })
      const free = Asset.make("free", { output: Schema.Void, run: () => Effect.void })
      const refused = yield* Effect.flip(materialize([raw, one, few, free], { partitionRange: FIRST_THREE }))
      assert.instanceOf(refused, RangeNotInOneRun)
      assert.strictEqual(
        refused.message,
        'The 3 partitions "2026-01-01" to "2026-01-03" cannot be made in one run of job "materialize": asset "one" is made for one partition at a time, asset "few" for 2 at most. Instead, make a run for each with backfill, or give the asset backfill: "singleRun"'
      )
      // A range of one is one partition.
      const single = yield* materialize([one], { partitionRange: { from: "2026-01-02", to: "2026-01-02" } })
      assert.strictEqual(single.run.tags["heddle/partition"], "2026-01-02")
      const two = yield* materialize([few, free], { partitionRange: { from: "2026-01-02", to: "2026-01-03" } })
      assert.deepStrictEqual(materialized(two.allEvents), [
        ["few", "2026-01-02"],
        ["few", "2026-01-03"],
        ["free", undefined]
      ])
      const job = Job.partitioned(
        Job.make("ops", function* () {
          yield* Op.make("op", { run: () => Effect.void })()
        }),
        regions
      )
      const ops = yield* Effect.flip(executeInProcess(job, { partitionRange: { from: "eu", to: "us" } }))
      assert.include(ops.message, "its ops run for one partition at a time: make a run for each with backfill")
    })
  )

  it.effect("reject ranges that are none, and a key beside a range", () =>
    Effect.gen(function* () {
      yield* inJanuary
      const job = AssetJob.make("nightly", { assets: [raw] })
      const run = (options: object) => Effect.map(Effect.exit(executeInProcess(job, options)), messageOf)
      assert.include(yield* run({ partitionRange: "2026-01-01...2026-01-02" }), "partitionRange")
      assert.include(yield* run({ partitionRange: { from: "2026-01-01" } }), "partitionRange")
      assert.include(yield* run({ partitionRange: FIRST_THREE, partitionKey: "2026-01-01" }), "left out")
      assert.include(yield* run({ partitionRange: { from: "2026-01-01", to: "2026-02-01" } }), "UnknownPartitionKey")
      assert.include(
        yield* run({ partitionRange: { from: "2026-01-03", to: "2026-01-01" } }),
        "InvalidPartitionKeyRange"
      )
    })
  )

  it.effect("fail a body that does not give a map of the partitions, and say which are missing", () =>
    Effect.gen(function* () {
      yield* inJanuary
      const giving = (value: unknown, optional = false) =>
        Asset.make("given", {
          partitions: days,
          backfill: "singleRun",
          optional,
          output: Schema.String,
          run: () => Effect.succeed(value as ReadonlyMap<string, string>)
        })
      const said = (value: unknown) =>
        Effect.map(materialize([giving(value)], { partitionRange: FIRST_THREE }), ({ allEvents }) => [
          failuresOf(allEvents),
          materialized(allEvents).length
        ])
      const [text] = yield* said("all of them")
      assert.include(
        text,
        "return a Map from partition key to value, also for one partition, and not a value of type string"
      )
      const [missing, none] = yield* said(new Map([["2026-01-01", "a"]]))
      assert.include(missing, 'the map has no value for \\"2026-01-02\\", \\"2026-01-03\\"')
      assert.strictEqual(none, 0)
      const [surplus] = yield* said(new Map([...threeKeys, "2026-02-01"].map((key) => [key, key])))
      assert.include(surplus, 'the run does not ask for \\"2026-02-01\\"')
      const [wrong] = yield* said(new Map<string, unknown>(threeKeys.map((key, i) => [key, i === 1 ? 5 : key])))
      assert.include(wrong, 'partition \\"2026-01-02\\" of output')
      // What an optional asset leaves out stays as it is.
      const some = yield* materialize([giving(new Map([["2026-01-02", "b"]]), true)], { partitionRange: FIRST_THREE })
      assert.deepStrictEqual(materialized(some.allEvents), [["given", "2026-01-02"]])
      const without = yield* Effect.exit(executeInProcess(AssetJob.make("j", { assets: [giving(new Map())] })))
      assert.include(
        messageOf(without),
        'makes or checks asset "given", which is made by ranges of partitions: say which partition'
      )
    })
  )

  it.effect("record metadata of the whole range and of single partitions", () =>
    Effect.gen(function* () {
      yield* inJanuary
      const told = Asset.make("told", {
        partitions: days,
        backfill: "singleRun",
        output: Schema.Number,
        run: (_, { addAssetMetadata, partitionKeys }) =>
          Effect.sync(() => {
            addAssetMetadata({ source: "feed", rows: 0 })
            addAssetMetadata({ rows: 7 }, "told", "2026-01-02")
            const foreign = answer(() => addAssetMetadata({ rows: 1 }, "told", "2026-01-08"))
            addAssetMetadata({ foreign: String(foreign) })
            return Asset.result({
              value: new Map(partitionKeys.map((key, i) => [key, i])),
              metadata: { shared: true },
              dataVersion: "v1"
            })
          })
      })
      const result = yield* materialize([told], { partitionRange: FIRST_THREE })
      const events = result.allEvents.flatMap((event) => (event._tag === "ASSET_MATERIALIZATION" ? [event] : []))
      assert.deepStrictEqual(
        events.map(({ metadata }) => metadata!["rows"]),
        [0, 7, 0].map((value) => ({ _tag: "int", value }) as const)
      )
      assert.isTrue(
        events.every(({ metadata }) => metadata!["shared"] !== undefined && metadata!["source"] !== undefined)
      )
      assert.isTrue(events.every(({ provenance }) => provenance?.dataVersion === "v1"))
      assert.include(JSON.stringify(events[0]!.metadata), 'the run is not for partition \\"2026-01-08\\"')
    })
  )

  it.effect("give checks the map of values", () =>
    Effect.gen(function* () {
      yield* inJanuary
      const full = Asset.check(raw, "full", {
        run: (values): CheckResult => ({ passed: values.size === 3 && values.get("2026-01-02") === "raw 2026-01-02" })
      })
      const result = yield* materialize([raw, full], { partitionRange: FIRST_THREE })
      const found = result.allEvents.flatMap((event) =>
        event._tag === "ASSET_CHECK_EVALUATION" ? [[event.check, event.passed, event.partition]] : []
      )
      assert.deepStrictEqual(found, [["full", true, undefined]])
    })
  )

  it.effect("make several assets of one body", () =>
    Effect.gen(function* () {
      yield* inJanuary
      const both = Asset.multi("both", {
        partitions: days,
        backfill: "singleRun",
        outputs: { odd: Schema.Number, even: Schema.Number },
        run: (_, { partitionKeys }) => {
          const of = (n: number) => new Map(partitionKeys.map((key) => [key, n]))
          return Effect.succeed({ odd: of(1), even: of(2) })
        }
      })
      const result = yield* materialize([both], { partitionRange: { from: "2026-01-01", to: "2026-01-02" } })
      assert.deepStrictEqual(materialized(result.allEvents), [
        ["odd", "2026-01-01"],
        ["odd", "2026-01-02"],
        ["even", "2026-01-01"],
        ["even", "2026-01-02"]
      ])
      assert.strictEqual(result.assetValue("even").get("2026-01-02"), 2)
    })
  )

  it.effect("load other partitions in a body, by name", () =>
    Effect.gen(function* () {
      yield* inJanuary
      const history = Asset.make("history", {
        inputs: { raw },
        partitions: days,
        output: Schema.Json,
        run: (_, context) =>
          Effect.gen(function* () {
            const own = yield* context.loadAssetValue("raw")
            const first = yield* context.loadAssetValue("raw", { partition: "2026-01-01" })
            const unmade = yield* Effect.flip(context.loadAssetValue("raw", { partition: "2026-01-09" }))
            const unknown = yield* Effect.exit(context.loadAssetValue("raw", { partition: "2026-03-09" }))
            return [String(own), String(first), String(unmade.cause), messageOf(unknown)]
          })
      })
      const result = yield* Effect.gen(function* () {
        yield* materialize([raw], { partitionRange: FIRST_THREE })
        return yield* materialize([raw, history], { selection: [history], partitionKey: "2026-01-03" })
      }).pipe(Effect.provide(Instance.layerMemory))
      const [own, first, unmade, unknown] = result.assetValue("history") as ReadonlyArray<string>
      assert.deepStrictEqual([own, first], ["raw 2026-01-03", "raw 2026-01-01"])
      assert.include(unmade, "2026-01-09")
      assert.include(unknown, '"2026-03-09"')
      const ranged = Asset.make("ranged", {
        inputs: { raw },
        partitions: days,
        backfill: "singleRun",
        output: Schema.String,
        run: (_, { loadAssetValue, partitionKeys }) =>
          Effect.map(
            Effect.exit(loadAssetValue("raw")),
            (exit) => new Map(partitionKeys.map((key) => [key, messageOf(exit)]))
          )
      })
      const both = yield* materialize([raw, ranged], { partitionRange: FIRST_THREE })
      assert.include(both.assetValue("ranged").get("2026-01-01"), 'name one of asset "raw"')
    })
  )

  it.effect("keep their range when they are executed again from their failure", () =>
    Effect.gen(function* () {
      yield* inJanuary
      let broken = true
      const clean = Asset.make("clean", {
        inputs: { raw },
        partitions: days,
        backfill: "singleRun",
        output: Schema.String,
        run: ({ raw }) => (broken ? Effect.die(new Error("no space")) : Effect.succeed(raw))
      })
      const job = AssetJob.make("nightly", { assets: [raw, clean] })
      const made = yield* Effect.gen(function* () {
        const first = yield* executeInProcess(job, { partitionRange: FIRST_THREE })
        broken = false
        yield* TestClock.adjust("48 hours")
        const again = yield* executeDefinition(job.definition, {
          reexecution: ReexecutionOptions.fromFailure(first.runId)
        })
        return [
          first.success,
          again.success,
          materialized(again.events),
          again.result.run.tags["heddle/partitionRange"]
        ]
      }).pipe(Effect.provide(Instance.layerMemory))
      assert.deepStrictEqual(made, [false, true, threeKeys.map((key) => ["clean", key]), "2026-01-01...2026-01-03"])
    })
  )

  it.effect("reject policies that are none, at the definition", () =>
    Effect.sync(() => {
      const make = (backfill: unknown, partitioned = true) =>
        Asset.make("policy", {
          ...(partitioned ? { partitions: days } : {}),
          backfill: backfill as BackfillPolicy,
          output: Schema.Void,
          run: () => Effect.void
        })
      for (const wrong of ["single", 5, null, { maxPartitionsPerRun: 0 }, { maxPartitionsPerRun: 1.5 }, {}]) {
        assert.throws(() => make(wrong), /backfill.*"singleRun" or \{ maxPartitionsPerRun \}/s)
      }
      assert.throws(() => make("singleRun", false), /give partitions too/)
    })
  )
})

/** An IO manager of whole ranges, as of a database. */
class Tables extends Context.Service<Tables, IOManagerShape>()("test/Tables") {}

describe("IO managers", () => {
  it.effect("store and load a range at once if they can, and are told of its partitions", () =>
    Effect.gen(function* () {
      yield* inJanuary
      const rows = new Map<string, unknown>()
      const calls: Array<unknown> = []
      const tell = (verb: string, context: OutputContext | InputContext) =>
        calls.push([
          verb,
          "address" in context ? context.address : context.upstream,
          context.assetPartitionKeys,
          { ...context.assetPartitionKeyRange },
          DateTime.formatIso(context.assetPartitionTimeWindow.end),
          [context.hasPartitionKey, context.hasPartitionKeyRange, context.hasAssetPartitions],
          context.assetPartitions.description._tag,
          answer(() => context.assetPartitionKey),
          { ...context.partitionKeyRange }
        ])
      const tables: IOManagerShape = {
        handleOutput: (context, value) =>
          Effect.sync(() => {
            tell("store", context)
            rows.set(context.assetPartitionKey, value)
          }),
        loadInput: (context) =>
          Effect.sync(() => {
            tell("load", context)
            return rows.get(context.assetPartitionKey)
          }),
        handlePartitions: (context, values) =>
          Effect.sync(() => {
            tell("store range", context)
            context.addMetadata({ table: "t" })
            for (const [key, value] of values) rows.set(key, value)
          }),
        loadPartitions: (context) =>
          Effect.sync(() => {
            tell("load range", context)
            return new Map(context.assetPartitionKeys.map((key) => [key, rows.get(key)]))
          })
      }
      const counts = Asset.make("counts", {
        partitions: days,
        backfill: "singleRun",
        io: Tables,
        output: Schema.Number,
        run: (_, { partitionKeys }) => Effect.succeed(new Map(partitionKeys.map((key, i) => [key, i])))
      })
      const doubled = Asset.make("doubled", {
        inputs: { counts },
        partitions: days,
        backfill: "singleRun",
        output: Schema.Number,
        run: ({ counts }) => Effect.succeed(new Map([...counts].map(([key, n]) => [key, n * 2])))
      })
      const result = yield* materialize([counts, doubled], {
        partitionRange: { from: "2026-01-01", to: "2026-01-02" },
        layer: Layer.succeed(Tables, tables)
      })
      assert.isTrue(result.success, failuresOf(result.allEvents))
      assert.deepStrictEqual([...result.assetValue("doubled").values()], [0, 2])
      const keys = ["2026-01-01", "2026-01-02"]
      const range = { from: "2026-01-01", to: "2026-01-02" }
      const said = [
        { asset: "counts" },
        keys,
        range,
        "2026-01-03T00:00:00.000Z",
        [false, true, true],
        "timeWindows",
        "The context has no assetPartitionKey here: there are 2 partitions: read assetPartitionKeys",
        range
      ]
      assert.deepStrictEqual(calls, [
        ["store range", ...said],
        ["load range", ...said]
      ])
      assert.deepStrictEqual(
        result.allEvents.flatMap((event) =>
          event._tag === "ASSET_MATERIALIZATION" && event.asset === "counts" ? [event.metadata?.["table"]] : []
        ),
        [
          { _tag: "text", value: "t" },
          { _tag: "text", value: "t" }
        ]
      )
    })
  )

  it.effect("are told of one partition at a time otherwise, and of none for what has none", () =>
    Effect.gen(function* () {
      yield* inJanuary
      const told: Array<unknown> = []
      const memory = IOManager.makeMemory()
      const spying: IOManagerShape = {
        handleOutput: (context, value) => {
          told.push([
            context.hasAssetPartitions,
            answer(() => context.assetPartitionKey),
            answer(() => context.assetPartitions.description._tag)
          ])
          return memory.handleOutput(context, value)
        },
        loadInput: memory.loadInput
      }
      const plain = Asset.make("plain", { output: Schema.Number, run: () => Effect.succeed(1) })
      const op = Op.make("op", { output: Schema.Number, run: () => 1 })
      const layer = Layer.succeed(IOManager, spying)
      yield* materialize([raw, plain], { partitionRange: { from: "2026-01-01", to: "2026-01-02" }, layer })
      yield* executeInProcess(
        Job.make("job", function* () {
          yield* op()
        }),
        { layer }
      )
      assert.deepStrictEqual(
        new Set(told.map((each) => JSON.stringify(each))),
        new Set(
          [
            [true, "2026-01-01", "timeWindows"],
            [true, "2026-01-02", "timeWindows"],
            [
              false,
              'The context has no assetPartitionKey here: asset "plain" has no partitions',
              'The context has no assetPartitions here: asset "plain" has no partitions'
            ],
            [
              false,
              "The context has no assetPartitionKey here: the value is not that of an asset",
              "The context has no assetPartitions here: the value is not that of an asset"
            ]
          ].map((each) => JSON.stringify(each))
        )
      )
    })
  )
})
