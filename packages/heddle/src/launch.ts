import { launch as start, launchDetached as startDetached, type Launch } from "@heddle/execution/launch"
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { withDefaultExecutors } from "./executors.ts"

type Erased = (...call: ReadonlyArray<unknown>) => Effect.Effect<unknown, unknown, unknown>

/** The types of a call are worked out by its signature, and erased here. */
const offering = (launch: unknown): Erased => {
  const erased = launch as Erased
  return (...call) => withDefaultExecutors(erased(...call))
}

/**
 * Starts a run and returns once it is recorded, with a handle to follow it, wait for it and cancel it. The run belongs to
 * the scope. Jobs that name no executor offer those of `executeJob`.
 *
 * @see `launch` of `@heddle/execution` for parameters, result and errors
 * @since 0.1.0
 */
export const launch = offering(start) as unknown as Launch<Scope.Scope>

/**
 * Starts a run as `launch` does, but lets it go on when the caller's scope closes or the caller is interrupted.
 *
 * @see `launchDetached` of `@heddle/execution`
 * @since 0.1.0
 */
export const launchDetached = offering(startDetached) as unknown as Launch<never>
