import type * as Effect from "effect/Effect"

/** What a hook is told of the step that it runs after. */
export interface HookContext {
  readonly runId: string
  readonly jobName: string
  readonly stepKey: string
  readonly opName: string
  /** The error of a failed step as it was thrown; `undefined` after a success. */
  readonly error: unknown
}

/**
 * Runs after a step, on its success or on its failure. `R` is what it needs; a hook that fails does not change the run.
 *
 * @since 0.1.0
 * @source Dagster HookDefinition
 */
export interface Hook<out R> {
  readonly name: string
  readonly on: "success" | "failure"
  readonly run: (context: HookContext) => Effect.Effect<void, unknown, R>
}

/** What hooks need, together. */
export type HooksNeeds<H extends ReadonlyArray<Hook<any>>> = [H[number]] extends [never]
  ? never
  : H[number] extends Hook<infer R>
    ? R
    : never

/**
 * Constructors of hooks.
 *
 * @since 0.1.0
 */
export const Hook = {
  /** A hook that runs after a step has succeeded. */
  onSuccess: <E, R>(name: string, run: (context: HookContext) => Effect.Effect<void, E, R>): Hook<R> => ({
    name,
    on: "success",
    run
  }),
  /** A hook that runs after a step has failed for good. */
  onFailure: <E, R>(name: string, run: (context: HookContext) => Effect.Effect<void, E, R>): Hook<R> => ({
    name,
    on: "failure",
    run
  })
}
