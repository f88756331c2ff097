import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { Instance } from "@heddle/storage/Instance"
import * as Effect from "effect/Effect"
import type { Done } from "../Workload.ts"

/** The part of a result that these workloads use. */
interface Ran {
  readonly success: boolean
  readonly allEvents: ReadonlyArray<HeddleEvent>
}

const stepsOf = (result: Ran): number => {
  if (!result.success) throw new Error("the run did not succeed")
  return result.allEvents.filter(({ _tag }) => _tag === "STEP_SUCCESS").length
}

/** Executes a job in the given instance, or in an in-memory instance. */
export const timed = <E>(run: Effect.Effect<Ran, E>): Effect.Effect<Done, E, Instance> =>
  Effect.gen(function* () {
    const from = performance.now()
    const result = yield* run
    const seconds = (performance.now() - from) / 1000
    return { steps: stepsOf(result), seconds }
  })

/** Executes a job without an instance of the caller. */
export const heddle = async <E>(run: Effect.Effect<Ran, E>): Promise<Done> => {
  const from = performance.now()
  const result = await Effect.runPromise(run)
  const seconds = (performance.now() - from) / 1000
  return { steps: stepsOf(result), seconds }
}
