import { RunControl } from "@heddle/engine/run/RunControl"
import type { ErrorInfo } from "@heddle/events/ErrorInfo"

/**
 * Cancels a backfill in this process: its runs in progress are cancelled, and no more are started. It can be resumed by its id.
 *
 * @since 0.1.0
 */
export class BackfillControl {
  readonly #runs = new Set<RunControl>()
  #asked: { readonly reason: string | undefined } | undefined

  /** Asks for the cancel; asking again changes nothing. */
  cancel(reason?: string): void {
    if (this.#asked !== undefined) return
    this.#asked = { reason }
    for (const run of this.#runs) run.cancel(reason)
  }

  /** Tells whether a cancel was asked for. */
  get isCanceling(): boolean {
    return this.#asked !== undefined
  }

  /** Fails the runs in progress at once, for a process that is about to end. */
  abort(error: ErrorInfo): void {
    for (const run of this.#runs) run.abort(error)
  }

  /** The control of a run that starts; `end` is called when it has ended. */
  begin(): { readonly control: RunControl; readonly end: () => void } {
    const control = new RunControl()
    this.#runs.add(control)
    if (this.#asked !== undefined) control.cancel(this.#asked.reason)
    return { control, end: () => void this.#runs.delete(control) }
  }
}
