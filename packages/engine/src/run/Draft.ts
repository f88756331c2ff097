import type { KnownStep } from "@heddle/events/KnownStep"
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import { PlanIndex } from "../plan/PlanIndex.ts"
import type { PlanStep } from "../plan/ExecutionPlan.ts"
import type { Command, DecidedEvent } from "./Command.ts"
import { type Expansion, type Keys, type Phase, RunState, type StepState } from "./RunState.ts"

/**
 * A run state while one event is being folded: the moves work on it, and it becomes an immutable state again. It never
 * leaves `transition`.
 */
export class Draft {
  readonly plan: RunState["plan"]
  readonly index: PlanIndex
  maxConcurrent: number
  requireUpstreamStepSuccess: boolean
  readonly known: RunState["known"]
  stage: RunState["stage"]
  ready: RunState["ready"]
  limits: RunState["limits"]
  running: number
  open: number
  failed: Keys | undefined
  runError: RunState["runError"]
  readonly raiseOnError: boolean
  readonly assets: RunState["assets"]
  readonly commands: Array<Command> = []
  /** Keys of steps that came to their end and whose dependents have not heard of it. */
  readonly settled: Array<string> = []
  #steps: RunState["steps"]
  #expansions: RunState["expansions"]
  #recording: Command | undefined
  #recorded: Array<DecidedEvent> = []
  readonly #from: RunState

  constructor(state: RunState) {
    this.#from = state
    this.plan = state.plan
    this.index = PlanIndex.of(state.plan)
    this.maxConcurrent = state.maxConcurrent
    this.requireUpstreamStepSuccess = state.requireUpstreamStepSuccess
    this.known = state.known
    this.stage = state.stage
    this.ready = state.ready
    this.limits = state.limits
    this.running = state.running
    this.open = state.open
    this.failed = state.failed
    this.runError = state.runError
    this.raiseOnError = state.raiseOnError
    this.assets = state.assets
    this.#steps = state.steps
    this.#expansions = state.expansions
  }

  step(key: string): StepState | undefined {
    return Option.getOrUndefined(HashMap.get(this.#steps, key))
  }

  planned(state: StepState): PlanStep {
    return this.plan.steps[state.step]!
  }

  set(state: StepState): void {
    // Nobody else sees the map before the draft is finished.
    if (this.#steps === this.#from.steps) this.#steps = HashMap.beginMutation(this.#steps)
    this.#steps = HashMap.set(this.#steps, state.key, state)
  }

  expansion(step: number): Expansion | undefined {
    return Option.getOrUndefined(HashMap.get(this.#expansions, step))
  }

  setExpansion(step: number, expansion: Expansion): void {
    this.#expansions = HashMap.set(this.#expansions, step, expansion)
  }

  /** All steps as they are now. Steps that are set during an iteration do not appear in it. */
  get allSteps(): ReadonlyArray<StepState> {
    return [...HashMap.values(this.#steps)]
  }

  /** The facts about a step from ancestors of the run, or about all copies of a mapped step together. */
  knownOf(key: string, placeholder: string): KnownStep | undefined {
    return this.known.get(key) ?? this.known.get(placeholder)
  }

  /** Brings a step to its end as it is known. */
  endKnown(step: StepState, known: KnownStep): void {
    if (known.outcome === "unselected") this.end(step, "abandoned")
    else this.end(RunState.fromKnown(step, known), known.outcome)
  }

  /** Brings a step to its end; its dependents hear of it when the move is settled. */
  end(step: StepState, phase: Phase): void {
    this.set({ ...step, phase })
    this.settled.push(step.key)
    this.open -= 1
  }

  /** Decides on an event; events decided on one after the other are recorded together. */
  record(event: DecidedEvent): void {
    const last = this.commands.at(-1)
    if (last === this.#recording && last !== undefined) {
      this.#recorded.push(event)
      return
    }
    this.#recorded = [event]
    this.#recording = { _tag: "Record", events: this.#recorded }
    this.commands.push(this.#recording)
  }

  finish(): RunState {
    return {
      ...this.#from,
      stage: this.stage,
      steps: this.#steps === this.#from.steps ? this.#steps : HashMap.endMutation(this.#steps),
      expansions: this.#expansions,
      ready: this.ready,
      limits: this.limits,
      running: this.running,
      maxConcurrent: this.maxConcurrent,
      requireUpstreamStepSuccess: this.requireUpstreamStepSuccess,
      open: this.open,
      failed: this.failed,
      runError: this.runError
    }
  }
}
