import { TagLimit } from "@heddle/events/TagLimit"
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import type { ExecutionPlan } from "../plan/ExecutionPlan.ts"
import { ReadyOrder } from "./ReadyOrder.ts"

/** One of the groups that a step is counted in. */
interface Group {
  readonly name: string
  readonly limit: number
}

/**
 * The limits by tag of a run, who runs under them, and who is parked because a group is full. An immutable value.
 *
 * @since 0.1.0
 * @source Dagster TagConcurrencyLimitsCounter
 */
export interface TagLimits {
  /** The groups of each step of the plan. */
  readonly groups: ReadonlyArray<ReadonlyArray<Group>>
  readonly running: HashMap.HashMap<string, number>
  /** Steps that wait for a place in a group. */
  readonly parked: HashMap.HashMap<string, ReadyOrder>
}

const runningIn = (limits: TagLimits, { name }: Group): number =>
  Option.getOrElse(HashMap.get(limits.running, name), () => 0)

const parkedAt = (limits: TagLimits, { name }: Group): ReadyOrder =>
  Option.getOrElse(HashMap.get(limits.parked, name), () => ReadyOrder.empty)

const isFull = (limits: TagLimits, group: Group): boolean => runningIn(limits, group) >= group.limit

const count = (limits: TagLimits, step: number, by: number): TagLimits => {
  let { running } = limits
  for (const group of limits.groups[step]!) {
    running = HashMap.set(running, group.name, runningIn({ ...limits, running }, group) + by)
  }
  return { ...limits, running }
}

/** A step that may try again, and its priority. */
export interface Unparked {
  readonly key: string
  readonly priority: number
}

/** Lets the first that is parked at a group try again. */
const unpark = (limits: TagLimits, group: Group): readonly [TagLimits, ReadonlyArray<Unparked>] => {
  const order = parkedAt(limits, group)
  const priority = ReadyOrder.highest(order)
  const taken = ReadyOrder.take(order)
  return taken === undefined || priority === undefined
    ? [limits, []]
    : [{ ...limits, parked: HashMap.set(limits.parked, group.name, taken[1]) }, [{ key: taken[0], priority }]]
}

const unparkAll = (limits: TagLimits, groups: ReadonlyArray<Group>): readonly [TagLimits, ReadonlyArray<Unparked>] => {
  let after = limits
  const all: Array<Unparked> = []
  for (const group of groups) {
    if (isFull(after, group)) continue
    const [next, unparked] = unpark(after, group)
    after = next
    all.push(...unparked)
  }
  return [after, all]
}

/** Constructor and moves of limits. */
export const TagLimits = {
  /** The limits of a run before its first step; nothing when none is any step's. */
  make: (plan: ExecutionPlan, limits: ReadonlyArray<TagLimit> = []): TagLimits | undefined => {
    if (limits.length === 0) return undefined
    const groups = plan.steps.map(({ tags }) =>
      limits.flatMap((limit, i) => {
        const group = TagLimit.groupOf(limit, tags)
        return group === undefined ? [] : [{ name: `${i}=${group}`, limit: limit.limit }]
      })
    )
    return groups.every((of) => of.length === 0)
      ? undefined
      : { groups, running: HashMap.empty(), parked: HashMap.empty() }
  },

  /** Tells whether there is a place for a step in all of its groups. */
  admits: (limits: TagLimits, step: number): boolean => !limits.groups[step]!.some((group) => isFull(limits, group)),

  /** A step starts to run. */
  enter: (limits: TagLimits, step: number): TagLimits => count(limits, step, 1),

  /**
   * Parks a step for which there is no place. Those that wait at its other groups may try in its stead.
   *
   * @param step - index of the step in the plan
   * @param key - key of the step
   */
  park: (
    limits: TagLimits,
    step: number,
    key: string,
    priority: number
  ): readonly [TagLimits, ReadonlyArray<Unparked>] => {
    const groups = limits.groups[step]!
    const full = groups.find((group) => isFull(limits, group))!
    const order = ReadyOrder.add(parkedAt(limits, full), key, priority)
    return unparkAll({ ...limits, parked: HashMap.set(limits.parked, full.name, order) }, groups)
  },

  /** A step runs no more; whoever waits first at each of its groups may try. */
  leave: (limits: TagLimits, step: number): readonly [TagLimits, ReadonlyArray<Unparked>] =>
    unparkAll(count(limits, step, -1), limits.groups[step]!)
}
