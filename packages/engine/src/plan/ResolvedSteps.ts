import type { KnownStep } from "@heddle/events/KnownStep"
import { StepKey } from "@heddle/events/StepKey"
import type { ExecutionPlan, PlanStep } from "./ExecutionPlan.ts"
import { SourcePart } from "./SourcePart.ts"

/** One thing that can be selected, and the names of those that it needs. */
export interface Selectable {
  readonly name: string
  readonly upstream: ReadonlyArray<string>
}

/**
 * The steps of a plan by key, with those that each needs: mapped ones once for each mapping key that is known, and once,
 * under their placeholder, for all that are to come.
 *
 * @param plan - the plan of a run
 * @param known - what its ancestors have executed
 */
export const resolvedSteps = (plan: ExecutionPlan, known: ReadonlyArray<KnownStep>): ReadonlyArray<Selectable> => {
  const knownKeys = new Map(known.map((step) => [step.stepKey, step.keys]))
  const keysOf = ({ mappedOver }: PlanStep): ReadonlyArray<string> =>
    mappedOver === undefined ? [] : (knownKeys.get(plan.steps[mappedOver.step]!.key)?.[mappedOver.output] ?? [])
  /** Keys of the steps that a part of a source reads, for the copy with a mapping key, or for those that are to come. */
  const upstream = (source: SourcePart, mappingKey: string | undefined): ReadonlyArray<string> => {
    switch (source._tag) {
      case "Each":
        return [plan.steps[source.step]!.key]
      case "Output": {
        const step = plan.steps[source.step]!
        return step.mappedOver === undefined || mappingKey === undefined
          ? [step.key]
          : [StepKey.make(step.nodePath, [mappingKey])]
      }
      case "Collect": {
        const step = plan.steps[source.step]!
        const keys = keysOf(step)
        return keys.length === 0 ? [step.key] : keys.map((key) => StepKey.make(step.nodePath, [key]))
      }
    }
  }
  return plan.steps.flatMap((step) => {
    const parts = [...step.inputs.map(({ source }) => source), ...step.after].flatMap(SourcePart.of)
    const above = (mappingKey: string | undefined) => [...new Set(parts.flatMap((part) => upstream(part, mappingKey)))]
    return [
      { name: step.key, upstream: above(undefined) },
      ...keysOf(step).map((key) => ({ name: StepKey.make(step.nodePath, [key]), upstream: above(key) }))
    ]
  })
}
