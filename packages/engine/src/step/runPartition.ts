import { BodyPartition } from "@heddle/definitions/BodyPartition"
import type { JobDefinition } from "@heddle/definitions/JobDefinition"
import { partitionsOfJob } from "@heddle/definitions/partitionsOfJob"
import { PartitionKeyRange } from "@heddle/partitions/PartitionKeyRange"
import { PARTITION_TAG, RANGE_TAG } from "../plan/partitionTag.ts"
import type { RunRequest } from "../wire/StepRequest.ts"

/** The partitions of a run as its tags name them. */
const partitionOf = (tags: RunRequest["tags"]): { key: string } | { range: PartitionKeyRange } | undefined => {
  const key = tags[PARTITION_TAG]
  if (key !== undefined) return { key }
  const range = tags[RANGE_TAG] === undefined ? undefined : PartitionKeyRange.parse(tags[RANGE_TAG])
  return range === undefined ? undefined : { range }
}

/**
 * The partitions of a run, for the contexts of all its bodies.
 *
 * @param job - the part of the job that the run executes
 * @param run - the run
 */
export const runPartition = (
  job: JobDefinition,
  { partitionKeys, partitionMoment, runId, tags }: RunRequest
): BodyPartition =>
  new BodyPartition({
    for: partitionOf(tags),
    keys: partitionKeys,
    set: () => (partitionMoment === undefined ? undefined : partitionsOfJob(job)?.partitions.at(partitionMoment)),
    none: `run "${runId}" has no partition: it has no tag "${PARTITION_TAG}"`
  })

/** Keys of the partitions that a run is for; nothing for a run without partitions. */
export const keysOfRun = ({
  partitionKeys,
  tags
}: Pick<RunRequest, "partitionKeys" | "tags">): ReadonlyArray<string> | undefined => {
  const key = tags[PARTITION_TAG]
  return key === undefined ? partitionKeys : [key]
}
