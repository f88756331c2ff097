import { OptionCheck } from "@heddle/events/OptionCheck"
import type { OptionPresence } from "@heddle/events/OptionPresence"
import * as Schema from "effect/Schema"

/**
 * A run that cannot be executed again.
 *
 * @since 0.1.0
 */
export class ReexecutionError extends Schema.TaggedError<ReexecutionError>()("ReexecutionError", {
  parentRunId: Schema.String,
  problem: Schema.String
}) {
  override get message(): string {
    return `Cannot re-execute run "${this.parentRunId}": ${this.problem}`
  }
}

/**
 * Which run is executed again, and what of it.
 *
 * @since 0.1.0
 * @source Dagster ReexecutionOptions
 */
export interface ReexecutionOptions {
  /** The id of the run that is re-executed. */
  readonly parentRunId: string
  /** `failure`: only the steps that did not succeed; `start`: all steps. */
  readonly from: "failure" | "start"
  /**
   * The steps to execute, by their keys, with the clauses of `Selection`. The values that they need of other steps come
   * from the run and its ancestors.
   *
   * @default all steps that `from` names
   * @example
   * ["load+", "size_of[a]"]
   */
  readonly stepSelection?: ReadonlyArray<string>
}

const optionNames: OptionPresence<Pick<ReexecutionOptions, "stepSelection">> = { stepSelection: "optional" }

/** Constructors of re-execution options. */
export const ReexecutionOptions = {
  /**
   * Executes a run again as a whole, or only selected steps of it.
   *
   * @param parentRunId - id of the run
   * @param options - `stepSelection`: clauses over step keys, such as `load`, `load+`, `*load`, `size_of[a]`
   * @returns the options; throws `InvalidOptions`
   * @source Dagster ReexecutionOptions
   */
  make: (parentRunId: string, options: Pick<ReexecutionOptions, "stepSelection"> = {}): ReexecutionOptions => {
    OptionCheck.read("ReexecutionOptions.make", options, optionNames).orThrow()
    return { parentRunId, from: "start", ...options }
  },
  /** Executes what a run did not bring to success; what it did is taken over, with the values that it gave. */
  fromFailure: (parentRunId: string): ReexecutionOptions => ({ parentRunId, from: "failure" }),
  /** Executes a run again as a whole. */
  fromStart: (parentRunId: string): ReexecutionOptions => ({ parentRunId, from: "start" })
}
