import { PartitionMapping } from "@heddle/partitions/PartitionMapping"
import type { PartitionMoment, Partitions } from "@heddle/partitions/Partitions"
import { PartitionsDescription } from "@heddle/partitions/PartitionsDescription"
import { PartitionSubset } from "@heddle/partitions/PartitionSubset"
import { UpstreamPartitionsMissing } from "@heddle/partitions/UpstreamPartitions"
import * as Result from "effect/Result"
import { BackfillPolicy } from "./BackfillPolicy.ts"
import { ContextError } from "./ContextError.ts"
import type { InputDefinition, OpDefinition } from "./OpDefinition.ts"
import { ValuePartitions } from "./ValuePartitions.ts"

/** What a run is for, as far as inputs need it. */
export interface PartitionsOfRun {
  /** Keys of the partitions of the run; nothing for a run without partitions. */
  readonly keys: ReadonlyArray<string> | undefined
  /** When the run looked at the partitions that exist; nothing if the job knows no partitions. */
  readonly moment: PartitionMoment | undefined
}

/**
 * The upstream partitions whose values an input is.
 *
 * @since 0.1.0
 */
export interface InputPartitions {
  readonly keys: ReadonlyArray<string>
  /** Whether they arrive as a map from key to value. */
  readonly many: boolean
}

/**
 * Finds the upstream partitions whose values inputs are.
 *
 * @since 0.1.0
 */
export const InputPartitions = {
  /**
   * Finds the upstream partitions that an input needs, as the run sees partitions: the same for all of its steps and processes.
   *
   * @param input - the input, with the mapping that it names
   * @param op - the op, whose outputs say the partitions of downstream
   * @param upstream - the partitions of the asset whose value the input is
   * @param run - what the run is for
   * @returns the partitions; nothing where neither the run nor the input chooses any. Throws `InvalidPartitions` for a mapping
   *   that does not fit, and `UpstreamPartitionsMissing`
   */
  of: (
    input: InputDefinition,
    op: OpDefinition,
    upstream: Partitions<string> | undefined,
    { keys, moment }: PartitionsOfRun
  ): InputPartitions | undefined => {
    if (upstream === undefined || moment === undefined) return undefined
    const { asset, check } = op.outputs.find((output) => (output.asset ?? output.check) !== undefined) ?? {}
    const made = asset ?? check
    if (made === undefined) return undefined
    const ranges = made.partitions !== undefined && BackfillPolicy.takesRanges(made.backfill)
    const downstream = made.partitions
    if (downstream !== undefined && keys === undefined) return undefined
    const mapping = input.asset?.mapping
    if (mapping === undefined && downstream !== undefined && keys !== undefined) {
      // What is mostly the case needs no arithmetic.
      const isSame = PartitionsDescription.equals(downstream.description, upstream.description)
      if (isSame) return { keys, many: ranges }
    }
    const chosen = mapping ?? Result.getOrThrow(PartitionMapping.infer(downstream, upstream))
    const own =
      downstream === undefined || keys === undefined
        ? undefined
        : Result.getOrThrow(PartitionSubset.of(downstream.at(moment), keys))
    const up = upstream.at(moment)
    const { missing, subset } = Result.getOrThrow(PartitionMapping.upstream(chosen, own, up))
    if (missing.length > 0) {
      throw new UpstreamPartitionsMissing({ partitions: PartitionsDescription.describe(upstream.description), missing })
    }
    return { keys: [...PartitionSubset.keys(subset)], many: chosen.many || ranges }
  },

  /**
   * What the context of a body says of the partitions of an input.
   *
   * @param member - the member that is asked, for errors
   * @param op - the op of the body
   * @param name - the name of the input
   * @param run - what the run is for
   * @returns the answers. Throws `ContextError` for an input that is not the value of an asset, and as `of` does
   */
  members: (member: string, op: OpDefinition, name: string, run: PartitionsOfRun): ValuePartitions => {
    const input = op.inputs.find((each) => each.name === name)
    if (input?.asset === undefined) {
      const problem = `input "${name}" of op "${op.name}" is not the value of an asset`
      throw new ContextError({ member, problem })
    }
    const { asset, partitions } = input
    const keys = InputPartitions.of(input, op, partitions, run)?.keys ?? []
    return new ValuePartitions({ asset: asset.asset, partitions, keys, moment: run.moment }, "ForInput")
  }
}
