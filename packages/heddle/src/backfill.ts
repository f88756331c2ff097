import { type Backfill, backfill as run } from "@heddle/execution/backfill"
import type * as Effect from "effect/Effect"
import { withDefaultExecutors } from "./executors.ts"

/**
 * Makes partitions of assets or of a job, with a run for each. A job that names no executor runs in process, or in worker processes if
 * run config names the multiprocess executor.
 *
 * @see `backfill` of `@heddle/execution` for parameters, result and errors
 * @since 0.1.0
 * @source Dagster asset backfills
 */
export const backfill: Backfill = ((...call: ReadonlyArray<unknown>) =>
  withDefaultExecutors(Reflect.apply(run as () => Effect.Effect<unknown>, undefined, call))) as unknown as Backfill
