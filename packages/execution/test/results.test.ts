import { assert, describe, it } from "@effect/vitest"
import {
  AssetMaterialization,
  AssetObservation,
  ExpectationResult,
  Graph,
  Job,
  Op,
  Out,
  RetryPolicy
} from "@heddle/definitions"
import { executeInProcess, OutputNotFound } from "@heddle/execution"
import { Partitions } from "@heddle/partitions"
import { Effect, Schema } from "effect"

const n = Schema.Number
class Boom extends Schema.TaggedError<Boom>()("Boom", {}) {}

const one = Op.make("one", { output: n, run: () => 1 })
const inc = Op.make("inc", { inputs: { x: n }, output: n, run: ({ x }) => x + 1 })
const boom = Op.make("boom", {
  inputs: { x: n },
  output: n,
  run: (): Effect.Effect<number, Boom> => Effect.fail(new Boom())
})
const fork = Op.make("fork", {
  outputs: { no: Out.optional(n), yes: n, nothing: Schema.Void },
  run: () => ({ yes: 2, nothing: undefined })
})
const list = Op.make("list", {
  outputs: { item: Out.dynamic(n), none: Out.dynamic(n) },
  run: () => ({
    item: [
      ["a", 1],
      ["b", 2]
    ] as const,
    none: []
  })
})
const pair = Graph.make("pair", { inputs: { x: n } }, function* ({ x }) {
  const first = yield* inc.as("first")({ x })
  return { first, last: yield* inc.as("last")({ x: first }), same: x }
})
/** A success, a failure, a skip, a step that is not reached, a graph and a map. */
const mixed = Job.make("mixed", {}, function* () {
  const start = yield* one()
  const b = yield* boom({ x: start })
  yield* inc.as("never")({ x: b })
  const { no, yes } = yield* fork()
  yield* inc.as("skipped")({ x: no })
  yield* pair({ x: yes })
  const { item } = yield* list()
  yield* item.map((x) => inc.as("each")({ x }))
  return { start, after: b }
})

describe("result", () => {
  it.effect("tells of nodes, steps and the run", () =>
    Effect.gen(function* () {
      const daily = Job.partitioned(mixed, Partitions.fixed(["2026-11-24"]))
      const result = yield* executeInProcess(daily, {
        maxConcurrent: 1,
        tags: { team: "a" },
        partitionKey: "2026-11-24"
      })
      assert.isFalse(result.success)
      const flags = (node: string) => [
        result.isNodeSuccess(node),
        result.isNodeFailed(node),
        result.isNodeSkipped(node),
        result.isNodeUntouched(node)
      ]
      assert.deepStrictEqual(flags("one"), [true, false, false, false])
      assert.deepStrictEqual(flags("boom"), [false, true, false, false])
      assert.deepStrictEqual(flags("skipped"), [false, false, true, false])
      assert.deepStrictEqual(flags("never"), [false, false, false, true])
      assert.deepStrictEqual(flags("ghost"), [false, false, false, true])
      assert.deepStrictEqual(flags("pair"), [true, false, false, false])
      // A name that another one begins with is not meant by it.
      assert.deepStrictEqual(flags("pai"), [false, false, false, true])
      assert.deepStrictEqual([...result.getFailedStepKeys()], ["boom"])
      assert.deepStrictEqual(
        result.eventsForNode("boom").map(({ _tag }) => _tag),
        ["STEP_START", "LOADED_INPUT", "STEP_INPUT", "STEP_FAILURE"]
      )
      assert.deepStrictEqual(result.eventsForNode("never"), [])
      assert.sameMembers(
        result.getStepSuccessEvents().map(({ stepKey }) => stepKey),
        ["one", "fork", "list", "pair.first", "pair.last", "each[a]", "each[b]"]
      )
      assert.deepStrictEqual(
        result.getStepSkippedEvents().map(({ stepKey }) => stepKey),
        ["skipped"]
      )
      assert.deepStrictEqual(
        result.getStepFailureEvents().map(({ error, stepKey }) => [stepKey, error.name]),
        [["boom", "Boom"]]
      )
      assert.strictEqual(result.failureDataForNode("boom")?.source, "USER_CODE_ERROR")
      assert.isUndefined(result.failureDataForNode("one"))
      assert.isUndefined(result.getRunSuccessEvent())
      assert.strictEqual(result.getRunFailureEvent()?.reason, "STEP_FAILURE")
      assert.strictEqual(result.filterEvents(({ _tag }) => _tag === "RUN_START").length, 1)
      assert.strictEqual(result.run.status, "FAILURE")
      assert.deepStrictEqual(result.run.tags, { team: "a", "heddle/partition": "2026-11-24" })
      assert.strictEqual(result.run.runId, result.runId)
      assert.strictEqual(result.job, daily.definition)
      // By node of the job's own graph, and not by time.
      const nodes = result.allNodeEvents.map(
        (event) => ("stepKey" in event ? String(event.stepKey) : "").split(/[.[]/, 1)[0]
      )
      assert.strictEqual(nodes.filter((name, i) => name !== nodes[i - 1]).length, new Set(nodes).size)
      assert.isTrue(!result.success && result.failures[0]?.error instanceof Boom)
    })
  )

  it.effect("gives the outputs of any node, also of a run that failed", () =>
    Effect.gen(function* () {
      const result = yield* executeInProcess(mixed)
      assert.strictEqual(result.outputValue("start"), 1)
      assert.strictEqual(result.outputForNode("one"), 1)
      assert.strictEqual(result.outputForNode("fork", "yes"), 2)
      assert.isUndefined(result.outputForNode("fork", "nothing"))
      assert.strictEqual(result.outputForNode("pair", "last"), 4)
      assert.strictEqual(result.outputForNode("pair", "same"), 2)
      assert.strictEqual(result.outputForNode("pair.first"), 3)
      assert.deepStrictEqual(
        result.outputForNode("list", "item"),
        new Map([
          ["a", 1],
          ["b", 2]
        ])
      )
      assert.deepStrictEqual(
        result.outputForNode("each"),
        new Map([
          ["a", 2],
          ["b", 3]
        ])
      )
    })
  )

  it.effect("says which outputs there are where one is not", () =>
    Effect.gen(function* () {
      const result = yield* executeInProcess(mixed)
      const asked = (ask: () => unknown): OutputNotFound => {
        try {
          ask()
        } catch (thrown) {
          if (thrown instanceof OutputNotFound) return thrown
          throw thrown
        }
        throw new Error("it is there")
      }
      assert.deepInclude(
        asked(() => result.outputValue()),
        { problem: "NO_OUTPUT", available: ["start", "after"] }
      )
      assert.deepInclude(
        asked(() => result.outputValue("after")),
        { problem: "NOT_GIVEN", available: ["start"] }
      )
      const unknown = asked(() => result.outputForNode("pair.frist"))
      assert.strictEqual(unknown.problem, "NO_NODE")
      assert.include(unknown.message, 'did you mean "pair.first"?')
      assert.include(
        asked(() => result.outputForNode("fork", "yess")).message,
        'did you mean "yes"? the outputs are "no", "yes", "nothing"'
      )
      for (const node of ["boom", "never", "skipped"]) {
        assert.strictEqual(asked(() => result.outputForNode(node)).problem, "NOT_GIVEN")
      }
      assert.strictEqual(asked(() => result.outputForNode("fork", "no")).problem, "NOT_GIVEN")
      assert.strictEqual(asked(() => result.outputForNode("list", "none")).problem, "NOT_GIVEN")
      assert.strictEqual(asked(() => result.outputForNode("one.inside")).problem, "NO_NODE")
    })
  )

  it.effect("gives the value of the last attempt, and one whose check did not pass", () =>
    Effect.gen(function* () {
      const flaky = Op.make("flaky", {
        outputs: { value: n, early: Out.optional(n) },
        retry: RetryPolicy.make({ maxRetries: 2 }),
        run: async function* (_, { retryNumber }) {
          if (retryNumber === 0) yield { output: "early" as const, value: 0 }
          if (retryNumber < 2) throw new Error("not yet")
          yield { output: "value" as const, value: retryNumber }
        }
      })
      const job = Job.make("job", {}, function* () {
        yield* flaky()
        yield* Op.make("word", { output: n, run: () => "word" as unknown as number })()
      })
      const result = yield* executeInProcess(job)
      assert.strictEqual(result.outputForNode("flaky", "value"), 2)
      assert.throws(() => result.outputForNode("flaky", "early"), "no value of output")
      assert.strictEqual(result.retryAttemptsForNode("flaky"), 2)
      assert.strictEqual(result.retryAttemptsForNode("word"), 0)
      assert.strictEqual(result.outputForNode("word"), "word")
    })
  )

  it.effect("tells of what bodies say of assets and expectations", () =>
    Effect.gen(function* () {
      const says = Op.make("says", {
        run: (_, { logEvent }) => {
          logEvent(AssetMaterialization.make({ asset: "a/b" }))
          logEvent(AssetObservation.make({ asset: "c" }))
          logEvent(ExpectationResult.make({ success: false, label: "full" }))
        }
      })
      const job = Job.make("job", {}, function* () {
        yield* says()
        yield* says.as("again")()
      })
      const result = yield* executeInProcess(job)
      assert.deepStrictEqual(
        result.assetMaterializationsForNode("says").map(({ asset }) => asset),
        ["a/b"]
      )
      assert.deepStrictEqual(
        result.assetObservationsForNode("again").map(({ asset }) => asset),
        ["c"]
      )
      assert.deepStrictEqual(
        result.expectationResultsForNode("says").map(({ label, success }) => [label, success]),
        [["full", false]]
      )
      assert.strictEqual(result.getAssetMaterializationEvents().length, 2)
      assert.strictEqual(result.getAssetObservationEvents().length, 2)
      assert.deepStrictEqual(result.getAssetMaterializationPlannedEvents(), [])
      assert.deepStrictEqual(result.getAssetCheckEvaluations(), [])
    })
  )
})
