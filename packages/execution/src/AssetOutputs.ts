import type { ExecutionPlan, Source } from "@heddle/engine/plan/ExecutionPlan"

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
    )
}
