import { AssetCheckKey } from "@heddle/events/AssetCheckKey"
import type { Partitions } from "@heddle/partitions/Partitions"
import { PartitionsDescription } from "@heddle/partitions/PartitionsDescription"
import type { AssetSpec } from "./AssetNode.ts"
import { DefinitionError } from "./DefinitionError.ts"
import type { JobDefinition } from "./JobDefinition.ts"
import type { JobPartitions } from "./JobPartitions.ts"

/**
 * The assets with partitions that a job makes or checks, in the order of the assets.
 *
 * @param job - the job, or the part of it that a run executes
 * @since 0.1.0
 */
export const partitionedAssets = ({ assets }: JobDefinition): ReadonlyArray<AssetSpec> => {
  if (assets === undefined) return []
  const { graph, selection } = assets
  const checked = [...selection.checks].map((key) => AssetCheckKey.parse(key).asset)
  return [...new Set([...selection.assets, ...checked])].flatMap((key) => {
    const spec = graph.assets.get(key)?.spec
    return spec?.partitions === undefined ? [] : [spec]
  })
}

/** The assets of each kind of partitions. */
const byPartitions = (job: JobDefinition): ReadonlyArray<readonly [Partitions<string>, Array<string>]> => {
  const found: Array<readonly [Partitions<string>, Array<string>]> = []
  for (const { key, partitions } of partitionedAssets(job)) {
    if (partitions === undefined) continue
    const same = found.find(([other]) => PartitionsDescription.equals(other.description, partitions.description))
    if (same === undefined) found.push([partitions, [key]])
    else same[1].push(key)
  }
  return found
}

/**
 * The partitions of a job: its own, or those of the assets that it makes or checks.
 *
 * @param job - the job, or the part of it that a run executes
 * @returns the partitions; nothing for a job without partitions. Throws `DefinitionError` if its assets have several
 * @since 0.1.0
 */
export const partitionsOfJob = (job: JobDefinition): JobPartitions | undefined => {
  if (job.partitions !== undefined) return job.partitions
  const [first, ...others] = byPartitions(job)
  if (first === undefined) return undefined
  if (others.length === 0) return { partitions: first[0] }
  const problems = [first, ...others].map(([{ description }, keys]) => ({
    place: keys.map((key) => `asset "${key}"`).join(", "),
    message: `partitions: ${PartitionsDescription.describe(description)}. A run is for partitions of one kind: select assets of one`
  }))
  throw new DefinitionError({ subject: `job "${job.name}"`, problems })
}
