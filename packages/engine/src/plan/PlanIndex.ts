import type { ExecutionPlan, Source } from "./ExecutionPlan.ts"
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

/** What steps need of each other, gathered for one step at a time. */
class Needs {
  readonly #outputs = new Map<number, Set<string>>()

  add({ output, step }: SourcePart): void {
    const names = this.#outputs.get(step)
    if (names === undefined) this.#outputs.set(step, new Set([output]))
    else names.add(output)
  }

  /** Takes what was gathered, and tells the other side of each. */
  take(of: number, downstream: Array<ReadonlyArray<NeededOutputs>>): ReadonlyArray<NeededOutputs> {
    if (this.#outputs.size === 0) return NONE
    const upstream: Array<NeededOutputs> = []
    for (const [step, names] of this.#outputs) {
      const outputs = [...names]
      upstream.push({ step, outputs })
      append(downstream, step, { step: of, outputs })
    }
    this.#outputs.clear()
    return upstream
  }
}

const NONE: ReadonlyArray<never> = []

/** Adds to the list of a step; most steps have none, and share the empty one. */
const append = <A>(lists: Array<ReadonlyArray<A>>, step: number, value: A): void => {
  const list = lists[step]
  if (list === NONE || list === undefined) lists[step] = [value]
  // Only lists that were made here have members.
  else (list as Array<A>).push(value)
}

const make = (plan: ExecutionPlan): PlanIndex => {
  const lists = <A>(): Array<ReadonlyArray<A>> => plan.steps.map(() => NONE)
  const upstreamWhole: Array<ReadonlyArray<NeededOutputs>> = []
  const upstreamPerKey: Array<ReadonlyArray<NeededOutputs>> = []
  const downstreamWhole = lists<NeededOutputs>()
  const downstreamPerKey = lists<NeededOutputs>()
  const isLate: Array<boolean> = []
  const depth: Array<number> = []
  const mappedOver = lists<number>()
  const byNodePath = new Map<string, number>()
  const [whole, perKey] = [new Needs(), new Needs()]
  for (const [index, step] of plan.steps.entries()) {
    let collects = false
    const isMapped = step.mappedOver !== undefined
    const add = (source: Source): void => {
      for (const part of SourcePart.of(source)) {
        const isPerKey = part._tag === "Output" && isMapped && plan.steps[part.step]!.mappedOver !== undefined
        ;(isPerKey ? perKey : whole).add(part)
        collects ||= part._tag === "Collect"
      }
    }
    for (const { source } of step.inputs) add(source)
    for (const source of step.after) add(source)
    depth.push(step.mappedOver === undefined ? 0 : depth[step.mappedOver.step]! + 1)
    isLate.push(isMapped || collects)
    upstreamWhole.push(whole.take(index, downstreamWhole))
    upstreamPerKey.push(perKey.take(index, downstreamPerKey))
    if (step.mappedOver !== undefined) append(mappedOver, step.mappedOver.step, index)
    byNodePath.set(step.nodePath, index)
  }
  for (const [step, list] of downstreamWhole.entries()) {
    if (!list.some((need) => isLate[need.step])) continue
    downstreamWhole[step] = list.toSorted((a, b) => Number(isLate[a.step]) - Number(isLate[b.step]) || a.step - b.step)
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
