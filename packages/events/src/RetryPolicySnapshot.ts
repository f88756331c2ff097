import * as Schema from "effect/Schema"

/**
 * A retry policy as data: how often a failed step is retried, and after how long.
 *
 * @since 0.1.0
 * @source Dagster RetryPolicy
 */
export interface RetryPolicySnapshot {
  readonly maxRetries: number
  /** Milliseconds before the first retry. */
  readonly delayMillis?: number
  readonly backoff?: "linear" | "exponential"
  readonly jitter?: "full" | "plusMinus"
}

const schema: Schema.Codec<RetryPolicySnapshot> = Schema.Struct({
  maxRetries: Schema.Int,
  delayMillis: Schema.optionalKey(Schema.Finite),
  backoff: Schema.optionalKey(Schema.Literals(["linear", "exponential"])),
  jitter: Schema.optionalKey(Schema.Literals(["full", "plusMinus"]))
})

/**
 * The schema of retry policies as data, and the delays that they ask for.
 *
 * @since 0.1.0
 */
export const RetryPolicySnapshot = {
  schema,

  /**
   * Computes the delay before a retry: first the backoff, then the jitter.
   *
   * @param policy - the policy; `delayMillis` in milliseconds, ≥ 0
   * @param retry - number of the retry, integer from 1
   * @param random - number in [0, 1) for the jitter; passed in to keep the function pure
   * @returns milliseconds, ≥ 0 and always finite
   * @source Dagster RetryPolicy.calculate_delay (seconds there)
   */
  delayMillis: (policy: RetryPolicySnapshot, retry: number, random: number): number => {
    const delay = policy.delayMillis ?? 0
    const factor = policy.backoff === "exponential" ? 2 ** retry - 1 : policy.backoff === "linear" ? retry : 1
    const grown = delay === 0 ? 0 : Math.min(factor * delay, Number.MAX_SAFE_INTEGER)
    if (policy.jitter === "full") return grown * random
    if (policy.jitter === "plusMinus") return Math.max(0, grown + (2 * random - 1) * delay)
    return grown
  }
}
