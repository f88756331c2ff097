import { OptionCheck } from "@heddle/events/OptionCheck"
import * as Data from "effect/Data"
import type * as Duration from "effect/Duration"

/** What a body asks for. */
export interface RetryRequestedOptions {
  /** Attempts after the first, integer ≥ 0; 1 without it. */
  readonly maxRetries?: number
  /** Time before the next attempt; none without it. */
  readonly wait?: Duration.Input
  /** The error that made the body ask; the events of the attempts hold it. */
  readonly cause?: unknown
}

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
