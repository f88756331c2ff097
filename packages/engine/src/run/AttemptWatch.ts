import type { HeddleEventOf } from "@heddle/events/HeddleEvent"
import { Storable } from "@heddle/events/Storable"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { StepHealth, StepWire } from "../wire/Executor.ts"

/** An attempt that was launched and has not ended. */
export interface OpenAttempt {
  readonly stepKey: string
  readonly attempt: number
}

/** What the watch is given. */
export interface AttemptWatchOptions {
  /** The step wire that is asked about attempts. */
  readonly wire: StepWire
  /** The attempts that are open now. */
  readonly open: () => ReadonlyArray<OpenAttempt>
  /** Marks this moment, and returns a function that tells whether all events up to it are in the log. */
  readonly mark: () => () => boolean
  /** Ends an attempt that its executor no longer runs. */
  readonly end: (lost: Pick<HeddleEventOf<"STEP_FAILURE">, "id" | "stepKey" | "attempt" | "error" | "source">) => void
}

/** Time between two checks of the attempts in progress. */
const BEAT = Duration.seconds(10)
/** Time between two looks at an attempt that was asked to end. */
const AFTER_TERMINATE = Duration.seconds(1)

/**
 * Asks the executor from time to time whether the attempts that have not ended can still end. One that it twice says it
 * does not run has lost its last event, and is ended here, so that no run waits for ever.
 */
export class AttemptWatch {
  readonly #options: AttemptWatchOptions
  /** Attempts that were not healthy at the last beat, and whether what had come when that was first seen is stored. */
  #suspects = new Map<string, () => boolean>()

  constructor(options: AttemptWatchOptions) {
    this.#options = options
  }

  /** Checks all open attempts at long intervals, until it is interrupted. */
  get beats(): Effect.Effect<never> {
    return Effect.forever(Effect.andThen(Effect.sleep(BEAT), this.#beat))
  }

  /** Looks at one attempt soon after it was asked to end. */
  afterTerminate({ attempt, stepKey }: OpenAttempt): Effect.Effect<void> {
    const look = Effect.andThen(Effect.sleep(AFTER_TERMINATE), this.#reason({ stepKey, attempt }))
    return Effect.flatMap(look, (first) => {
      if (first === undefined) return Effect.void
      const isStored = this.#options.mark()
      return Effect.map(look, (reason) => {
        // Otherwise the beats see to it.
        if (reason !== undefined && isStored()) this.#end({ stepKey, attempt }, reason)
      })
    })
  }

  get #beat(): Effect.Effect<void> {
    return Effect.suspend(() => {
      const before = this.#suspects
      this.#suspects = new Map()
      return Effect.forEach(
        this.#options.open(),
        (one) =>
          Effect.map(this.#reason(one), (reason) => {
            if (reason === undefined) return
            const key = `${one.stepKey}~${one.attempt}`
            const isStored = before.get(key)
            // Its last event may be on its way to a log that is slow.
            if (isStored?.() === true) this.#end(one, reason)
            else this.#suspects.set(key, isStored ?? this.#options.mark())
          }),
        { discard: true }
      )
    })
  }

  /** Why an attempt that is still open cannot end, as far as its executor knows. */
  #reason(one: OpenAttempt): Effect.Effect<string | undefined> {
    const isOpen = this.#options
      .open()
      .some(({ attempt, stepKey }) => stepKey === one.stepKey && attempt === one.attempt)
    if (!isOpen) return Effect.succeed(undefined)
    return this.#options.wire.health(one.stepKey, one.attempt).pipe(
      // An executor that cannot answer knows nothing against the attempt.
      Effect.catchCause(() => Effect.succeed<StepHealth>({ healthy: true })),
      Effect.map((health) => (health.healthy ? undefined : health.reason))
    )
  }

  #end({ attempt, stepKey }: OpenAttempt, reason: string): void {
    this.#options.end({
      id: `${stepKey}~${attempt}~lost`,
      stepKey,
      attempt,
      error: {
        name: "AttemptLost",
        message: `The attempt ended without an end event, and its executor no longer runs it: ${Storable.text(reason)}`
      },
      source: "FRAMEWORK_ERROR"
    })
  }
}
