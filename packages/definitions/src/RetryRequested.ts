import { OptionCheck } from "@heddle/events/OptionCheck"
import * as Data from "effect/Data"
import type * as Duration from "effect/Duration"
import { OptionNames } from "./OptionNames.ts"

/** What a body asks for. */
export interface RetryRequestedOptions {
  /**
   * How many attempts follow the first one: an integer ≥ 0.
   *
   * @default 1
   */
  readonly maxRetries?: number
  /**
   * The wait before the next attempt: a number of milliseconds, or a duration such as `"2 seconds"`.
   *
   * @default no wait
   */
  readonly wait?: Duration.Input
  /**
   * The error that made the body ask for another attempt. The events of the attempt contain it.
   *
   * @default no cause
   */
  readonly cause?: unknown
}

const optionNames: OptionNames<RetryRequestedOptions> = { maxRetries: "optional", wait: "optional", cause: "optional" }

/**
 * Asks for the step to be tried again, from inside its body; it goes before any retry policy.
 *
 * A body fails with it, throws it, or rejects its promise with it. A step that has used up its retries fails, and the
 * event of its failure holds `RetriesExhausted`.
 *
 * @param options - `maxRetries`, `wait`, and the `cause` of the request; throws `InvalidOptions`, which fails the step
 * @since 0.1.0
 * @source Dagster RetryRequested
 */
export class RetryRequested extends Data.TaggedError("RetryRequested")<RetryRequestedOptions> {
  constructor(options: RetryRequestedOptions = {}) {
    OptionNames.check("RetryRequested", options, optionNames)
    new OptionCheck("RetryRequested")
      .wholeNumber("maxRetries", options.maxRetries, 0)
      .duration("wait", options.wait)
      .orThrow()
    super(options)
  }
  override get message(): string {
    return "The body asked for another attempt"
  }
}
