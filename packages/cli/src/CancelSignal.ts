import * as Effect from "effect/Effect"

const SIGNALS: ReadonlyArray<NodeJS.Signals> = ["SIGINT", "SIGTERM", "SIGHUP"]

/**
 * A signal by which the user or the system asks this process to shut down gracefully.
 *
 * @since 0.1.0
 */
export const CancelSignal = {
  /** Waits for the first such signal. Later signals are handled by the supervisor and ignored here. */
  wait: Effect.callback<NodeJS.Signals>((resume) => {
    const listen = (signal: NodeJS.Signals) => resume(Effect.succeed(signal))
    for (const signal of SIGNALS) process.on(signal, listen)
  })
}
