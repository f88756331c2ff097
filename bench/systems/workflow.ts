import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Activity from "effect/workflow/Activity"
import * as Workflow from "effect/workflow/Workflow"
import * as WorkflowEngine from "effect/workflow/WorkflowEngine"
import { MAX_CONCURRENT } from "../BareGraph.ts"
import type { Done } from "../Workload.ts"

/** One activity with a number as its result. */
const step = (name: string, run: () => number) =>
  Activity.make({ name, success: Schema.Number, execute: Effect.sync(run) })

/** What the workflow of a workload does, of `n` activities. */
const bodies = {
  chain: (n: number) =>
    Effect.gen(function* () {
      let value = 0
      for (let i = 0; i < n; i++) value = yield* step(`inc_${i}`, () => (i === 0 ? 0 : value + 1))
      return value
    }),
  fan: (n: number) =>
    Effect.gen(function* () {
      const first = yield* step("start", () => 1)
      const mids = Array.from({ length: n }, (_, i) => step(`mid_${i}`, () => first + 1))
      const values = yield* Effect.all(mids, { concurrency: MAX_CONCURRENT })
      return yield* step("end", () => values.reduce((sum, x) => sum + x, 0))
    })
}

/**
 * Runs `n` activities in Effect's own workflow engine in memory, which keeps results and no log. The definition of each activity
 * is a part of the run, as it is in a workflow.
 */
export const workflow = async (workload: keyof typeof bodies, n: number): Promise<Done> => {
  const definition = Workflow.make(workload, {
    payload: { id: Schema.String },
    success: Schema.Number,
    idempotencyKey: ({ id }) => id
  })
  const layer = Layer.provideMerge(
    definition.toLayer(() => bodies[workload](n)),
    WorkflowEngine.layerMemory
  )
  const run = Effect.gen(function* () {
    const from = performance.now()
    yield* definition.execute({ id: "1" })
    return (performance.now() - from) / 1000
  })
  const seconds = await Effect.runPromise(Effect.provide(run, layer))
  return { steps: workload === "chain" ? n : n + 2, seconds }
}
