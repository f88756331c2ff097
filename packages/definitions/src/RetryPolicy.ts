import type { RetryPolicySnapshot } from "@heddle/events/RetryPolicySnapshot"
import { OptionCheck } from "@heddle/events/OptionCheck"
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

/**
 * Failures around a body that a policy by tag may name: a worker process that died, a value that could not be stored or
 * loaded.
 */
export type SystemFailure = "WorkerCrashed" | "OutputNotStored" | "InputNotLoaded"

/**
 * One policy for every failure, or one answer for each error tag of the body: all of them are named and none is invented.
 * Failures around the body (`SystemFailure`) may be named beside them; without an answer they are not retried.
 */
export type Retry<E> =
  | RetryPolicy
  | ({ readonly [T in TagOf<E>]: RetryPolicy | "fail" } & {
      readonly [T in Exclude<SystemFailure, TagOf<E>>]?: RetryPolicy | "fail"
    } & { readonly _tag?: never })

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
   * @returns the policy; throws `InvalidOptions`
   */
  make: (options: {
    readonly maxRetries: number
    readonly delay?: Duration.Input
    readonly backoff?: "linear" | "exponential"
    readonly jitter?: "full" | "plusMinus"
  }): RetryPolicy => {
    const check = new OptionCheck("RetryPolicy.make")
      .wholeNumber("maxRetries", options.maxRetries ?? Number.NaN, 0)
      .duration("delay", options.delay)
      .oneOf("backoff", options.backoff, ["linear", "exponential"])
      .oneOf("jitter", options.jitter, ["full", "plusMinus"])
    for (const option of ["backoff", "jitter"] as const) {
      if (options.delay === undefined && options[option] !== undefined) {
        check.refuse(option, options[option], "left out where there is no delay")
      }
    }
    check.orThrow()
    return {
      _tag: "RetryPolicy",
      maxRetries: options.maxRetries,
      ...(options.delay === undefined ? {} : { delayMillis: Duration.toMillis(options.delay) }),
      ...(options.backoff === undefined ? {} : { backoff: options.backoff }),
      ...(options.jitter === undefined ? {} : { jitter: options.jitter })
    }
  }
}
