import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

/** How long a run goes on without a wait, in milliseconds, before it lets others have their turn. */
const LENGTH = 5

/**
 * Lets timers, signals and other runs of the process have their turn while a run goes on without a wait: its plain steps run
 * one after the other where the run loop starts them.
 */
export class Turn {
  readonly #clock: Clock.Clock
  #since: number

  constructor(clock: Clock.Clock) {
    this.#clock = clock
    this.#since = clock.currentTimeMillisUnsafe()
  }

  /** Whether it is the turn of others. */
  get isOver(): boolean {
    // The clock of a machine may be set back meanwhile.
    return Math.abs(this.#clock.currentTimeMillisUnsafe() - this.#since) >= LENGTH
  }

  /** Waits until others had their turn. */
  get next(): Effect.Effect<void> {
    return Effect.map(Effect.yieldNow, () => {
      this.#since = this.#clock.currentTimeMillisUnsafe()
    })
  }
}
