import { assert, describe, it } from "@effect/vitest"
import { Job, Op, Resource } from "@heddle/definitions"
import { executeDefinition } from "@heddle/execution"
import { Instance } from "@heddle/storage"
import { Context, Effect, Layer } from "effect"
import { TestClock } from "effect/testing"

class Warehouse extends Context.Service<Warehouse, { readonly rows: number }>()("test/clockJumps/Warehouse") {}

describe("a clock that is set back during a run", () => {
  it.effect("gives steps and resources durations of zero, never negative ones", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(7_200_000)
      const warehouse = Resource.fromLayer(
        Layer.effect(Warehouse, Effect.as(TestClock.setTime(3_600_000), { rows: 1 }))
      )
      const load = Op.make("load", { resources: { warehouse: Warehouse }, run: () => TestClock.setTime(0) })
      const job = Job.make("set_back", { resources: { warehouse } }, function* () {
        yield* load()
      })
      const durations: Array<number> = []
      const { success } = yield* executeDefinition(job.definition, {
        onEvents: (events) => {
          for (const event of events) {
            if (event._tag === "STEP_SUCCESS") durations.push(event.durationMillis)
            if (event._tag === "RESOURCE_INIT_SUCCESS") durations.push(event.durationMillis["warehouse"]!)
          }
        }
      })
      assert.isTrue(success)
      assert.deepStrictEqual(durations, [0, 0])
    }).pipe(Effect.provide(Instance.layerMemory))
  )
})
