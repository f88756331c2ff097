import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { ChildWorker } from "../ChildWorker.ts"

/** A new worker has at least this long for its first answer. */
const FIRST_SIGN = Duration.seconds(30)
/**
 * How long to wait at the end for a late answer, in milliseconds of the real clock. If this process was stopped or its clock
 * jumped, the answer may have arrived without being read.
 */
const LAST_CHANCE = 1_000

const isInTime = (answer: Promise<void>): Promise<boolean> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, LAST_CHANCE, false)
    void answer.then(() => {
      clearTimeout(timer)
      resolve(true)
    })
  })

/**
 * Kills a worker that does not answer. A worker answers even while a body blocks its event loop.
 *
 * @param worker - the worker
 * @param timeout - how long it may not answer
 * @returns an effect that ends with the process
 */
export const watchHeartbeat = (worker: ChildWorker, timeout: Duration.Duration): Effect.Effect<void> => {
  const watch = Effect.gen(function* () {
    let patience = Duration.max(timeout, FIRST_SIGN)
    while (true) {
      const answer = worker.ping()
      const answered = yield* Effect.timeoutOption(
        Effect.promise(() => answer),
        patience
      )
      if (Option.isNone(answered) && !(yield* Effect.promise(() => isInTime(answer)))) worker.kill("silent")
      patience = timeout
      yield* Effect.sleep(Duration.divideUnsafe(timeout, 4))
    }
  })
  return Effect.raceFirst(
    watch,
    Effect.promise(() => worker.ended)
  )
}
