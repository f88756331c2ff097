import { assert, describe, it } from "@effect/vitest"
import { describe as snapshotOf, Job, Op } from "@heddle/definitions"

describe("a job as data", () => {
  it("contains the version and the pool of an op, if any", () => {
    const load = Op.make("load", { codeVersion: "2", pool: "db", run: () => {} })
    const plain = Op.make("plain", { run: () => {} })
    const job = Job.make("both", {}, function* () {
      yield* load()
      yield* plain()
    })
    const [first, second] = snapshotOf(job.definition).graph.nodes.map(({ body }) =>
      "op" in body ? body.op : undefined
    )
    assert.deepInclude(first, { codeVersion: "2", pool: "db" })
    assert.doesNotHaveAnyKeys(second, ["codeVersion", "pool"])
  })
})
