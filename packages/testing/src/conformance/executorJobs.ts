import { Asset } from "@heddle/definitions/Asset"
import { AssetJob } from "@heddle/definitions/AssetJob"
import { Hook } from "@heddle/definitions/Hook"
import { Job } from "@heddle/definitions/Job"
import { Op } from "@heddle/definitions/Op"
import { Out } from "@heddle/definitions/Out"
import { RetryPolicy } from "@heddle/definitions/RetryPolicy"
import { Partitions } from "@heddle/partitions/Partitions"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/** The jobs that `ExecutorSuite` runs. Other processes load them from this module. */

/** The URL from which other processes load the jobs. */
export const moduleUrl: string = import.meta.url

/** The error of bodies of these jobs. */
export class Refused extends Schema.TaggedError<Refused>()("Refused", { amount: Schema.Finite }) {
  override get message(): string {
    return `${this.amount} is refused`
  }
}

const one = Op.make("one", { output: Schema.Finite, run: () => 1 })
const inc = Op.make("inc", { inputs: { n: Schema.Finite }, output: Schema.Finite, run: ({ n }) => n + 1 })

/** Three steps in a row. The last value is 3. */
export const chain = Job.make("chain", function* () {
  return yield* inc.as("c")({ n: yield* inc.as("b")({ n: yield* one.as("a")() }) })
})

const refuse = Op.make("refuse", {
  inputs: { n: Schema.Finite },
  output: Schema.Finite,
  run: ({ n }) => Effect.fail(new Refused({ amount: n }))
})

/** A step that fails, one downstream of it, and an independent one. */
export const failing = Job.make("failing", function* () {
  const n = yield* one()
  yield* inc.as("beside")({ n })
  yield* inc.as("below")({ n: yield* refuse({ n }) })
})

/** A step that fails twice, and then returns the number of its attempt. */
export const flaky = Job.make("flaky", function* () {
  return yield* Op.make("flaky", {
    output: Schema.Finite,
    retry: RetryPolicy.make({ maxRetries: 3 }),
    run: (_, { attempt }) => (attempt < 3 ? Effect.fail(new Refused({ amount: attempt })) : Effect.succeed(attempt))
  })()
})

/** A step that returns one of its two optional outputs, and a step downstream of each. */
export const branching = Job.make("branching", function* () {
  const { left, right } = yield* Op.make("branch", {
    outputs: { left: Out.optional(Schema.Finite), right: Out.optional(Schema.Finite) },
    run: () => ({ left: 1 })
  })()
  yield* inc.as("on_left")({ n: left })
  yield* inc.as("after_right")({ n: yield* inc.as("on_right")({ n: right }) })
})

/** Three copies of a step, whose values are collected in the order of their keys: `["z:0", "a:1", "m:2"]`. */
export const mapping = Job.make("mapping", function* () {
  const { item } = yield* Op.make("list", {
    outputs: { item: Out.dynamic(Schema.Finite) },
    run: () => ({ item: ["z", "a", "m"].map((key, i) => [key, i] as const) })
  })()
  const name = Op.make("name", {
    inputs: { n: Schema.Finite },
    output: Schema.String,
    run: ({ n }, { mappingKey }) => `${mappingKey}:${n}`
  })
  const names = yield* item.map((n) => name({ n }))
  return yield* Op.make("join", {
    inputs: { names: Schema.Array(Schema.String) },
    output: Schema.Array(Schema.String),
    run: ({ names }) => names
  })({ names: names.collect() })
})

const done = Hook.onSuccess("done", ({ log }) => void log.info("hook done"))
const broken = Hook.onSuccess("broken", () => {
  throw new Error("the hook is broken")
})
const failed = Hook.onFailure("failed", ({ log }) => void log.info("hook failed"))

/** A step that succeeds and one that fails, with hooks for both. */
export const hooked = Job.make("hooked", { hooks: [done, broken, failed] }, function* () {
  yield* refuse({ n: yield* one() })
})

const hold = Op.make("hold", {
  run: (_, { log }) =>
    Effect.gen(function* () {
      yield* Effect.addFinalizer(() => Effect.sync(() => log.info("finalized")))
      log.info("holding")
      return yield* Effect.never
    })
})

/** Two steps that only end when they are interrupted, and a third that must not start. */
export const holding = Job.make("holding", function* () {
  yield* hold.as("hold_a")()
  yield* hold.as("hold_b")()
  yield* hold.as("hold_c")()
})

/** A step that ends its process, one downstream of it, and an independent one. */
export const crashing = Job.make("crashing", function* () {
  const crash = Op.make("crash", { output: Schema.Finite, run: (): number => process.exit(7) })
  yield* inc.as("below")({ n: yield* crash() })
  yield* inc.as("beside")({ n: yield* one() })
})

/** A step whose first attempt ends its process and whose second returns its number, and one downstream of it. */
export const crashingOnce = Job.make("crashing_once", function* () {
  const crash = Op.make("crash", {
    output: Schema.Finite,
    retry: RetryPolicy.make({ maxRetries: 1 }),
    run: (_, { attempt }): number => (attempt === 1 ? process.exit(7) : attempt)
  })
  return yield* inc.as("below")({ n: yield* crash() })
})

/** Independent steps. */
export const wide = Job.make("wide", function* () {
  const pause = Op.make("pause", { tags: { kind: "pause" }, run: () => Effect.sleep("20 millis") })
  for (const name of ["a", "b", "c", "d", "e", "f"]) yield* pause.as(name)()
})

const regions = Partitions.fixed(["eu", "us"])
const rates = Asset.make("shop/rates", {
  output: Schema.Record(Schema.String, Schema.Finite),
  codeVersion: "1",
  checks: { complete: {} },
  run: () =>
    Asset.result({
      value: { eu: 2, us: -3 },
      metadata: { regions: 2 },
      tags: { source: "suite" },
      dataVersion: "rates-1",
      checks: { complete: { passed: true, description: "all regions" } }
    })
})
const sales = Asset.make("shop/sales", {
  inputs: { rates },
  partitions: regions,
  output: Schema.Finite,
  codeVersion: "2",
  run: ({ rates }, { addAssetMetadata, partitionKey }) => {
    addAssetMetadata({ region: partitionKey })
    return rates[partitionKey]! * 10
  }
})
const positive = Asset.check(sales, "positive", {
  blocking: true,
  run: (amount) => ({ passed: amount > 0, metadata: { amount } })
})
const report = Asset.make("report", {
  deps: [sales],
  partitions: regions,
  output: Schema.String,
  codeVersion: "3",
  run: (_, { loadAssetValue, partitionKey }) =>
    Effect.map(loadAssetValue(sales), (amount) => `${partitionKey}: ${amount}`)
})

/**
 * An asset, one of partitions that takes its value, a blocking check that partition `us` fails, and an asset whose body loads
 * the value of the partition by its key: `eu: 20`.
 */
export const assets = AssetJob.make("assets", { assets: [rates, sales, positive, report] })
