import type { ExecutionPlan, PlanStep, Source } from "./ExecutionPlan.ts"

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

const collectUpstream = (
  step: PlanStep,
  source: Source,
  plan: ExecutionPlan,
  whole: Set<number>,
  perKey: Set<number>
): void => {
  switch (source._tag) {
    case "Output": {
      const mapped = plan.steps[source.step]!.mappedOver !== undefined && step.mappedOver !== undefined
      ;(mapped ? perKey : whole).add(source.step)
      return
    }
    case "Each":
    case "Collect":
      whole.add(source.step)
      return
    case "Many":
      for (const inner of source.sources) collectUpstream(step, inner, plan, whole, perKey)
      return
    case "JobInput":
    case "Config":
  }
}

const collects = (source: Source): boolean =>
  source._tag === "Collect" || (source._tag === "Many" && source.sources.some(collects))

const make = (plan: ExecutionPlan): PlanIndex => {
  const lists = (): Array<Array<number>> => plan.steps.map(() => [])
  const upstreamWhole: Array<ReadonlyArray<number>> = []
  const upstreamPerKey: Array<ReadonlyArray<number>> = []
  const downstreamWhole = lists()
  const downstreamPerKey = lists()
  const mappedOver = lists()
  const byNodePath = new Map<string, number>()
  for (const [index, step] of plan.steps.entries()) {
    const whole = new Set<number>()
    const perKey = new Set<number>()
    for (const { source } of step.inputs) collectUpstream(step, source, plan, whole, perKey)
    for (const source of step.after) collectUpstream(step, source, plan, whole, perKey)
    upstreamWhole.push([...whole])
    upstreamPerKey.push([...perKey])
    for (const upstream of whole) downstreamWhole[upstream]!.push(index)
    for (const upstream of perKey) downstreamPerKey[upstream]!.push(index)
    if (step.mappedOver !== undefined) mappedOver[step.mappedOver.step]!.push(index)
    byNodePath.set(step.nodePath, index)
  }
  const isLate = plan.steps.map(
    (step) =>
      step.mappedOver !== undefined ||
      step.inputs.some(({ source }) => collects(source)) ||
      step.after.some((source) => collects(source))
  )
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
