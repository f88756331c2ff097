import { assert, describe, it } from "@effect/vitest"
import { Asset, AssetJob, type AnyAsset } from "@heddle/definitions"
import { AssetStatus, materialize } from "@heddle/execution"
import { Partitions } from "@heddle/partitions"
import { Instance } from "@heddle/storage"
import { Effect, Schema } from "effect"

/** Calls a function as JavaScript does, without types. */
const untyped = (call: unknown, ...args: ReadonlyArray<unknown>): any =>
  Reflect.apply(call as () => unknown, undefined, args)

const make = (assets: ReadonlyArray<AnyAsset>, selection?: string) =>
  untyped(materialize, assets, selection === undefined ? {} : { selection }) as Effect.Effect<unknown>
const statesOf = (assets: ReadonlyArray<AnyAsset>) =>
  Effect.map(AssetStatus.read(untyped(AssetJob.make, "job", { assets })), (statuses) =>
    Object.fromEntries(
      [...statuses].map(([key, { causes, state }]) => [key, [state, ...causes.map(({ message }) => message)]])
    )
  )

const number = { output: Schema.Number, run: () => 1 }
const a = (codeVersion: string) => Asset.make("a", { ...number, codeVersion })
const b = (deps: ReadonlyArray<string>) => Asset.make("b", { ...number, codeVersion: "b", deps })
const c = Asset.make("c", { ...number, codeVersion: "c", deps: ["b"] })

describe("AssetStatus", () => {
  it.effect("tells what is missing, fresh or made elsewhere", () =>
    Effect.gen(function* () {
      const all = [a("1"), b(["a"]), Asset.external("outside", Schema.Number)]
      assert.deepStrictEqual(yield* statesOf(all), { a: ["missing"], b: ["missing"], outside: ["external"] })
      yield* make(all)
      assert.deepStrictEqual(yield* statesOf(all), { a: ["fresh"], b: ["fresh"], outside: ["external"] })
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.effect("tells of changed code, and of what is downstream of it", () =>
    Effect.gen(function* () {
      yield* make([a("1"), b(["a"]), c])
      assert.deepStrictEqual(yield* statesOf([a("2"), b(["a"]), c]), {
        a: ["stale", 'its code version is now "2", it was made with "1"'],
        b: ["stale", '"a" is stale'],
        c: ["stale", '"b" is stale']
      })
      yield* make([a("2"), b(["a"]), c], "a")
      assert.deepStrictEqual(yield* statesOf([a("2"), b(["a"]), c]), {
        a: ["fresh"],
        b: ["stale", '"a" has new data'],
        c: ["stale", '"b" is stale']
      })
      yield* make([a("2"), b(["a"]), c])
      assert.deepStrictEqual(yield* statesOf([a("2"), b(["a"]), c]), { a: ["fresh"], b: ["fresh"], c: ["fresh"] })
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.effect("stays fresh when an asset is made again with the same data", () =>
    Effect.gen(function* () {
      yield* make([a("1"), b(["a"])])
      yield* make([a("1"), b(["a"])], "a")
      assert.deepStrictEqual(yield* statesOf([a("1"), b(["a"])]), { a: ["fresh"], b: ["fresh"] })
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.effect("compares the same partition of what an asset was made from", () =>
    Effect.gen(function* () {
      const partitions = Partitions.fixed(["a", "b", "c"])
      // Without a code version, each run makes other data.
      const make = (backfill: "multiRun" | "singleRun") => {
        const raw = Asset.make("raw", { partitions, backfill, output: Schema.Void, run: () => Effect.void })
        const clean = Asset.make("clean", {
          partitions,
          backfill,
          deps: [raw],
          output: Schema.Void,
          run: () => Effect.void
        })
        return { raw, clean, all: [raw, clean] as const }
      }
      const { all, clean, raw } = make("multiRun")
      yield* materialize(all, { partitionKey: "a" })
      yield* materialize([raw], { partitionKey: "b" })
      assert.deepStrictEqual(yield* statesOf(all), { raw: ["fresh"], clean: ["fresh"] })
      yield* materialize([raw], { partitionKey: "a" })
      assert.deepStrictEqual(yield* statesOf(all), { raw: ["fresh"], clean: ["stale", '"raw" has new data'] })
      yield* materialize([raw, clean], { selection: [clean], partitionKey: "a" })
      assert.deepStrictEqual(yield* statesOf(all), { raw: ["fresh"], clean: ["fresh"] })
      const ranged = make("singleRun")
      yield* materialize([ranged.raw], { partitionRange: { from: "a", to: "c" } })
      yield* materialize([ranged.raw], { partitionRange: { from: "a", to: "b" } })
      yield* materialize(ranged.all, { selection: [ranged.clean], partitionRange: { from: "a", to: "c" } })
      assert.deepStrictEqual(yield* statesOf(ranged.all), { raw: ["fresh"], clean: ["fresh"] })
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.effect("tells of dependencies that came and went", () =>
    Effect.gen(function* () {
      const other = Asset.make("other", { ...number, codeVersion: "o" })
      yield* make([a("1"), other, b(["a"])])
      assert.deepStrictEqual((yield* statesOf([a("1"), other, b(["other"])]))["b"], [
        "stale",
        'it now depends on "other"',
        'it no longer depends on "a"'
      ])
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.effect("sees new data of an observed asset", () =>
    Effect.gen(function* () {
      let version = "1"
      const feed = Asset.observable("feed", { observe: () => ({ dataVersion: version }) })
      const table = Asset.make("table", { ...number, codeVersion: "t", deps: [feed] })
      yield* make([feed, table], "feed or table")
      assert.deepStrictEqual((yield* statesOf([feed, table]))["table"], ["fresh"])
      version = "2"
      yield* make([feed, table], "feed")
      assert.deepStrictEqual((yield* statesOf([feed, table]))["table"], ["stale", '"feed" has new data'])
    }).pipe(Effect.provide(Instance.layerMemory))
  )
})
