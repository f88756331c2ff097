import * as Effect from "effect/Effect"

const SIGNALS: ReadonlyArray<NodeJS.Signals> = ["SIGINT", "SIGTERM", "SIGHUP"]

/**
 * The request of the user, or of the system, that this process ends in good order.
 *
 * @since 0.1.0
 */
export const CancelSignal = {
  /** Waits for the first such signal. Later ones are the supervisor's business, and do nothing here. */
  wait: Effect.callback<NodeJS.Signals>((resume) => {
    const listen = (signal: NodeJS.Signals) => resume(Effect.succeed(signal))
    for (const signal of SIGNALS) process.on(signal, listen)
  })
}
