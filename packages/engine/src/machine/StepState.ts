import type { KnownStep } from "@heddle/events/KnownStep"
import type { PlanStep } from "../plan/ExecutionPlan.ts"
import type { Phase } from "./Phase.ts"
import type { Place } from "./Place.ts"

const NONE: ReadonlyArray<string> = []

/** One step of a run; a mapped step of the plan has one of these for each of its mapping keys. */
export class StepState {
  readonly key: string
  /** Index in the plan. */
  readonly index: number
  readonly planned: PlanStep
  /** Where it stands among the mapping keys. */
  readonly place: Place
  phase: Phase = "pending"
  /** How many of the outputs that it needs may still be given: those of steps that have not ended, less those that are there. */
  waiting: number
  /** Attempts that were launched. */
  attempt = 0
  /** Optional outputs that the last attempt gave. */
  optional: ReadonlyArray<string> = NONE
  /** Outputs that are stored, of any attempt; kept only where downstream steps start by them. */
  given: ReadonlyArray<string> = NONE
  /** Mapping keys that the last attempt gave, by dynamic output. */
  keys: Map<string, Array<string>> | undefined = undefined
  /** The ancestor that executed it; this run without one. */
  runId: string | undefined = undefined
  /** Events of hooks that are still to come after its end; it holds its place until then. */
  hooks = 0

  constructor(key: string, index: number, planned: PlanStep, place: Place, waiting: number) {
    this.key = key
    this.index = index
    this.planned = planned
    this.place = place
    this.waiting = waiting
  }

  /** Whether it has come to its end. */
  get isOver(): boolean {
    const { phase } = this
    return phase === "success" || phase === "failure" || phase === "skipped" || phase === "abandoned"
  }

  /** The mapping keys of a dynamic output, in the order in which they came. */
  keysOf(output: string): ReadonlyArray<string> {
    return this.keys?.get(output) ?? NONE
  }

  /** Adds a mapping key of a dynamic output. */
  addKey(output: string, key: string): void {
    this.keys ??= new Map()
    const keys = this.keys.get(output)
    if (keys === undefined) this.keys.set(output, [key])
    else keys.push(key)
  }

  /** Begins the next attempt. What the last one gave is forgotten. */
  beginAttempt(): void {
    this.phase = "running"
    this.attempt += 1
    this.optional = NONE
    this.keys = undefined
  }

  /** Takes over what an ancestor of the run knows of the step. */
  takeOver({ keys, outputs, runId }: KnownStep): void {
    this.optional = outputs
    this.runId = runId
    for (const [output, list] of Object.entries(keys ?? {})) for (const key of list) this.addKey(output, key)
  }
}
