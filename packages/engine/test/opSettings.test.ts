import { assert, describe, it } from "@effect/vitest"
import { describe as snapshotOf, Graph, Job, Op, RetryPolicy } from "@heddle/definitions"
import { makePlan } from "@heddle/engine/plan/makePlan"
import { JobSnapshot } from "@heddle/events/JobSnapshot"
import { OpSettings } from "@heddle/events/OpSettings"
import { Schema } from "effect"

const run = () => {}
const retry = RetryPolicy.make({ maxRetries: 2 })
const everything = {
  description: "Loads rows",
  tags: { team: "data" },
  retry,
  codeVersion: "7",
  pool: "db"
}

describe("settings of an op", () => {
  it("are copied from its definition to the snapshot of the job and the steps of the plan", () => {
    const job = Job.make("etl", function* () {
      yield* Op.make("load", { ...everything, run })()
    })
    const expected = { ...everything, retry: { _tag: "any" as const, policy: { maxRetries: 2 } } }
    assert.sameMembers(Object.keys(expected), Object.keys(OpSettings.fields))
    const snapshot = snapshotOf(job.definition)
    assert.deepInclude(snapshot.graph.nodes[0]!.body, {
      op: { ...expected, name: "load", inputs: [], outputs: outputs }
    })
    const stored = Schema.encodeSync(JobSnapshot.schema)(snapshot)
    assert.deepStrictEqual(Schema.decodeUnknownSync(JobSnapshot.schema)(stored), snapshot)
    assert.deepInclude(makePlan(snapshot).steps[0], expected)
  })

  it("are left out if they are undefined", () => {
    const given = { description: undefined, tags: undefined, retry: undefined, codeVersion: undefined, pool: undefined }
    const load = Reflect.apply(Op.make, undefined, ["load", { ...given, run }]) as ReturnType<typeof Op.make<"load">>
    assert.deepStrictEqual(load.definition.settings, { tags: {} })
  })

  it("are overridden by the tags and the retry policy of a use", () => {
    const load = Op.make("load", { ...everything, run })
    const part = Graph.make("part", function* () {
      yield* load.with({ tags: { speed: "slow" }, retry: RetryPolicy.make({ maxRetries: 5 }) })()
      yield* Op.make("plain", { run })()
    })
    const job = Job.make("etl", { retry: RetryPolicy.make({ maxRetries: 1 }) }, function* () {
      yield* part()
    })
    const [used, plain] = makePlan(snapshotOf(job.definition)).steps
    assert.deepInclude(used, {
      tags: { team: "data", speed: "slow" },
      retry: { _tag: "any", policy: { maxRetries: 5 } },
      pool: "db"
    })
    assert.deepInclude(plain, { tags: {}, retry: { _tag: "any", policy: { maxRetries: 1 } } })
    assert.doesNotHaveAnyKeys(plain, ["pool", "codeVersion", "description"])
  })
})

const outputs = [{ name: "result", kind: "nothing" as const, required: true, dynamic: false, portable: true }]
