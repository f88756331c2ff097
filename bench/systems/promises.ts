import { type BareGraph, MAX_CONCURRENT, ReadyQueue } from "../BareGraph.ts"
import type { Done } from "../Workload.ts"

/** Runs a bare graph with one promise per step: the lower bound for a run in JavaScript. */
export const promises = async (graph: BareGraph): Promise<Done> => {
  const from = performance.now()
  const queue = new ReadyQueue(graph)
  await new Promise<void>((resolve, reject) => {
    let running = 0
    const start = () => {
      while (running < MAX_CONCURRENT) {
        const place = queue.next()
        if (place === undefined) break
        running++
        Promise.resolve(place)
          .then((it) => queue.run(it))
          .then((value) => {
            running--
            queue.settle(place, value)
            start()
          })
          .catch(reject)
      }
      if (running === 0) resolve()
    }
    start()
  })
  return { steps: queue.done, seconds: (performance.now() - from) / 1000 }
}
