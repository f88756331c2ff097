import type { ExecutionPlan } from "./ExecutionPlan.ts"
import { SourcePart } from "./SourcePart.ts"

/**
 * What can be worked out of a plan once, so that no event has to search for it: who waits for whom.
 *
 * A step waits `whole` for another when it needs all that the other stands for, and `perKey` when both are mapped over
 * one dynamic output and it needs only the copy with its own key.
 */
export interface PlanIndex {
  readonly upstreamWhole: ReadonlyArray<ReadonlyArray<number>>
  readonly upstreamPerKey: ReadonlyArray<ReadonlyArray<number>>
  /** In the order in which they are told of an end: those that wait for no keys first, then by plan. */
  readonly downstreamWhole: ReadonlyArray<ReadonlyArray<number>>
  readonly downstreamPerKey: ReadonlyArray<ReadonlyArray<number>>
  /** Whether a step is known only once the keys of a dynamic output are: it is mapped, or collects. */
  readonly isLate: ReadonlyArray<boolean>
  /** The steps that are mapped over the dynamic outputs of a step. */
  readonly mappedOver: ReadonlyArray<ReadonlyArray<number>>
  /** Index of each step by its node path. */
  readonly byNodePath: ReadonlyMap<string, number>
}

const indices = new WeakMap<ExecutionPlan, PlanIndex>()

const make = (plan: ExecutionPlan): PlanIndex => {
  const lists = (): Array<Array<number>> => plan.steps.map(() => [])
  const upstreamWhole: Array<ReadonlyArray<number>> = []
  const upstreamPerKey: Array<ReadonlyArray<number>> = []
  const downstreamWhole = lists()
  const downstreamPerKey = lists()
  const isLate: Array<boolean> = []
  const mappedOver = lists()
  const byNodePath = new Map<string, number>()
  for (const [index, step] of plan.steps.entries()) {
    const whole = new Set<number>()
    const perKey = new Set<number>()
    let collects = false
    for (const source of [...step.inputs.map((input) => input.source), ...step.after]) {
      for (const part of SourcePart.of(source)) {
        const isMapped = step.mappedOver !== undefined && plan.steps[part.step]!.mappedOver !== undefined
        ;(part._tag === "Output" && isMapped ? perKey : whole).add(part.step)
        collects ||= part._tag === "Collect"
      }
    }
    isLate.push(step.mappedOver !== undefined || collects)
    upstreamWhole.push([...whole])
    upstreamPerKey.push([...perKey])
    for (const upstream of whole) downstreamWhole[upstream]!.push(index)
    for (const upstream of perKey) downstreamPerKey[upstream]!.push(index)
    if (step.mappedOver !== undefined) mappedOver[step.mappedOver.step]!.push(index)
    byNodePath.set(step.nodePath, index)
  }
  for (const list of downstreamWhole) {
    if (list.some((step) => isLate[step])) list.sort((a, b) => Number(isLate[a]) - Number(isLate[b]) || a - b)
  }
  return { upstreamWhole, upstreamPerKey, downstreamWhole, downstreamPerKey, isLate, mappedOver, byNodePath }
}

/**
 * The index of a plan.
 *
 * @since 0.1.0
 */
export const PlanIndex = {
  /** Gives the index of a plan, made once for each plan. */
  of: (plan: ExecutionPlan): PlanIndex => {
    let index = indices.get(plan)
    if (index === undefined) indices.set(plan, (index = make(plan)))
    return index
  }
}
