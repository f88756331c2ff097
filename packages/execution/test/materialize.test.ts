import { assert, describe, it } from "@effect/vitest"
import {
  type AnyAsset,
  Asset,
  AssetExecutionContext,
  AssetJob,
  AssetSelection,
  DefinitionError,
  IOManager,
  type IOManagerShape,
  Out,
  Resource,
  ValueNotFound
} from "@heddle/definitions"
import type { HeddleEvent, HeddleEventOf, HeddleEventType } from "@heddle/events"
import { executeInProcess, materialize, materializeToMemory } from "@heddle/execution"
import { AssetLog, EventLog, Instance, RunStorage } from "@heddle/storage"
import { Context, Effect, Layer, Schema, Stream } from "effect"

const a = Asset.make("a", { output: Schema.Number, run: () => 1 })
const b = Asset.make("b", { inputs: { a }, output: Schema.Number, run: ({ a }) => a + 1 })
const c = Asset.make("deep/c", { inputs: { b }, output: Schema.Number, run: async ({ b }) => b + 1 })

const told = (events: ReadonlyArray<HeddleEvent>, ...tags: ReadonlyArray<HeddleEventType>): ReadonlyArray<string> =>
  events.flatMap((event) => (tags.includes(event._tag) && "stepKey" in event ? [`${event.stepKey} ${event._tag}`] : []))
const only = <T extends HeddleEventType>(events: ReadonlyArray<HeddleEvent>, tag: T) =>
  events.filter((event): event is HeddleEventOf<T> => event._tag === tag)
const inMemory = Effect.provide(Instance.layerMemory)

describe("materialize", () => {
  it.effect("makes each asset after what it depends on", () =>
    Effect.gen(function* () {
      const result = yield* materialize([c, a, b])
      assert.isTrue(result.success)
      assert.deepStrictEqual([result.assetValue("a"), result.assetValue("b"), result.assetValue("deep/c")], [1, 2, 3])
      assert.deepStrictEqual(
        result.allEvents.flatMap((event) => ("stepKey" in event && event.stepKey === "b" ? [event._tag] : [])),
        [
          "STEP_START",
          "LOADED_INPUT",
          "STEP_INPUT",
          "STEP_OUTPUT",
          "ASSET_MATERIALIZATION",
          "HANDLED_OUTPUT",
          "STEP_SUCCESS"
        ]
      )
    })
  )

  it.effect("loads what is not selected from what an earlier run stored", () =>
    Effect.gen(function* () {
      assert.isTrue((yield* materialize([a, b, c])).success)
      const result = yield* materialize([a, b, c], { selection: "deep/c" })
      assert.isTrue(result.success)
      assert.deepStrictEqual(told(result.allEvents, "STEP_START"), ["deep__c STEP_START"])
      assert.deepStrictEqual(
        only(result.allEvents, "LOADED_INPUT").map((event) => [event.input, event.upstreamStepKey]),
        [["b", undefined]]
      )
      assert.strictEqual(result.assetValue("deep/c"), 3)
      const error = (() => {
        try {
          return result.assetValue("a")
        } catch (thrown) {
          return thrown
        }
      })()
      assert.include(String(error), 'does not make asset "a"')
    }).pipe(inMemory)
  )

  it.effect("says which asset to materialize where a value is missing", () =>
    Effect.gen(function* () {
      const result = yield* materialize([a, b], { selection: b })
      assert.isFalse(result.success)
      const [failure] = only(result.allEvents, "STEP_FAILURE")
      assert.include(JSON.stringify(failure?.error), 'holds no value of asset \\"a\\": materialize the asset first')
    }).pipe(inMemory)
  )

  it.effect("keeps the values of assets for other runs, and those of plain steps for one run", () =>
    Effect.gen(function* () {
      const first = yield* materialize([a])
      const log = yield* EventLog
      const second = yield* materialize([Asset.external("a", Schema.Number), b])
      assert.isTrue(first.success && second.success)
      assert.isAbove((yield* log.read(second.runId)).events.length, 0)
    }).pipe(inMemory)
  )

  it.effect("runs a job of assets, and the part of it that a call selects", () =>
    Effect.gen(function* () {
      const job = AssetJob.make("all", { assets: [a, b, c], selection: AssetSelection.upstream(b) })
      const result = yield* executeInProcess(job)
      assert.deepStrictEqual(told(result.allEvents, "STEP_START"), ["a STEP_START", "b STEP_START"])
      const part = yield* executeInProcess(job, { assetSelection: ["deep/c"] })
      assert.strictEqual(part.assetValue("deep/c"), 3)
      const record = yield* Effect.flatMap(RunStorage, (storage) => storage.get(part.runId))
      assert.deepStrictEqual(record.assetSelection, { assets: ["deep/c"], checks: [] })
      const unknown = yield* Effect.flip(executeInProcess(job, { assetSelection: "deep/d" }))
      assert.include(unknown.message, 'did you mean "deep/c"?')
    }).pipe(inMemory)
  )

  it.effect("tells, before anything runs, of an upstream asset that is not there", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(materialize([c] as unknown as readonly [typeof a]))
      assert.instanceOf(error, DefinitionError)
      assert.include(error.message, 'asset "deep/c" › input "b": asset "b" is not among the assets')
    })
  )

  it.effect("runs nothing where there is nothing to make", () =>
    Effect.gen(function* () {
      for (const assets of [[], [Asset.external("x", Schema.Number)]]) {
        const result = yield* materialize(assets)
        assert.isTrue(result.success)
        assert.deepStrictEqual(told(result.allEvents, "STEP_START"), [])
      }
    })
  )

  it.effect("says before the run what it will make and check", () =>
    Effect.gen(function* () {
      const gate = Asset.check(a, "gate", { run: (value) => value > 0 })
      const result = yield* materialize([a, b, gate])
      const { events } = yield* Effect.flatMap(EventLog, (log) => log.read(result.runId))
      assert.deepStrictEqual(
        events.slice(0, 4).map((event) => [event._tag, "asset" in event ? event.asset : undefined]),
        [
          ["ASSET_MATERIALIZATION_PLANNED", "a"],
          ["ASSET_CHECK_EVALUATION_PLANNED", "a"],
          ["ASSET_MATERIALIZATION_PLANNED", "b"],
          ["RUN_START", undefined]
        ]
      )
    }).pipe(inMemory)
  )
})

describe("assets that say more than their value", () => {
  it.effect("have metadata of the output, of the IO manager and of the body, the later ones first", () =>
    Effect.gen(function* () {
      class Files extends Context.Service<Files, IOManagerShape>()("test/Files") {}
      const files: IOManagerShape = {
        handleOutput: (context) => Effect.sync(() => context.addMetadata({ shared: "manager", path: "none" })),
        loadInput: () => Effect.succeed(0)
      }
      const asset = Asset.make("rows", {
        output: Schema.Number,
        io: Files,
        run: (_, context) => {
          context.addOutputMetadata({ shared: "output", of: "output" })
          context.addAssetMetadata({ added: 1 })
          context.addAssetMetadata({ added: 2 })
          return Asset.result({ value: 1, metadata: { rows: 3 }, tags: { quality: "high" }, dataVersion: "v7" })
        }
      })
      const result = yield* materialize([asset], {
        resources: { files: Resource.fromLayer(Layer.succeed(Files, files)) }
      })
      const [event] = only(result.allEvents, "ASSET_MATERIALIZATION")
      assert.deepStrictEqual(
        Object.fromEntries(
          Object.entries(event?.metadata ?? {}).map(([name, entry]) => [name, "value" in entry ? entry.value : null])
        ),
        { shared: "manager", of: "output", rows: 3, path: "none", added: 2 }
      )
      assert.deepStrictEqual(event?.tags, { quality: "high" })
      assert.deepStrictEqual(event?.provenance, {
        codeVersion: result.runId,
        dataVersion: "v7",
        isUserProvided: true,
        inputs: {}
      })
      const [output] = only(result.allEvents, "STEP_OUTPUT")
      assert.deepStrictEqual(Object.keys(output?.metadata ?? {}).toSorted(), ["of", "rows", "shared"])
    })
  )

  it.effect("are made without a value when their body stores the data itself", () =>
    Effect.gen(function* () {
      const quiet = Asset.make("quiet", { run: () => Asset.result({ metadata: { rows: 5 } }) })
      const silent = Asset.make("silent", { deps: [quiet], run: () => {} })
      const result = yield* materialize([quiet, silent])
      assert.isTrue(result.success)
      assert.deepStrictEqual(told(result.allEvents, "HANDLED_OUTPUT"), [])
      assert.deepStrictEqual(told(result.allEvents, "ASSET_MATERIALIZATION"), [
        "quiet ASSET_MATERIALIZATION",
        "silent ASSET_MATERIALIZATION"
      ])
      const wrong = Asset.make("wrong", { output: Schema.Number, run: () => Asset.result({}) as never })
      const failed = yield* materialize([wrong])
      assert.include(JSON.stringify(only(failed.allEvents, "STEP_FAILURE")[0]?.error), "it has a value by its schema")
    })
  )

  it.effect("may be left as they are, and what is downstream is skipped", () =>
    Effect.gen(function* () {
      const maybe = Asset.make("maybe", { output: Schema.Number, optional: true, run: () => Asset.skip })
      const loads = Asset.make("loads", { inputs: { maybe }, output: Schema.Number, run: ({ maybe }) => maybe })
      const orders = Asset.make("orders", { deps: [maybe], output: Schema.Number, run: () => 1 })
      const result = yield* materialize([maybe, loads, orders])
      assert.isTrue(result.success)
      assert.deepStrictEqual(told(result.allEvents, "STEP_SKIPPED").toSorted(), [
        "loads STEP_SKIPPED",
        "orders STEP_SKIPPED"
      ])
      const must = Asset.make("must", { output: Schema.Number, run: () => Asset.skip })
      assert.isFalse((yield* materialize([must])).success)
    })
  )

  it.effect("have no results of checks when they are left as they are", () =>
    Effect.gen(function* () {
      const kept = Asset.make("kept", {
        output: Schema.Number,
        optional: true,
        checks: { ok: { blocking: true } },
        run: () => Asset.skip
      })
      const after = Asset.make("after", { inputs: { kept }, output: Schema.Number, run: ({ kept }) => kept })
      const several = Asset.multi("several", {
        outputs: { some: Out.optional(Schema.Number), other: Schema.Number },
        checks: { some: ["good"], other: ["good"] },
        run: () => ({ other: Asset.result({ value: 1, checks: { good: { passed: true } } }) })
      })
      const result = yield* materialize([kept, after, several])
      assert.isTrue(result.success)
      assert.deepStrictEqual(
        only(result.allEvents, "ASSET_CHECK_EVALUATION").map(({ asset }) => asset),
        ["other"]
      )
      assert.deepStrictEqual(told(result.allEvents, "STEP_SKIPPED"), ["after STEP_SKIPPED"])
    })
  )

  it.effect("may have keys that every object has", () =>
    Effect.gen(function* () {
      const keys = ["constructor", "toString", "__proto__", "a/constructor"]
      const made = keys.map((key) => Asset.make(key, { output: Schema.String, run: () => key }))
      const result = yield* materialize(made)
      assert.isTrue(result.success)
      assert.deepStrictEqual(
        keys.map((key) => result.assetValue(key)),
        keys
      )
    })
  )

  it.effect("have a data version that follows from the code and from what is upstream", () =>
    Effect.gen(function* () {
      const versionOf = (result: { readonly allEvents: ReadonlyArray<HeddleEvent> }, key: string) =>
        only(result.allEvents, "ASSET_MATERIALIZATION").find(({ asset }) => asset === key)?.provenance
      const source = (codeVersion: string) => Asset.make("source", { codeVersion, output: Schema.Number, run: () => 1 })
      const derived = (up: AnyAsset) =>
        Asset.make("derived", { codeVersion: "d1", inputs: { up }, output: Schema.Number, run: () => 2 })
      const one = yield* materialize([source("1"), derived(source("1"))] as never)
      const same = yield* materialize([source("1"), derived(source("1"))] as never)
      const other = yield* materialize([source("2"), derived(source("2"))] as never)
      assert.strictEqual(
        versionOf(one as never, "derived")?.dataVersion,
        versionOf(same as never, "derived")?.dataVersion
      )
      assert.notStrictEqual(
        versionOf(one as never, "derived")?.dataVersion,
        versionOf(other as never, "derived")?.dataVersion
      )
      assert.match(versionOf(one as never, "source")!.dataVersion, /^[0-9a-f]{64}$/)
      // What is not in the run counts as the instance knows it.
      const alone = yield* materialize([source("2"), derived(source("2"))] as never, { selection: "derived" } as never)
      assert.deepStrictEqual(versionOf(alone as never, "derived")?.inputs["source"], {
        dataVersion: versionOf(other as never, "source")!.dataVersion,
        runId: (other as { readonly runId: string }).runId,
        eventId: "source~1~2"
      })
    }).pipe(inMemory)
  )
})

describe("several assets of one body", () => {
  const trio = Asset.multi("trio", {
    canSubset: true,
    outputs: {
      x: Out.optional(Schema.Number),
      y: Asset.out(Out.optional(Schema.Number), { key: "deep/y", deps: ["x"] }),
      z: Out.optional(Schema.Void)
    },
    checks: { x: { positive: { blocking: true } } },
    run: (_, { selected }) =>
      Stream.fromIterable(
        [
          { asset: "x" as const, value: 1 },
          { asset: "x" as const, check: "positive" as const, passed: true },
          { asset: "deep/y" as const, value: 2, metadata: { n: 1 } },
          { asset: "z" as const }
        ].filter(({ asset }) => selected.has(asset === "deep/y" ? "y" : asset))
      )
  })

  it.effect("come one by one, each with its checks", () =>
    Effect.gen(function* () {
      const use = Asset.make("use", {
        inputs: { x: trio.assets.x, y: trio.assets.y },
        output: Schema.Number,
        run: ({ x, y }) => x + y
      })
      const result = yield* materialize([trio, use])
      assert.isTrue(result.success)
      assert.deepStrictEqual([result.assetValue("x"), result.assetValue("deep/y"), result.assetValue("use")], [1, 2, 3])
      assert.deepStrictEqual(
        told(result.allEvents, "STEP_OUTPUT", "ASSET_MATERIALIZATION", "ASSET_CHECK_EVALUATION").slice(0, 6),
        [
          "trio STEP_OUTPUT",
          "trio ASSET_MATERIALIZATION",
          "trio STEP_OUTPUT",
          "trio ASSET_CHECK_EVALUATION",
          "trio STEP_OUTPUT",
          "trio ASSET_MATERIALIZATION"
        ]
      )
    })
  )

  it.effect("are made in part where the body can leave some out", () =>
    Effect.gen(function* () {
      const result = yield* materialize([trio], { selection: ["deep/y"] })
      assert.isTrue(result.success)
      assert.deepStrictEqual(
        only(result.allEvents, "ASSET_MATERIALIZATION").map(({ asset }) => asset),
        ["deep/y"]
      )
    })
  )

  it.effect("fail their step when the run did not ask for them, or when they come before what they depend on", () =>
    Effect.gen(function* () {
      const eager = (emissions: ReadonlyArray<object>) =>
        Asset.multi("eager", {
          canSubset: true,
          outputs: { one: Out.optional(Schema.Number), two: Asset.out(Out.optional(Schema.Number), { deps: ["one"] }) },
          run: () => Stream.fromIterable(emissions) as Stream.Stream<never>
        })
      const failureOf = (result: { readonly allEvents: ReadonlyArray<HeddleEvent> }) =>
        only(result.allEvents, "STEP_FAILURE")[0]?.error.message ?? ""
      const unasked = yield* materialize([eager([{ asset: "one", value: 1 }])], { selection: "two" })
      assert.include(failureOf(unasked), 'the run does not ask this step for asset "one"')
      const early = yield* materialize([
        eager([
          { asset: "two", value: 1 },
          { asset: "one", value: 1 }
        ])
      ])
      assert.include(failureOf(early), 'asset "two" depends on asset "one", which the step also makes')
      const nameless = yield* materialize([eager([{ value: 1 }])])
      assert.include(failureOf(nameless), "name the one that is emitted")
      const checked = yield* materialize([eager([{ asset: "one", value: 1, checks: { fine: true } }])])
      assert.include(failureOf(checked), "emit the result of each, as { asset, check, passed }")
    })
  )
})

describe("checks", () => {
  const gate = (passed: boolean, severity: "ERROR" | "WARN" = "ERROR") =>
    Asset.check(a, "gate", { blocking: true, run: (value) => ({ passed, severity, metadata: { value } }) })

  it.effect("that block hold back what is downstream, and nothing else", () =>
    Effect.gen(function* () {
      const free = Asset.make("free", { output: Schema.Number, run: () => 1 })
      const result = yield* materialize([a, b, c, free, gate(false)])
      assert.isFalse(result.success)
      assert.deepStrictEqual(told(result.allEvents, "STEP_SUCCESS"), ["a STEP_SUCCESS", "free STEP_SUCCESS"])
      const [failure] = only(result.allEvents, "STEP_FAILURE")
      assert.deepStrictEqual(
        [failure?.stepKey, failure?.error.name, failure?.error.message],
        ["a_gate", "AssetCheckFailed", 'Blocking check "gate" of asset "a" failed\n  value = 1']
      )
      for (const lenient of [gate(true), gate(false, "WARN")]) {
        assert.isTrue((yield* materialize([a, b, lenient])).success)
      }
    })
  )

  it.effect("point to the materialization that they looked at", () =>
    Effect.gen(function* () {
      const made = yield* materialize([a, gate(true)])
      const [materialization] = only(made.allEvents, "ASSET_MATERIALIZATION")
      const [evaluation] = only(made.allEvents, "ASSET_CHECK_EVALUATION")
      assert.deepStrictEqual(evaluation?.target, {
        runId: made.runId,
        eventId: materialization!.id,
        timestamp: materialization!.timestamp
      })
      const alone = yield* materialize([a, gate(true)], { selection: AssetSelection.checksOf(a) })
      assert.deepStrictEqual(told(alone.allEvents, "STEP_START"), ["a_gate STEP_START"])
      assert.strictEqual(only(alone.allEvents, "ASSET_CHECK_EVALUATION")[0]?.target?.runId, made.runId)
    }).pipe(inMemory)
  )

  it.effect("inside the body of an asset end its step after the value is stored", () =>
    Effect.gen(function* () {
      const checked = (passed: boolean) =>
        Asset.make("checked", {
          output: Schema.Number,
          checks: { ok: { blocking: true }, note: {} },
          run: () => Asset.result({ value: 1, checks: { ok: { passed }, note: { passed: false } } })
        })
      const after = Asset.make("after", { inputs: { up: checked(true) }, output: Schema.Number, run: ({ up }) => up })
      assert.isTrue((yield* materialize([checked(true), after])).success)
      const failed = yield* materialize([checked(false), after])
      assert.deepStrictEqual(
        told(failed.allEvents, "HANDLED_OUTPUT", "ASSET_CHECK_EVALUATION", "STEP_FAILURE", "STEP_SUCCESS"),
        [
          "checked HANDLED_OUTPUT",
          "checked ASSET_CHECK_EVALUATION",
          "checked ASSET_CHECK_EVALUATION",
          "checked STEP_FAILURE"
        ]
      )
      const forgotten = Asset.make("forgotten", { output: Schema.Number, checks: ["ok"], run: () => 1 as never })
      const missing = yield* materialize([forgotten])
      assert.include(JSON.stringify(only(missing.allEvents, "STEP_FAILURE")[0]?.error), "forgotten_ok")
    })
  )

  it.effect("may be told as true or false, and fail when they are told as anything else", () =>
    Effect.gen(function* () {
      const fine = Asset.check(a, "fine", { loadsValue: false, run: () => true })
      const odd = Asset.check(a, "odd", { run: () => "yes" as never })
      const result = yield* materialize([a, fine, odd])
      assert.deepStrictEqual(
        only(result.allEvents, "ASSET_CHECK_EVALUATION").map(({ check, passed }) => [check, passed]),
        [["fine", true]]
      )
      assert.include(
        only(result.allEvents, "STEP_FAILURE")[0]?.error.message ?? "",
        "a check must return whether it passed"
      )
    })
  )
})

describe("observable assets", () => {
  it.effect("are observed when a run asks for them, and their version counts downstream", () =>
    Effect.gen(function* () {
      let version = "1"
      const feed = Asset.observable("feed", {
        schema: Schema.Number,
        observe: () => ({ dataVersion: version, metadata: { rows: 2 } })
      })
      const table = Asset.make("table", { deps: [feed], codeVersion: "t", output: Schema.Number, run: () => 1 })
      const first = yield* materialize([feed, table])
      assert.deepStrictEqual(told(first.allEvents, "STEP_START"), ["table STEP_START"])
      version = "2"
      const both = yield* materialize([feed, table], { selection: ["feed", "table"] })
      assert.deepStrictEqual(told(both.allEvents, "ASSET_OBSERVATION", "ASSET_MATERIALIZATION"), [
        "feed ASSET_OBSERVATION",
        "table ASSET_MATERIALIZATION"
      ])
      assert.strictEqual(only(both.allEvents, "ASSET_MATERIALIZATION")[0]?.provenance?.inputs["feed"]?.dataVersion, "2")
      const log = yield* AssetLog
      const latest = yield* log.latest(["feed", "table"])
      assert.strictEqual(latest.get("feed")?.observation?.dataVersion, "2")
      assert.isTrue(latest.get("feed")?.isObservedLast)
    }).pipe(inMemory)
  )
})

describe("what a body gives instead of a result", () => {
  it.effect("fails the step of an observation, unless it is nothing", () =>
    Effect.gen(function* () {
      const observed = (given: unknown) => Asset.observable("feed", { observe: () => given as never })
      for (const nothing of [undefined, null, {}]) {
        assert.isTrue((yield* materialize([observed(nothing)], { selection: "feed" })).success)
      }
      for (const [odd, problem] of [
        [5, "got number"],
        [{ version: "1" }, 'unknown option "version"'],
        [{ dataVersion: 5 }, "its data version must be a string"]
      ] as const) {
        const result = yield* materialize([observed(odd)], { selection: "feed" })
        const message = only(result.allEvents, "STEP_FAILURE")[0]?.error.message ?? ""
        assert.include(message, "an observation returns { dataVersion, metadata, tags }")
        assert.include(message, problem)
        assert.deepStrictEqual(only(result.allEvents, "ASSET_OBSERVATION"), [])
      }
    })
  )

  it.effect("fails the step of an asset whose results of checks are no record", () =>
    Effect.gen(function* () {
      for (const checks of [5, null, []]) {
        const odd = Asset.make("odd", {
          output: Schema.Number,
          run: () => Asset.result({ value: 1, checks: checks as {} })
        })
        const result = yield* materialize([odd])
        assert.include(only(result.allEvents, "STEP_FAILURE")[0]?.error.message ?? "", "it must be a record of results")
      }
    })
  )
})

describe("the context of an asset", () => {
  it.effect("knows the asset, what is selected, and what came before", () =>
    Effect.gen(function* () {
      const seen: Array<unknown> = []
      const asset = Asset.make("sales/daily", {
        inputs: { a },
        output: Schema.Number,
        checks: ["ok"],
        run: ({ a: value }, context) =>
          Effect.gen(function* () {
            const service = yield* AssetExecutionContext
            seen.push(
              service.assetKey,
              [...context.selectedAssets],
              [...context.selectedChecks],
              context.isSubset,
              context.assetKeyForOutput(),
              context.outputForAssetKey("sales/daily"),
              context.assetKeyForInput("a"),
              context.provenanceOf("a")?.codeVersion === context.runId,
              context.provenanceOf("sales/daily"),
              yield* context.loadAssetValue(a)
            )
            return Asset.result({ value, checks: { ok: { passed: true } } })
          })
      })
      const result = yield* materialize([a, asset])
      assert.isTrue(result.success)
      assert.deepStrictEqual(seen, [
        "sales/daily",
        ["sales/daily"],
        ["sales/daily:ok"],
        false,
        "sales/daily",
        "result",
        "a",
        true,
        undefined,
        1
      ])
    })
  )

  it.effect("tells the body of a check which checks it evaluates, and of what", () =>
    Effect.gen(function* () {
      const seen: Array<unknown> = []
      const check = Asset.check(a, "gate", {
        inputs: { b },
        run: async (value, context, { b }) => {
          seen.push(
            value,
            b,
            context.assetKey,
            [...context.selectedAssets],
            [...context.selectedChecks],
            context.assetKeyForInput("a"),
            context.provenanceOf("a")?.codeVersion === context.runId,
            await Effect.runPromise(context.loadAssetValue(a))
          )
          return true
        }
      })
      assert.isTrue((yield* materialize([a, b, check])).success)
      assert.deepStrictEqual(seen, [1, 2, "a", [], ["a:gate"], "a", true, 1])
    })
  )

  it.effect("tells the body of several assets which of them the run asks for", () =>
    Effect.gen(function* () {
      const seen: Array<unknown> = []
      const pair = Asset.multi("pair", {
        canSubset: true,
        outputs: { x: Asset.out(Out.optional(Schema.Number), { key: "deep/x" }), y: Out.optional(Schema.Number) },
        run: (_, { isSubset, selected, selectedAssets, selectedOutputs }) => {
          seen.push([[...selected], [...selectedAssets], [...selectedOutputs], isSubset])
          return selected.has("y") ? { x: 1, y: 2 } : { x: 1 }
        }
      })
      yield* materialize([pair])
      yield* materialize([pair], { selection: "deep/x" })
      assert.deepStrictEqual(seen, [
        [["x", "y"], ["deep/x", "y"], ["x", "y"], false],
        [["x"], ["deep/x"], ["x"], true]
      ])
    })
  )

  it.effect("says what is wrong with a question that it cannot answer", () =>
    Effect.gen(function* () {
      const problems: Array<string> = []
      const pair = Asset.multi("pair", {
        outputs: { x: Schema.Number, y: Schema.Number },
        run: (_, context) => {
          for (const ask of [
            () => context.assetKey,
            () => context.addAssetMetadata({ n: 1 }),
            () => context.setDataVersion("1", "z"),
            () => context.outputForAssetKey("z"),
            () => context.assetKeyForInput("z"),
            () => context.provenanceOf("z")
          ]) {
            try {
              ask()
            } catch (error) {
              problems.push((error as Error).message)
            }
          }
          context.setDataVersion("mine", "x")
          return { x: 1, y: 2 }
        }
      })
      const result = yield* materialize([pair])
      assert.isTrue(result.success)
      assert.strictEqual(problems.length, 6)
      assert.include(problems[0]!, 'name one: "x", "y"')
      assert.include(problems[2]!, 'does not make asset "z"; it makes "x", "y"')
      assert.deepStrictEqual(
        only(result.allEvents, "ASSET_MATERIALIZATION").map(({ provenance }) => provenance?.isUserProvided),
        [true, undefined]
      )
    })
  )
})

describe("materializeToMemory", () => {
  class Warehouse extends Context.Service<Warehouse, IOManagerShape>()("test/Warehouse") {}
  const table = Asset.make("table", { io: Warehouse, output: Schema.Number, run: () => 1 })
  const copy = Asset.make("copy", { inputs: { table }, output: Schema.Number, run: ({ table }) => table })
  const broken: IOManagerShape = {
    handleOutput: () => Effect.die("it was asked"),
    loadInput: () => Effect.die("it was asked")
  }

  it.effect("keeps all values in memory, whichever IO manager an asset names", () =>
    Effect.gen(function* () {
      const result = yield* materializeToMemory([table, copy], { layer: Layer.succeed(Warehouse, broken) })
      assert.isTrue(result.success)
      assert.strictEqual(result.assetValue("copy"), 1)
      // And nothing is left for the next call.
      const after = yield* materializeToMemory([table, copy], {
        layer: Layer.succeed(Warehouse, broken),
        selection: "copy"
      })
      assert.isFalse(after.success)
    }).pipe(inMemory)
  )

  it.effect("refuses a resource that would keep them elsewhere", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        materializeToMemory([a], { resources: { io_manager: Resource.fromLayer(IOManager.layerMemory) } })
      )
      assert.include(error.message, 'resources › "io_manager": it is an IO manager, and all values are kept in memory')
    })
  )

  it("has an error for values that are not there", () => {
    assert.include(
      new ValueNotFound({ asset: "a", partition: "p" }).message,
      'no value of asset "a" for partition "p": materialize the asset first'
    )
  })
})
