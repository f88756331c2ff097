import type { RunControl } from "@heddle/engine/run/RunControl"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { ActiveRuns } from "./ActiveRuns.ts"

/** A signal that asks a process to terminate. */
export type RunSignal = "SIGINT" | "SIGTERM" | "SIGHUP"

/** How runs react to signals. */
export interface RunSignalsOptions {
  /**
   * The signals to react to.
   *
   * @default ["SIGINT", "SIGTERM"]
   */
  readonly signals?: ReadonlyArray<RunSignal>
  /**
   * `cancel`: runs end `CANCELED`, as on the command line. `interrupt`: they end `FAILURE` with reason
   * `UNEXPECTED_TERMINATION` unless somebody asked for their cancel, as in Dagster.
   *
   * @default "cancel"
   */
  readonly action?: "cancel" | "interrupt"
}

/** Signals this close together are one key press: package managers forward what the terminal sends to all processes. */
const SAME_PRESS_MILLIS = 150

/** Exit codes of processes that a signal ended: 128 and the number of the signal. */
const EXIT_CODES: { readonly [signal in RunSignal]: number } = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }

/** Listens to signals while it is open, and knows the runs in progress. */
class SignalListener implements ActiveRuns {
  readonly #action: "cancel" | "interrupt"
  readonly #signals: ReadonlyArray<RunSignal>
  readonly #runs = new Set<RunControl>()
  #received: { readonly signal: RunSignal; readonly at: number } | undefined

  constructor({ action = "cancel", signals = ["SIGINT", "SIGTERM"] }: RunSignalsOptions) {
    this.#action = action
    this.#signals = signals
  }

  begin(control: RunControl): () => void {
    this.#runs.add(control)
    // The process was asked to end before this run began.
    if (this.#received !== undefined) this.#end(control, this.#received.signal)
    return () => this.#runs.delete(control)
  }

  open(): void {
    for (const signal of this.#signals) process.on(signal, this.#listen)
  }

  close(): void {
    for (const signal of this.#signals) process.off(signal, this.#listen)
  }

  readonly #listen = (signal: NodeJS.Signals): void => {
    const received = this.#signals.find((name) => name === signal)
    if (received === undefined) return
    if (this.#runs.size === 0) return this.#pass(received)
    const at = performance.now()
    if (this.#received === undefined) {
      this.#received = { signal: received, at }
      for (const control of this.#runs) this.#end(control, received)
    } else if (at - this.#received.at > SAME_PRESS_MILLIS) {
      process.exit(EXIT_CODES[received])
    }
  }

  #end(control: RunControl, signal: RunSignal): void {
    if (this.#action === "cancel") control.cancel(`received ${signal}`)
    else control.interrupt(`The process received ${signal}`)
  }

  /** No run is in progress: the signal has its default effect. */
  #pass(signal: RunSignal): void {
    if (process.listenerCount(signal) > 1) return
    this.close()
    process.kill(process.pid, signal)
  }
}

/**
 * Ends the runs of a process when the process is asked to end.
 *
 * @since 0.1.0
 */
export const RunSignals = {
  /**
   * A layer that cancels the runs of this process on SIGINT (Ctrl-C) and SIGTERM, as the `heddle` command does: running steps
   * are interrupted, their finalizers run, and calls return with the cancelled runs. Runs that start afterwards are cancelled
   * too. A second signal ends the process at once, with the exit code of that signal; worker processes end with it. While no
   * run is in progress, signals have their default effect.
   *
   * A body that blocks the event loop also keeps signals from being seen. The `heddle` command can still kill such a run,
   * because it runs jobs in a child process.
   *
   * @param options - `signals`, and whether runs are cancelled or interrupted
   * @example
   * executeJob(pointer).pipe(Effect.provide([RunSignals.layer(), SqliteInstance.layerHome()]))
   */
  layer: (options: RunSignalsOptions = {}): Layer.Layer<never> =>
    Layer.effect(
      ActiveRuns,
      Effect.acquireRelease(
        Effect.sync(() => {
          const listener = new SignalListener(options)
          listener.open()
          return listener
        }),
        (listener) => Effect.sync(() => listener.close())
      )
    )
}
