import { BodyPartition } from "@heddle/definitions/BodyPartition"
import type { JobDefinition } from "@heddle/definitions/JobDefinition"
import { partitionsOfJob } from "@heddle/definitions/partitionsOfJob"
import { PARTITION_TAG } from "../plan/partitionTag.ts"
import type { RunRequest } from "../wire/StepRequest.ts"

/**
 * The partition of a run, for the contexts of all its bodies.
 *
 * @param job - the part of the job that the run executes
 * @param run - the run
 */
export const runPartition = (job: JobDefinition, { partitionMoment, runId, tags }: RunRequest): BodyPartition =>
  new BodyPartition({
    key: tags[PARTITION_TAG],
    set: () => (partitionMoment === undefined ? undefined : partitionsOfJob(job)?.partitions.at(partitionMoment)),
    none: `run "${runId}" has no partition: it has no tag "${PARTITION_TAG}"`
  })
