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
    return `Cannot execute run "${this.parentRunId}" again: ${this.problem}`
  }
}

/**
 * Which run is executed again, and what of it.
 *
 * @since 0.1.0
 * @source Dagster ReexecutionOptions
 */
export interface ReexecutionOptions {
  readonly parentRunId: string
  /** `failure`: only what the run did not bring to success; `start`: all of it. */
  readonly from: "failure" | "start"
  /**
   * Selects steps by their keys, with the clauses of `Selection`; only those are executed, and what they need of others
   * is taken from the run and its ancestors.
   */
  readonly stepSelection?: ReadonlyArray<string>
}

/** Constructors of re-execution options. */
export const ReexecutionOptions = {
  /**
   * Executes a run again as a whole, or only selected steps of it.
   *
   * @param parentRunId - id of the run
   * @param options - `stepSelection`: clauses over step keys, such as `load`, `load+`, `*load`, `size_of[a]`
   * @source Dagster ReexecutionOptions
   */
  make: (
    parentRunId: string,
    options: { readonly stepSelection?: ReadonlyArray<string> } = {}
  ): ReexecutionOptions => ({ parentRunId, from: "start", ...options }),
  /** Executes what a run did not bring to success; what it did is taken over, with the values that it gave. */
  fromFailure: (parentRunId: string): ReexecutionOptions => ({ parentRunId, from: "failure" }),
  /** Executes a run again as a whole. */
  fromStart: (parentRunId: string): ReexecutionOptions => ({ parentRunId, from: "start" })
}
