import type { ErrorInfo } from "@heddle/events/ErrorInfo"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"

/** Makes the event that requests a cancellation; the process of the run sets its time. */
type Listener = (reason: string | undefined) => void

/**
 * Cancels a run in this process: running steps are interrupted with their finalizers, nothing more starts,
 * and the run ends `CANCELED`.
 *
 * @since 0.1.0
 */
export class RunControl {
  #asked: { readonly reason: string | undefined } | undefined
  #listener: Listener | undefined
  #interrupted: string | undefined
  #interruptListener: ((reason: string) => void) | undefined
  #abort: ((error: ErrorInfo) => void) | undefined

  /** Asks for the cancel; asking again changes nothing. */
  cancel(reason?: string): void {
    if (this.#asked !== undefined) return
    this.#asked = { reason }
    this.#listener?.(reason)
  }

  /** Tells whether a cancel was asked for. */
  get isCanceling(): boolean {
    return this.#asked !== undefined
  }

  /**
   * Interrupts the run without a request to cancel it, as a signal to its process does: what runs is interrupted with its
   * finalizers, nothing more starts, and the run ends `FAILURE` with reason `UNEXPECTED_TERMINATION`. A run that is being
   * cancelled still ends `CANCELED`. Interrupting again changes nothing.
   *
   * @param reason - what happened, as a sentence
   */
  interrupt(reason: string): void {
    if (this.#interrupted !== undefined) return
    this.#interrupted = reason
    this.#interruptListener?.(reason)
  }

  /** Hears of the interrupt, at once when it came before. One run listens to one control. */
  listenInterrupt(listener: (reason: string) => void): void {
    this.#interruptListener = listener
    if (this.#interrupted !== undefined) listener(this.#interrupted)
  }

  /**
   * Fails the run at once, for a process that is about to end or that cannot be trusted any more: `RUN_FAILURE` is in the
   * log when this returns, where the log can write without waiting. A run that has ended, or has not begun, is let be.
   *
   * @param error - what happened to the process
   */
  abort(error: ErrorInfo): void {
    this.#abort?.(error)
  }

  /** Hears of the abort. One run listens to one control. */
  listenAbort(listener: ((error: ErrorInfo) => void) | undefined): void {
    this.#abort = listener
  }

  /** Hears of the cancel, at once when it was asked for before. One run listens to one control. */
  listen(listener: Listener): void {
    this.#listener = listener
    if (this.#asked !== undefined) listener(this.#asked.reason)
  }
}

/** Sees events once they are in the log. */
export type EventListener = (events: ReadonlyArray<HeddleEvent>) => void
