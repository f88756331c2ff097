import { EventId } from "@heddle/events/EventId"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { Instance } from "@heddle/storage/Instance"
import { AssetLog, type LatestOfAsset } from "@heddle/storage/AssetLog"
import type { StorageError } from "@heddle/storage/StorageError"
import * as Effect from "effect/Effect"
import type { PlanStep } from "../plan/ExecutionPlan.ts"
import { PARTITION_TAG } from "../plan/partitionTag.ts"
import type { AssetVersion } from "@heddle/events/AssetVersion"
import type { RunRequest } from "../wire/StepRequest.ts"
import { assetVersion } from "../machine/assetVersion.ts"

/**
 * The events that say, before a run starts, which assets it will materialize and which checks it will evaluate.
 *
 * @param steps - the steps that the run executes
 * @param request - the run
 * @param timestamp - time of the events, in milliseconds since the epoch
 */
export const plannedAssets = (
  steps: ReadonlyArray<PlanStep>,
  request: Pick<RunRequest, "runId" | "tags" | "partitionKeys">,
  timestamp: number
): ReadonlyArray<HeddleEvent> => {
  const { partitionKeys, runId, tags } = request
  const partition = tags[PARTITION_TAG]
  const stamp = (key: string) => ({ id: `${EventId.ofRun(0)}~planned~${key}`, runId, timestamp })
  return steps.flatMap(({ outputs }) =>
    outputs.flatMap(({ asset, check }): ReadonlyArray<HeddleEvent> => {
      if (asset?.kind === "materialization") {
        if (asset.isPartitioned && partitionKeys !== undefined) {
          return partitionKeys.map((each) => ({
            _tag: "ASSET_MATERIALIZATION_PLANNED",
            ...stamp(`${asset.key}~${each}`),
            asset: asset.key,
            partition: each
          }))
        }
        return [
          {
            _tag: "ASSET_MATERIALIZATION_PLANNED",
            ...stamp(asset.key),
            asset: asset.key,
            ...(asset.isPartitioned && partition !== undefined ? { partition } : {})
          }
        ]
      }
      if (check === undefined) return []
      const { asset: key, name } = check
      return [{ _tag: "ASSET_CHECK_EVALUATION_PLANNED", ...stamp(`${key}:${name}`), asset: key, check: name }]
    })
  )
}

/** The latest materialization or observation, whichever is later. */
const versionOf = ({ isObservedLast, materialization, observation }: LatestOfAsset): AssetVersion | undefined => {
  const event = isObservedLast ? observation : (materialization ?? observation)
  return event === undefined ? undefined : assetVersion(event)
}

/**
 * Reads the latest materialization or observation of the assets that steps make, check and depend on: of the run's partition
 * where there is one, of the last one of a range, and otherwise of any.
 *
 * @param steps - the steps that the run executes
 * @param run - the run
 */
export const latestAssets = Effect.fnUntraced(function* (
  steps: ReadonlyArray<PlanStep>,
  { partitionKeys, tags }: Pick<RunRequest, "tags" | "partitionKeys">
): Effect.fn.Return<ReadonlyMap<string, AssetVersion>, StorageError, Instance> {
  const keys = [...new Set(steps.flatMap((step) => step.assets ?? []))]
  if (keys.length === 0) return new Map()
  const log = yield* AssetLog
  const partition = tags[PARTITION_TAG] ?? partitionKeys?.at(-1)
  const ofPartition = partition === undefined ? new Map<string, LatestOfAsset>() : yield* log.latest(keys, partition)
  // What was made of another partition says nothing of the one that is made now.
  const partitioned = new Set(
    partition === undefined
      ? []
      : steps.flatMap(({ outputs }) => outputs.flatMap(({ asset }) => (asset?.isPartitioned ? [asset.key] : [])))
  )
  const others = keys.filter((key) => !ofPartition.has(key) && !partitioned.has(key))
  const found = new Map([...ofPartition, ...(others.length === 0 ? [] : yield* log.latest(others))])
  const versions = new Map<string, AssetVersion>()
  for (const [key, latest] of found) {
    const version = versionOf(latest)
    if (version !== undefined) versions.set(key, version)
  }
  return versions
})
