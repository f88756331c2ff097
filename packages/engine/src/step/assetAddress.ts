import type { AssetAddress } from "@heddle/definitions/IOManager"
import type { AssetSpec } from "@heddle/definitions/AssetNode"
import { PARTITION_TAG } from "../plan/partitionTag.ts"
import type { RunRequest } from "../wire/StepRequest.ts"

/** Where the value of an asset is stored: that of the run's partition, if the asset has partitions. */
export const assetAddress = (
  { key, partitions }: Pick<AssetSpec, "key" | "partitions">,
  { tags }: Pick<RunRequest, "tags">
): AssetAddress => {
  const partition = tags[PARTITION_TAG]
  return partitions === undefined || partition === undefined ? { asset: key } : { asset: key, partition }
}
