import type { ExecutionPlan } from "./ExecutionPlan.ts"
import { SourcePart } from "./SourcePart.ts"

/** What one step needs of another: the outputs by name, each once. */
export interface NeededOutputs {
  /** Index of the other step: of the upstream one for the one that waits, and of the one that waits for the upstream one. */
  readonly step: number
  readonly outputs: ReadonlyArray<string>
}

/**
 * The facts about a plan that are computed once, so that no event has to search for them: which step waits for which.
 *
 * A step waits `whole` for another when it needs all that the other stands for, and `perKey` when both are mapped over
 * one dynamic output and it needs only the copy with its own key.
 */
export interface PlanIndex {
  readonly upstreamWhole: ReadonlyArray<ReadonlyArray<NeededOutputs>>
  readonly upstreamPerKey: ReadonlyArray<ReadonlyArray<NeededOutputs>>
  /** In the order in which they are told of an end: those that wait for no keys first, then by plan. */
  readonly downstreamWhole: ReadonlyArray<ReadonlyArray<NeededOutputs>>
  readonly downstreamPerKey: ReadonlyArray<ReadonlyArray<NeededOutputs>>
  /** Whether a step is known only once the keys of a dynamic output are: it is mapped, or collects. */
  readonly isLate: ReadonlyArray<boolean>
  /** How many dynamic outputs each step is mapped over, one inside the other: 0 for a step that is not mapped. */
  readonly depth: ReadonlyArray<number>
  /** The steps that are mapped over the dynamic outputs of a step. */
  readonly mappedOver: ReadonlyArray<ReadonlyArray<number>>
  /** Index of each step by its node path. */
  readonly byNodePath: ReadonlyMap<string, number>
}

const indices = new WeakMap<ExecutionPlan, PlanIndex>()

const needs = (outputs: ReadonlyMap<number, ReadonlySet<string>>): ReadonlyArray<NeededOutputs> =>
  Array.from(outputs, ([step, names]) => ({ step, outputs: [...names] }))

const make = (plan: ExecutionPlan): PlanIndex => {
  const lists = <A>(): Array<Array<A>> => plan.steps.map(() => [])
  const upstreamWhole: Array<ReadonlyArray<NeededOutputs>> = []
  const upstreamPerKey: Array<ReadonlyArray<NeededOutputs>> = []
  const downstreamWhole = lists<NeededOutputs>()
  const downstreamPerKey = lists<NeededOutputs>()
  const isLate: Array<boolean> = []
  const depth: Array<number> = []
  const mappedOver = lists<number>()
  const byNodePath = new Map<string, number>()
  for (const [index, step] of plan.steps.entries()) {
    const whole = new Map<number, Set<string>>()
    const perKey = new Map<number, Set<string>>()
    let collects = false
    for (const source of [...step.inputs.map((input) => input.source), ...step.after]) {
      for (const part of SourcePart.of(source)) {
        const isMapped = step.mappedOver !== undefined && plan.steps[part.step]!.mappedOver !== undefined
        const outputs = part._tag === "Output" && isMapped ? perKey : whole
        const names = outputs.get(part.step)
        if (names === undefined) outputs.set(part.step, new Set([part.output]))
        else names.add(part.output)
        collects ||= part._tag === "Collect"
      }
    }
    depth.push(step.mappedOver === undefined ? 0 : depth[step.mappedOver.step]! + 1)
    isLate.push(step.mappedOver !== undefined || collects)
    upstreamWhole.push(needs(whole))
    upstreamPerKey.push(needs(perKey))
    for (const { outputs, step } of upstreamWhole[index]!) downstreamWhole[step]!.push({ step: index, outputs })
    for (const { outputs, step } of upstreamPerKey[index]!) downstreamPerKey[step]!.push({ step: index, outputs })
    if (step.mappedOver !== undefined) mappedOver[step.mappedOver.step]!.push(index)
    byNodePath.set(step.nodePath, index)
  }
  for (const list of downstreamWhole) {
    if (list.some(({ step }) => isLate[step])) {
      list.sort((a, b) => Number(isLate[a.step]) - Number(isLate[b.step]) || a.step - b.step)
    }
  }
  return { upstreamWhole, upstreamPerKey, downstreamWhole, downstreamPerKey, isLate, depth, mappedOver, byNodePath }
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
