import { PARTITION_TAG } from "@heddle/engine/plan/partitionTag"
import type { ExecutionPlan, Source } from "@heddle/engine/plan/ExecutionPlan"
import * as Option from "effect/Option"

/** The outputs of a plan that are assets. */
export const AssetOutputs = {
  /**
   * The sources of the values of the assets that a plan makes, by text key.
   *
   * @param plan - the plan
   */
  of: ({ steps }: ExecutionPlan): ReadonlyMap<string, Source> =>
    new Map(
      steps.flatMap(({ outputs }, step) =>
        outputs.flatMap(({ asset, name }) =>
          asset === undefined ? [] : [[asset.key, { _tag: "Output", step, output: name }] as const]
        )
      )
    ),

  /**
   * The value of one partition, of the value of a run.
   *
   * @param value - the value that the run has of the asset: by partition, if the asset is made by ranges
   * @param partition - key of the partition; the whole value without it
   * @param tags - tags of the run
   */
  partitionOf: (
    value: Option.Option<unknown>,
    partition: string | undefined,
    tags: { readonly [key: string]: string }
  ): Option.Option<unknown> => {
    if (partition === undefined || Option.isNone(value)) return value
    if (value.value instanceof Map && value.value.has(partition)) return Option.some(value.value.get(partition))
    return tags[PARTITION_TAG] === partition && !(value.value instanceof Map) ? value : Option.none()
  }
}
