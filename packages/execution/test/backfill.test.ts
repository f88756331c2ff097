import { assert, describe, it } from "@effect/vitest"
import { Asset, Job, Op } from "@heddle/definitions"
import { backfill, BackfillControl, type BackfillProgress, BackfillRefused, executeInProcess } from "@heddle/execution"
import { PartitionMapping, Partitions } from "@heddle/partitions"
import { AssetLog, Instance, RunStorage } from "@heddle/storage"
import { Cause, Effect, Exit, Fiber, Latch, Random, Schema } from "effect"
import { TestClock } from "effect/testing"

const days = Partitions.daily({ start: "2026-01-01", end: "2026-02-01" })
const day = (n: number): string => `2026-01-${String(n).padStart(2, "0")}`
const range = (from: number, to: number) => ({ from: day(from), to: day(to) })
const keys = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => day(from + i))

const inMarch = TestClock.setTime(Date.UTC(2026, 2, 1))

const messageOf = (exit: Exit.Exit<unknown, unknown>): string =>
  Exit.isFailure(exit) ? String(Cause.squash(exit.cause)) : "it succeeded"

/** An asset that counts how often each partition was made, and fails for some. */
const counted = (failing: ReadonlySet<string> = new Set()) => {
  const counts = new Map<string, number>()
  const asset = Asset.make("visits", {
    partitions: days,
    output: Schema.String,
    run: (_, { partitionKey }) =>
      Effect.suspend(() => {
        if (failing.has(partitionKey)) return Effect.die(new Error(`no data for ${partitionKey}`))
        counts.set(partitionKey, (counts.get(partitionKey) ?? 0) + 1)
        return Effect.succeed(partitionKey)
      })
  })
  return { asset, counts }
}

describe("backfill", () => {
  it.effect("makes each partition of a range in a run of its own, and tells how it goes on", () =>
    Effect.gen(function* () {
      yield* inMarch
      const { asset } = counted()
      const heard: Array<BackfillProgress> = []
      const [result, runs] = yield* Effect.gen(function* () {
        const result = yield* backfill([asset], {
          partitionRange: range(3, 5),
          tags: { team: "a" },
          maxConcurrentRuns: 1,
          onProgress: (progress) => heard.push(progress)
        })
        return [result, yield* RunStorage.use((storage) => storage.list())] as const
      }).pipe(Effect.provide(Instance.layerMemory))
      assert.deepStrictEqual(
        [result.success, result.canceled, result.made, result.skipped, result.failed],
        [true, false, keys(3, 5), [], []]
      )
      assert.deepStrictEqual(
        runs.map(({ tags }) => [tags["heddle/partition"], tags["heddle/backfill"], tags["team"]]).toReversed(),
        keys(3, 5).map((key) => [key, result.backfillId, "a"])
      )
      assert.deepStrictEqual(
        heard.map((each) => [each._tag, ...("status" in each ? [each.status, ...each.partitions] : [])]),
        [["BackfillStarted"], ...keys(3, 5).flatMap((key) => [["RunStarted"], ["RunEnded", "SUCCESS", key]])]
      )
      assert.deepInclude(heard[0], { partitions: 3, skipped: 0, runs: 3 })
    })
  )

  it.effect("makes all partitions that exist unless it is told which", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.UTC(2026, 0, 5))
      const { asset, counts } = counted()
      const all = yield* backfill([asset])
      assert.deepStrictEqual(all.made, keys(1, 4))
      yield* backfill([asset], { partitions: [day(4), day(2), day(4)] })
      assert.deepStrictEqual([...counts.values()], [1, 2, 1, 2])
      const none = yield* backfill([asset], { partitions: [] })
      assert.deepStrictEqual([none.success, none.runs], [true, []])
    })
  )

  it.effect("keeps the failures, makes the rest, and makes only what is missing when it is resumed", () =>
    Effect.gen(function* () {
      yield* inMarch
      const failing = new Set([day(2), day(4)])
      const { asset, counts } = counted(failing)
      yield* Effect.gen(function* () {
        const first = yield* backfill([asset], { partitionRange: range(1, 5), backfillId: "january" })
        assert.isFalse(first.success)
        assert.deepStrictEqual(
          [first.made, first.failed],
          [
            [day(1), day(3), day(5)],
            [day(2), day(4)]
          ]
        )
        const failure = first.runs.find(({ status }) => status === "FAILURE")
        assert.strictEqual(failure?.error?.message, `no data for ${day(2)}`)
        failing.clear()
        // More partitions than before may be asked for.
        const second = yield* backfill([asset], { partitionRange: range(1, 6), backfillId: "january" })
        assert.isTrue(second.success)
        assert.deepStrictEqual(
          [second.made, second.skipped],
          [
            [day(2), day(4), day(6)],
            [day(1), day(3), day(5)]
          ]
        )
        const runs = yield* RunStorage.use((storage) => storage.list({ tags: { "heddle/partition": day(2) } }))
        assert.strictEqual(runs[0]!.parentRunId, runs[1]!.runId)
        const third = yield* backfill([asset], { partitionRange: range(1, 6), backfillId: "january" })
        assert.deepStrictEqual([third.success, third.runs], [true, []])
        assert.deepStrictEqual(new Set(counts.values()), new Set([1]))
        // Another backfill makes them again.
        yield* backfill([asset], { partitionRange: range(1, 2) })
        assert.strictEqual(counts.get(day(1)), 2)
      }).pipe(Effect.provide(Instance.layerMemory))
    })
  )

  it.effect("groups partitions that follow one another, as far as the policies of all assets allow", () =>
    Effect.gen(function* () {
      yield* inMarch
      const ranges: Array<ReadonlyArray<string>> = []
      const made = (backfillOf: "singleRun" | { readonly maxPartitionsPerRun: number }) =>
        Asset.make("rows", {
          partitions: days,
          backfill: backfillOf,
          output: Schema.Void,
          run: (_, { partitionKeys }) => Effect.sync(() => void ranges.push(partitionKeys))
        })
      const single = yield* backfill([made("singleRun")], { partitions: [...keys(1, 3), ...keys(7, 8)] })
      assert.deepStrictEqual(ranges.splice(0), [keys(1, 3), keys(7, 8)])
      assert.deepStrictEqual(single.made, [...keys(1, 3), ...keys(7, 8)])
      yield* backfill([made({ maxPartitionsPerRun: 2 })], { partitionRange: range(1, 5) })
      assert.deepStrictEqual(ranges.splice(0), [keys(1, 2), keys(3, 4), [day(5)]])
      const { asset } = counted()
      yield* backfill([made("singleRun"), asset], { partitionRange: range(1, 2) })
      assert.deepStrictEqual(ranges.splice(0), [[day(1)], [day(2)]])
      const cell = Asset.make("cell", {
        partitions: Partitions.multi({ date: days, region: Partitions.fixed(["eu", "us", "za"]) }),
        backfill: "singleRun",
        output: Schema.Void,
        run: (_, { partitionKeys }) => Effect.sync(() => void ranges.push(partitionKeys))
      })
      const box = { from: `${day(1)}|us`, to: `${day(2)}|za` }
      yield* backfill([cell], { partitionRange: box })
      assert.deepStrictEqual(ranges, [[`${day(1)}|us`, `${day(1)}|za`, `${day(2)}|us`, `${day(2)}|za`]])
    })
  )

  it.effect("resumes a range that failed, and what of it the failed run had made is kept", () =>
    Effect.gen(function* () {
      yield* inMarch
      let raws = 0
      let broken = true
      const raw = Asset.make("raw", {
        partitions: days,
        backfill: "singleRun",
        output: Schema.String,
        run: (_, { partitionKeys }) =>
          Effect.sync(() => {
            raws++
            return new Map(partitionKeys.map((key) => [key, key]))
          })
      })
      const clean = Asset.make("clean", {
        inputs: { raw },
        partitions: days,
        backfill: "singleRun",
        output: Schema.String,
        run: ({ raw }) => (broken ? Effect.die(new Error("no space")) : Effect.succeed(raw))
      })
      const [first, second] = yield* Effect.gen(function* () {
        const first = yield* backfill([raw, clean], { partitionRange: range(1, 9), backfillId: "b" })
        broken = false
        return [first, yield* backfill([raw, clean], { partitionRange: range(1, 12), backfillId: "b" })] as const
      }).pipe(Effect.provide(Instance.layerMemory))
      assert.deepStrictEqual([first.made, first.failed], [[], keys(1, 9)])
      assert.deepStrictEqual(
        second.runs.map(({ partitions }) => partitions),
        [keys(1, 9), keys(10, 12)]
      )
      assert.isTrue(second.success)
      assert.strictEqual(raws, 2)
    })
  )

  it.effect("starts a run once those that make what it loads have ended, and leaves it out if they failed", () =>
    Effect.gen(function* () {
      yield* inMarch
      const failing = new Set([day(3)])
      const raw = Asset.make("raw", {
        partitions: days,
        output: Schema.String,
        run: (_, { partitionKey }) =>
          failing.has(partitionKey)
            ? Effect.die(new Error("no data"))
            : Effect.as(Effect.yieldNow, `raw ${partitionKey}`)
      })
      const rolling = Asset.make("rolling", {
        inputs: { raw: Asset.in(raw, PartitionMapping.window({ start: -1 })) },
        partitions: days,
        output: Schema.Number,
        run: ({ raw }) => Effect.succeed(raw.size)
      })
      const result = yield* backfill([raw, rolling], { partitionRange: range(1, 6), maxConcurrentRuns: 6 })
      assert.deepStrictEqual(
        result.runs.map(({ status }) => status),
        ["SUCCESS", "SUCCESS", "FAILURE", "NOT_STARTED", "NOT_STARTED", "NOT_STARTED"]
      )
      assert.strictEqual(
        result.runs[3]!.error?.message,
        `it needs partition "${day(3)}", which this backfill did not make`
      )
    })
  )

  it.effect("makes assets without partitions once: before the partitions, or after all of them", () =>
    Effect.gen(function* () {
      yield* inMarch
      const made: Array<string> = []
      const note = (name: string) => Effect.sync(() => void made.push(name))
      let broken = true
      const rates = Asset.make("rates", {
        config: Schema.Struct({ euro: Schema.Number }),
        output: Schema.Number,
        run: (_, { config }) => Effect.as(note("rates"), config.euro)
      })
      const visits = Asset.make("visits", {
        inputs: { rates },
        partitions: days,
        output: Schema.Number,
        run: ({ rates }, { partitionKey }) =>
          broken && partitionKey === day(2)
            ? Effect.die(new Error("no data"))
            : Effect.as(note(partitionKey), rates * Number(partitionKey.slice(-2)))
      })
      const known = Asset.check(visits, "known", { run: (value) => value > 0 })
      const total = Asset.make("total", {
        inputs: { visits: Asset.in(visits, PartitionMapping.specific(keys(1, 3))) },
        output: Schema.Number,
        run: ({ visits }) =>
          Effect.as(
            note("total"),
            [...visits.values()].reduce((sum, n) => sum + n, 0)
          )
      })
      const all = [total, visits, known, rates] as const
      const runConfig = { ops: { rates: { config: { euro: 2 } } } }
      yield* Effect.gen(function* () {
        const options = { partitionRange: range(1, 3), backfillId: "b", runConfig, maxConcurrentRuns: 1 }
        const first = yield* backfill(all, options)
        assert.deepStrictEqual(
          first.runs.map(({ assets, partitions, status }) => [assets ?? partitions, status]),
          [
            [["rates"], "SUCCESS"],
            [[day(1)], "SUCCESS"],
            [[day(2)], "FAILURE"],
            [[day(3)], "SUCCESS"],
            [["total"], "NOT_STARTED"]
          ]
        )
        assert.deepStrictEqual([first.success, first.made, first.failed], [false, [day(1), day(3)], [day(2)]])
        broken = false
        const second = yield* backfill(all, options)
        assert.deepStrictEqual([second.success, second.made], [true, [day(2)]])
        assert.deepStrictEqual(made, ["rates", day(1), day(3), day(2), "total"])
        const checks = yield* AssetLog.use((log) => log.history("check", "visits"))
        assert.deepStrictEqual(checks.events.map(({ partition }) => partition).toSorted(), keys(1, 3))
        const latest = yield* AssetLog.use((log) => log.latest(["total"]))
        assert.isUndefined(latest.get("total")?.materialization?.partition)
        const third = yield* backfill(all, options)
        assert.deepStrictEqual([third.success, third.runs], [true, []])
        // Once there is more, what depends on all is made again.
        yield* backfill(all, { ...options, partitionRange: range(1, 4) })
        assert.deepStrictEqual(made.slice(5), [day(4), "total"])
        const fewer = yield* Effect.flip(backfill([rates, visits, total], { ...options, selection: [rates, visits] }))
        assert.include(fewer.message, "it has a run of the steps total, which are not selected now")
      }).pipe(Effect.provide(Instance.layerMemory))
      const late = Asset.make("late", {
        inputs: { total },
        partitions: days,
        output: Schema.Void,
        run: () => Effect.void
      })
      const mixed = yield* Effect.flip(backfill([...all, late], { runConfig }))
      assert.strictEqual(
        mixed.message,
        'Cannot run the backfill: asset "late" has partitions and depends on asset "total", which has none and depends on all partitions: make them in backfills one after the other'
      )
    })
  )

  it.effect("never has more runs at once than it may", () =>
    Effect.gen(function* () {
      yield* inMarch
      let [now, most] = [0, 0]
      const asset = Asset.make("busy", {
        partitions: days,
        output: Schema.Void,
        run: () =>
          Effect.gen(function* () {
            most = Math.max(most, ++now)
            yield* Effect.sleep("1 second")
            now--
          })
      })
      const fiber = yield* Effect.forkChild(backfill([asset], { partitionRange: range(1, 9), maxConcurrentRuns: 3 }))
      for (let i = 0; i < 9; i++) yield* TestClock.adjust("1 second")
      assert.isTrue((yield* Fiber.join(fiber)).success)
      assert.strictEqual(most, 3)
    })
  )

  it.effect("is cancelled with its runs in progress, starts no others, and can be resumed", () =>
    Effect.gen(function* () {
      yield* inMarch
      const reached = yield* Latch.make()
      let waits = true
      const asset = Asset.make("slow", {
        partitions: days,
        output: Schema.Void,
        run: (_, { partitionKey }) =>
          waits && partitionKey === day(3) ? Effect.andThen(reached.open, Effect.never) : Effect.void
      })
      yield* Effect.gen(function* () {
        const control = new BackfillControl()
        const options = { partitionRange: range(1, 6), backfillId: "b", maxConcurrentRuns: 1 }
        const fiber = yield* Effect.forkChild(backfill([asset], { ...options, control }))
        yield* reached.await
        const busy = yield* Effect.flip(backfill([asset], options))
        assert.instanceOf(busy, BackfillRefused)
        assert.include(busy.message, 'Cannot run backfill "b": its run "')
        control.cancel("enough")
        const result = yield* Fiber.join(fiber)
        assert.deepStrictEqual([result.success, result.canceled, result.made], [false, true, keys(1, 2)])
        assert.deepStrictEqual(
          result.runs.map(({ status }) => status),
          ["SUCCESS", "SUCCESS", "CANCELED", "NOT_STARTED", "NOT_STARTED", "NOT_STARTED"]
        )
        waits = false
        const resumed = yield* backfill([asset], options)
        assert.deepStrictEqual([resumed.success, resumed.made, resumed.skipped], [true, keys(3, 6), keys(1, 2)])
        const history = yield* AssetLog.use((log) => log.history("materialization", "slow"))
        assert.deepStrictEqual(history.events.map(({ partition }) => partition).toReversed(), keys(1, 6))
      }).pipe(Effect.provide(Instance.layerMemory))
    })
  )

  /** Some of the first twelve days. */
  const someDays = Effect.gen(function* () {
    const chosen = yield* Effect.forEach(keys(1, 12), (key) =>
      Effect.map(Random.nextBoolean, (is) => (is ? [key] : []))
    )
    return chosen.flat()
  })
  const policies = ["multiRun", "singleRun", ...[1, 2, 3].map((n) => ({ maxPartitionsPerRun: n }))] as const

  it.effect("makes each partition once, however often its runs fail and whatever the policy is", () =>
    Effect.gen(function* () {
      yield* inMarch
      const check = Effect.gen(function* () {
        const policy = policies[yield* Random.nextIntBetween(0, policies.length - 1)]!
        const asked = yield* Effect.replicateEffect(someDays, 3)
        const failing = yield* Effect.replicateEffect(someDays, 5)
        const maxConcurrentRuns = yield* Random.nextIntBetween(1, 5)
        let attempt = 0
        const isFailing = (partitions: ReadonlyArray<string>): boolean =>
          failing[attempt]?.some((key) => partitions.includes(key)) === true
        // Types do not follow a policy that is not known.
        const backfillOf = policy as "singleRun"
        const first = Asset.make("first", {
          partitions: days,
          backfill: backfillOf,
          output: Schema.String,
          run: (_, { partitionKeys }) =>
            (policy === "multiRun" ? partitionKeys[0] : new Map(partitionKeys.map((key) => [key, key]))) as never
        })
        const second = Asset.make("second", {
          inputs: { first },
          partitions: days,
          backfill: backfillOf,
          output: Schema.String,
          run: ({ first }, { partitionKeys }) =>
            isFailing(partitionKeys) ? Effect.die(new Error("failing")) : Effect.as(Effect.yieldNow, first)
        })
        const wanted = new Set(asked.flat())
        for (const partitions of asked) {
          for (let success = false; !success; attempt++) {
            const result = yield* backfill([first, second], { backfillId: "b", partitions, maxConcurrentRuns })
            const told = [...result.made, ...result.skipped, ...result.failed]
            assert.deepStrictEqual(told.toSorted(), partitions)
            success = result.success
          }
        }
        for (const asset of ["first", "second"]) {
          const { events } = yield* AssetLog.use((log) => log.history("materialization", asset))
          assert.deepStrictEqual(events.map(({ partition }) => partition).toSorted(), [...wanted].toSorted())
        }
      }).pipe(Effect.provide(Instance.layerMemory, { local: true }))
      for (let seed = 0; seed < 30; seed++) yield* Random.withSeed(check, seed)
    })
  )

  it.effect("cancels its runs when its caller is interrupted", () =>
    Effect.gen(function* () {
      yield* inMarch
      const reached = yield* Latch.make()
      const asset = Asset.make("slow", {
        partitions: days,
        output: Schema.Void,
        run: () => Effect.andThen(reached.open, Effect.never)
      })
      const statuses = yield* Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(backfill([asset], { partitionRange: range(1, 9), maxConcurrentRuns: 1 }))
        yield* reached.await
        yield* Fiber.interrupt(fiber)
        return yield* RunStorage.use((storage) => storage.list())
      }).pipe(Effect.provide(Instance.layerMemory))
      assert.deepStrictEqual(
        statuses.map(({ status }) => status),
        ["CANCELED"]
      )
    })
  )

  it.effect("is refused before any run starts for what does not exist or fit", () =>
    Effect.gen(function* () {
      yield* inMarch
      const { asset, counts } = counted()
      const other = Asset.make("other", { partitions: days, output: Schema.Void, run: () => Effect.void })
      const plain = Asset.make("plain", { output: Schema.Void, run: () => Effect.void })
      const untyped = backfill as unknown as (target: unknown, options?: object) => Effect.Effect<unknown, unknown>
      const said = (options: object, target: unknown = [asset]) =>
        Effect.map(Effect.exit(untyped(target, options)), messageOf)
      yield* Effect.gen(function* () {
        assert.include(yield* said({ partitions: [day(1), "2026-03-01"] }), "UnknownPartitionKey")
        assert.include(yield* said({ partitionRange: range(3, 1) }), "InvalidPartitionKeyRange")
        assert.include(yield* said({ partitions: day(1) }), "an array of keys")
        assert.include(yield* said({ partitionRange: day(1) }), "{ from, to }")
        assert.include(
          yield* said({ partitions: [], partitionRange: range(1, 2) }),
          "left out where partitions are given"
        )
        assert.include(yield* said({ maxConcurrentRuns: 0 }), "maxConcurrentRuns")
        assert.include(yield* said({ partitionKey: day(1) }), 'unknown option "partitionKey"')
        assert.include(yield* said({ backfillId: " " }), "begins or ends with a space")
        assert.include(yield* said({}, [plain]), 'Job "materialize" has no partitions')
        yield* backfill([asset], { partitions: [day(1)], backfillId: "b" })
        assert.include(
          yield* said({ partitions: [day(1)], backfillId: "b" }, [other]),
          "its runs have the steps visits, and not other"
        )
      }).pipe(Effect.provide(Instance.layerMemory))
      assert.deepStrictEqual([...counts.keys()], [day(1)])
    })
  )

  it.effect("runs a job for each key, and keeps what the job says wrong of single keys", () =>
    Effect.gen(function* () {
      const shown: Array<string> = []
      const show = Op.make("show", {
        config: Schema.Struct({ letter: Schema.String }),
        run: (_, { config }) => Effect.sync(() => void shown.push(config.letter))
      })
      const job = Job.make("letters", function* () {
        yield* show()
      })
      const letters = Job.partitioned(job, Partitions.fixed(["a", "b", "c"]), {
        runConfig: (letter) =>
          letter === "b" ? ({ ops: { show: { config: {} } } } as never) : { ops: { show: { config: { letter } } } }
      })
      const result = yield* backfill(letters, { maxConcurrentRuns: 1 })
      assert.deepStrictEqual([result.made, result.failed, shown], [["a", "c"], ["b"], ["a", "c"]])
      assert.include(result.runs[1]!.error?.message, "letter")
      // What is wrong for every run is told at once.
      const fixed = Job.partitioned(job, Partitions.fixed(["a", "b"]))
      const wrong = yield* Effect.exit(backfill(fixed, { runConfig: {} as never }))
      assert.include(messageOf(wrong), "RunConfigError")
      const given = yield* backfill(fixed, { runConfig: { ops: { show: { config: { letter: "q" } } } } })
      assert.isTrue(given.success)
      assert.deepStrictEqual(shown.slice(2), ["q", "q"])
      const plain = yield* Effect.exit(executeInProcess(fixed, { partitionKey: "z", runConfig: {} as never }))
      assert.include(messageOf(plain), "UnknownPartitionKey")
    })
  )
})
