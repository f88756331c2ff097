import type { RetryPolicySnapshot } from "@heddle/events/RetryPolicySnapshot"
import * as Duration from "effect/Duration"

/**
 * How often and after which wait a failed attempt is made again.
 *
 * @since 0.1.0
 * @source Dagster RetryPolicy
 */
export interface RetryPolicy extends RetryPolicySnapshot {
  readonly _tag: "RetryPolicy"
}

/** The tags of errors that a policy is asked about; a request for a retry is an answer of its own. */
type TagOf<E> = E extends { readonly _tag: infer T extends string } ? Exclude<T, "RetryRequested"> : never

/** One policy for every failure, or one answer for every error tag: all tags named, none invented, the two never mixed. */
export type Retry<E> = RetryPolicy | ({ readonly [T in TagOf<E>]: RetryPolicy | "fail" } & { readonly _tag?: never })

/**
 * Constructor of retry policies.
 *
 * @since 0.1.0
 */
export const RetryPolicy = {
  /**
   * Makes a policy.
   *
   * @param options - `maxRetries`: attempts after the first, ≥ 0; `delay`: wait before the first retry, none without it;
   *   `backoff`: how the wait grows, `linear` 1×, 2×, 3× or `exponential` 1×, 3×, 7×; `jitter`: `full` draws from zero to
   *   the wait, `plusMinus` adds or takes away up to one delay
   */
  make: (options: {
    readonly maxRetries: number
    readonly delay?: Duration.Input
    readonly backoff?: "linear" | "exponential"
    readonly jitter?: "full" | "plusMinus"
  }): RetryPolicy => {
    if (!Number.isInteger(options.maxRetries) || options.maxRetries < 0) {
      throw new TypeError(`RetryPolicy.make: maxRetries must be a whole number from 0, got ${options.maxRetries}`)
    }
    if (options.delay === undefined && (options.backoff !== undefined || options.jitter !== undefined)) {
      throw new TypeError("RetryPolicy.make: backoff and jitter need a delay to work on")
    }
    return {
      _tag: "RetryPolicy",
      maxRetries: options.maxRetries,
      ...(options.delay === undefined ? {} : { delayMillis: Duration.toMillis(options.delay) }),
      ...(options.backoff === undefined ? {} : { backoff: options.backoff }),
      ...(options.jitter === undefined ? {} : { jitter: options.jitter })
    }
  }
}
