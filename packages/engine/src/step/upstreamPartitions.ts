import type { AssetSpec } from "@heddle/definitions/AssetNode"
import type { InputDefinition, OpDefinition } from "@heddle/definitions/OpDefinition"
import { PartitionMapping } from "@heddle/partitions/PartitionMapping"
import { PartitionsDescription } from "@heddle/partitions/PartitionsDescription"
import { PartitionSubset } from "@heddle/partitions/PartitionSubset"
import { UpstreamPartitionsMissing } from "@heddle/partitions/UpstreamPartitions"
import * as Result from "effect/Result"
import { PARTITION_TAG } from "../plan/partitionTag.ts"
import type { RunRequest } from "../wire/StepRequest.ts"

/** The upstream partitions whose values an input is. */
export interface InputPartitions {
  readonly keys: ReadonlyArray<string>
  /** Whether they arrive as a map from key to value. */
  readonly many: boolean
}

/**
 * Finds the upstream partitions that an input needs, as the run sees partitions: the same for all of its steps and processes.
 *
 * @param input - the input, with the mapping that it names
 * @param op - the op, whose outputs say the partitions of downstream
 * @param upstream - the partitions of the asset whose value the input is
 * @param run - the run
 * @returns the partitions; nothing where neither the run nor the input chooses any. Throws `InvalidPartitions` for a mapping
 *   that does not fit, and `UpstreamPartitionsMissing`
 */
export const upstreamPartitions = (
  input: InputDefinition,
  op: OpDefinition,
  upstream: AssetSpec["partitions"],
  { partitionMoment: moment, tags }: RunRequest
): InputPartitions | undefined => {
  const made = op.outputs.find(({ asset }) => asset !== undefined)?.asset
  // A check on its own is for the partition of the run.
  if (upstream === undefined || made === undefined || moment === undefined) return undefined
  const key = tags[PARTITION_TAG]
  const downstream = made.partitions
  if (downstream !== undefined && key === undefined) return undefined
  const mapping = input.asset?.mapping
  if (mapping === undefined && downstream !== undefined && key !== undefined) {
    // What is mostly the case needs no arithmetic.
    const isSame = PartitionsDescription.equals(downstream.description, upstream.description)
    if (isSame) return { keys: [key], many: false }
  }
  const chosen = mapping ?? Result.getOrThrow(PartitionMapping.infer(downstream, upstream))
  const own =
    downstream === undefined || key === undefined
      ? undefined
      : Result.getOrThrow(PartitionSubset.of(downstream.at(moment), [key]))
  const up = upstream.at(moment)
  const { missing, subset } = Result.getOrThrow(PartitionMapping.upstream(chosen, own, up))
  if (missing.length > 0) {
    throw new UpstreamPartitionsMissing({ partitions: PartitionsDescription.describe(upstream.description), missing })
  }
  return { keys: [...PartitionSubset.keys(subset)], many: chosen.many }
}
