import type { KnownStep } from "@heddle/events/KnownStep"
import { StepKey } from "@heddle/events/StepKey"
import type { ExecutionPlan, PlanStep } from "./ExecutionPlan.ts"
import { resolvedSteps } from "./ResolvedSteps.ts"

/** Tells of a step of the plan whether it is selected, or some copy of it. */
const selecting = (selected: ReadonlySet<string>): ((step: PlanStep) => boolean) => {
  const paths = new Set([...selected].map(StepKey.nodePath))
  return ({ key, mappedOver, nodePath }) => (mappedOver === undefined ? selected.has(key) : paths.has(nodePath))
}

/**
 * Which steps of an earlier run a run that executes only selected ones takes over.
 *
 * @since 0.1.0
 */
export const StepSubset = {
  /**
   * What selected steps need and nobody has given.
   *
   * @param plan - the plan of the run
   * @param known - what its ancestors have executed
   * @param selected - keys of the selected steps
   * @returns one sentence for each need; none when the selection can be executed
   */
  unmet: (
    plan: ExecutionPlan,
    known: ReadonlyArray<KnownStep>,
    selected: ReadonlySet<string>
  ): ReadonlyArray<string> => {
    const keysOf = new Map(known.map((step) => [step.stepKey, step.keys]))
    const given = new Set(known.flatMap(({ outcome, stepKey }) => (outcome === "unselected" ? [] : [stepKey])))
    const planned = new Map(plan.steps.map((step) => [step.nodePath, step]))
    const isThere = (key: string): boolean => {
      if (selected.has(key)) return true
      const { key: placeholder, mappedOver, nodePath } = planned.get(StepKey.nodePath(key))!
      if (mappedOver === undefined) return given.has(key)
      if (selected.has(placeholder)) return true
      // A source that is executed again may give other mapping keys.
      const source = plan.steps[mappedOver.step]!.key
      if (selected.has(source) || !given.has(source)) return false
      if (key !== placeholder) return given.has(key)
      return (keysOf.get(source)?.[mappedOver.output] ?? []).every((one) => isThere(StepKey.make(nodePath, [one])))
    }
    return resolvedSteps(plan, known).flatMap(({ name, upstream }) =>
      selected.has(name)
        ? upstream
            .filter((key) => !isThere(key))
            .map(
              (key) =>
                `step "${name}" needs the output of "${key}", which did not succeed in the run or its ancestors: select "${key}" too`
            )
        : []
    )
  },

  /**
   * The steps that are taken over: what ancestors have executed, less what is selected, and what is not to be executed.
   *
   * @param parentRunId - id of the run that is re-executed
   * @param plan - the plan of the run
   * @param known - what its ancestors have executed
   * @param selected - keys of the selected steps
   */
  known: (
    parentRunId: string,
    plan: ExecutionPlan,
    known: ReadonlyArray<KnownStep>,
    selected: ReadonlySet<string>
  ): ReadonlyArray<KnownStep> => {
    const isSelected = selecting(selected)
    const placeholderOf = new Map(plan.steps.map(({ key, nodePath }) => [nodePath, key]))
    const isTaken = (stepKey: string): boolean =>
      !selected.has(stepKey) && !selected.has(placeholderOf.get(StepKey.nodePath(stepKey)) ?? stepKey)
    // What an ancestor was asked not to execute is not known of this run.
    const others = known.filter(({ outcome, stepKey }) => outcome !== "unselected" && isTaken(stepKey))
    const there = new Set(others.map(({ stepKey }) => stepKey))
    const keys = new Map(known.map((step) => [step.stepKey, step.keys]))
    const unselected = plan.steps.flatMap((step): ReadonlyArray<string> => {
      const { key, mappedOver, nodePath } = step
      if (mappedOver === undefined || !isSelected(step)) return isTaken(key) && !there.has(key) ? [key] : []
      if (selected.has(key)) return []
      const mappingKeys = keys.get(plan.steps[mappedOver.step]!.key)?.[mappedOver.output] ?? []
      return mappingKeys
        .map((mappingKey) => StepKey.make(nodePath, [mappingKey]))
        .filter((copy) => isTaken(copy) && !there.has(copy))
    })
    return [
      ...others,
      ...unselected.map((stepKey): KnownStep => ({ stepKey, runId: parentRunId, outcome: "unselected", outputs: [] }))
    ]
  }
}
