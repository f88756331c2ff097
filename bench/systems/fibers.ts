import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { type BareGraph, MAX_CONCURRENT, ReadyQueue } from "../BareGraph.ts"
import type { Done } from "../Workload.ts"

/** Runs a bare graph with one fiber per step: the lower bound for a run on Effect. */
export const fibers = async (graph: BareGraph): Promise<Done> => {
  const from = performance.now()
  const queue = new ReadyQueue(graph)
  const run = Effect.gen(function* () {
    for (;;) {
      const running: Array<readonly [number, Fiber.Fiber<unknown>]> = []
      while (running.length < MAX_CONCURRENT) {
        const place = queue.next()
        if (place === undefined) break
        running.push([place, yield* Effect.forkChild(Effect.sync(() => queue.run(place)))])
      }
      if (running.length === 0) return
      for (const [place, fiber] of running) queue.settle(place, yield* Fiber.join(fiber))
    }
  })
  await Effect.runPromise(run)
  return { steps: queue.done, seconds: (performance.now() - from) / 1000 }
}
