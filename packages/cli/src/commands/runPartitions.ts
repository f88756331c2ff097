import type { AnyJob } from "@heddle/definitions/Job"
import * as Effect from "effect/Effect"
import type { LiveBackfillOptions } from "../LiveBackfill.ts"
import { LiveRun, type LiveRunOptions } from "../LiveRun.ts"
import type { ChosenPartitions } from "./PartitionFlags.ts"

/** What runs have in common, whether there is one of them or many. */
type CommonOptions = Omit<LiveRunOptions, "partitionKey" | "partitionRange" | "runId" | "reexecution"> &
  Omit<LiveBackfillOptions, "partitionRange" | "backfillId" | "maxConcurrentRuns">

/**
 * Runs a job for the partitions that a command names: in one run, or in a run for each.
 *
 * @param job - the job
 * @param options - what each run is given
 * @param chosen - the partitions
 * @param runId - the id of the one run
 */
export const runPartitions = Effect.fnUntraced(function* (
  job: AnyJob,
  options: CommonOptions,
  chosen: ChosenPartitions,
  runId: string | undefined
) {
  if (chosen._tag === "Run") {
    const { _tag, ...partitions } = chosen
    return yield* LiveRun.execute(job, { ...options, ...partitions, runId })
  }
  const { _tag, ...partitions } = chosen
  const { LiveBackfill } = yield* Effect.promise(() => import("../LiveBackfill.ts"))
  return yield* LiveBackfill.execute(job, { ...options, ...partitions })
})
