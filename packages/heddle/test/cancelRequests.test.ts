import { assert, describe, it } from "@effect/vitest"
import { Job, Op } from "@heddle/definitions"
import { launch, Runs } from "@heddle/execution"
import { Instance, RunStorage, StorageError } from "@heddle/storage"
import { TestRun } from "@heddle/testing"
import { Deferred, Effect, Layer } from "effect"

/** An instance in memory whose requests to cancel cannot be read while `isBroken` says so. */
const instanceThat = (isBroken: () => boolean, fail: Effect.Effect<never, StorageError>) =>
  Layer.effect(
    RunStorage,
    Effect.map(RunStorage, (storage) =>
      RunStorage.of({
        ...storage,
        awaitCancelRequest: (runId) => Effect.suspend(() => (isBroken() ? fail : storage.awaitCancelRequest(runId)))
      })
    )
  ).pipe(Layer.provideMerge(Instance.layerMemory))

const unreadable = Effect.suspend(() =>
  Effect.fail(new StorageError({ operation: "read the record", runId: "r", cause: new Error("disk I/O error") }))
)

describe("a run whose store cannot be read for a while", () => {
  for (const [how, fail] of [
    ["fails", unreadable],
    ["throws", Effect.die(new Error("not a store"))]
  ] as const) {
    it.effect(`sees a request to cancel within a second after it can be read again, if it ${how}`, () => {
      let reads = 0
      let isBroken = true
      const store = instanceThat(() => {
        reads++
        return isBroken
      }, fail)
      return Effect.gen(function* () {
        const started = yield* Deferred.make<void>()
        const hang = Op.make("hang", { run: () => Effect.andThen(Deferred.succeed(started, undefined), Effect.never) })
        const job = Job.make("endless", function* () {
          yield* hang()
        })
        const run = yield* TestRun.start(launch(job, { runId: "r" }))
        yield* Deferred.await(started)
        yield* run.adjust("1 hour")
        // It is neither read in a loop nor given up.
        assert.isAbove(reads, 3500)
        assert.isBelow(reads, 3700)
        assert.strictEqual(yield* Runs.cancel("r", "enough"), "requested")
        isBroken = false
        yield* run.adjust("1 second")
        const result = yield* run.result
        assert.isFalse(result.success)
        assert.strictEqual((yield* Runs.get("r")).status, "CANCELED")
      }).pipe(Effect.scoped, Effect.provide(store))
    })
  }
})
