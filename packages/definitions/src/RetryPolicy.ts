import type { RetryPolicySnapshot } from "@heddle/events/RetryPolicySnapshot"
import { OptionCheck } from "@heddle/events/OptionCheck"
import * as Duration from "effect/Duration"
import { OptionNames } from "./OptionNames.ts"

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
 * Options of a retry policy.
 *
 * @since 0.1.0
 */
export interface RetryPolicyOptions {
  /** How many attempts follow the first one: an integer ≥ 0. */
  readonly maxRetries: number
  /**
   * The wait before the first retry: a number of milliseconds, or a duration such as `"2 seconds"`.
   *
   * @default no wait
   * @example
   * { maxRetries: 3, delay: "500 millis", backoff: "exponential", jitter: "full" }
   */
  readonly delay?: Duration.Input
  /**
   * How the wait grows. The waits are 1, 2, 3 … delays with `linear`, and 1, 3, 7 … delays with `exponential`. It
   * requires `delay`.
   *
   * @default every wait is one delay
   */
  readonly backoff?: "linear" | "exponential"
  /**
   * Randomizes the wait. `full` draws it from between zero and the computed wait. `plusMinus` adds or subtracts up to
   * one delay. It requires `delay`.
   *
   * @default no jitter
   */
  readonly jitter?: "full" | "plusMinus"
}

/** `OptionCheck` reports a `maxRetries` that is missing, with the values that are allowed. */
const optionNames: OptionNames<Partial<RetryPolicyOptions>> = {
  maxRetries: "optional",
  delay: "optional",
  backoff: "optional",
  jitter: "optional"
}

/**
 * Constructor of retry policies.
 *
 * @since 0.1.0
 */
export const RetryPolicy = {
  /**
   * Makes a policy.
   *
   * @param options - `RetryPolicyOptions`
   * @returns the policy; throws `InvalidOptions` for a value that is not valid, and `DefinitionError` for an unknown option
   */
  make: (options: RetryPolicyOptions): RetryPolicy => {
    OptionNames.check("RetryPolicy.make", options, optionNames)
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
