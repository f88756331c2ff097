import { TagLimit } from "@heddle/events/TagLimit"
import type { ExecutionPlan } from "../plan/ExecutionPlan.ts"
import { ReadyQueue } from "./ReadyQueue.ts"
import type { StepState } from "./StepState.ts"

/** Steps that share one limit. */
class Group {
  readonly name: string
  readonly #limit: number
  #running = 0
  /** Steps that wait for a place. */
  readonly parked = new ReadyQueue<StepState>()

  constructor(name: string, limit: number) {
    this.name = name
    this.#limit = limit
  }

  get isFull(): boolean {
    return this.#running >= this.#limit
  }

  get running(): number {
    return this.#running
  }

  enter(): void {
    this.#running += 1
  }

  leave(): void {
    this.#running -= 1
  }
}

/** Steps that share one limit, at one moment. */
export interface GroupSnapshot {
  /** Number of the limit, and the value of the tag where each value has a limit of its own. */
  readonly name: string
  readonly isFull: boolean
  /** How many of its steps hold a place. */
  readonly running: number
  /** Keys of the steps that wait for a place of it, in order. */
  readonly parked: ReadonlyArray<string>
}

/** A step that may try again, and its priority. */
export interface Unparked {
  readonly step: StepState
  readonly priority: number
}

/**
 * The limits by tag of a run, who runs under them, and who is parked because a group is full.
 *
 * @source Dagster TagConcurrencyLimitsCounter
 */
export class TagLimits {
  /** The groups of each step of the plan. */
  readonly #groups: ReadonlyArray<ReadonlyArray<Group>>

  private constructor(groups: ReadonlyArray<ReadonlyArray<Group>>) {
    this.#groups = groups
  }

  /** The limits of a run before its first step; nothing when none is any step's. */
  static make(plan: ExecutionPlan, limits: ReadonlyArray<TagLimit> = []): TagLimits | undefined {
    if (limits.length === 0) return undefined
    const groups = new Map<string, Group>()
    const ofSteps = plan.steps.map(({ tags }) =>
      limits.flatMap((limit, i) => {
        const value = TagLimit.groupOf(limit, tags)
        if (value === undefined) return []
        const name = `${i}=${value}`
        let group = groups.get(name)
        if (group === undefined) groups.set(name, (group = new Group(name, limit.limit)))
        return [group]
      })
    )
    return groups.size === 0 ? undefined : new TagLimits(ofSteps)
  }

  /** Tells whether there is a place for a step in all of its groups. */
  admits({ index }: StepState): boolean {
    return !this.#groups[index]!.some((group) => group.isFull)
  }

  /** A step starts to run. */
  enter({ index }: StepState): void {
    for (const group of this.#groups[index]!) group.enter()
  }

  /** Parks a step for which there is no place. Those that wait at its other groups may try in its stead. */
  park(step: StepState, priority: number): ReadonlyArray<Unparked> {
    const groups = this.#groups[step.index]!
    groups.find((group) => group.isFull)!.parked.add(step, priority)
    return unpark(groups)
  }

  /** A step runs no more; whoever waits first at each of its groups may try. */
  leave({ index }: StepState): ReadonlyArray<Unparked> {
    const groups = this.#groups[index]!
    for (const group of groups) group.leave()
    return unpark(groups)
  }

  /** Who runs and who is parked in each group of steps. */
  get groups(): ReadonlyArray<GroupSnapshot> {
    return Array.from(new Set(this.#groups.flat()), ({ isFull, name, parked, running }) => ({
      name,
      isFull,
      running,
      parked: parked.values.map(({ key }) => key)
    }))
  }
}

/** Lets the first that is parked at each group with a place try again. */
const unpark = (groups: ReadonlyArray<Group>): ReadonlyArray<Unparked> => {
  const all: Array<Unparked> = []
  for (const { isFull, parked } of groups) {
    const priority = isFull ? undefined : parked.highest
    const step = priority === undefined ? undefined : parked.take()
    if (step !== undefined) all.push({ step, priority: priority! })
  }
  return all
}
