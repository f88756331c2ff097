import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { ChildWorker } from "../ChildWorker.ts"

/** A worker whose process has only started has at least this long for its first sign of life. */
const FIRST_SIGN = Duration.seconds(30)
/**
 * Milliseconds of the real clock that are waited for a late sign of life at last: where this process stood still, or its
 * clock jumped, the sign may have come and not have been read.
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
 * Kills a worker that gives no sign of life. A body that spins does not keep its process from giving one.
 *
 * @param worker - the worker
 * @param timeout - how long it may be silent
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
