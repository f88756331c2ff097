import type { AssetVersion } from "@heddle/events/AssetVersion"
import type { ErrorInfo } from "@heddle/events/ErrorInfo"
import type { KnownStep } from "@heddle/events/KnownStep"
import type { ExecutionPlan, PlanStep } from "../plan/ExecutionPlan.ts"
import { PlanIndex } from "../plan/PlanIndex.ts"
import type { Command, DecidedEvent } from "./Command.ts"
import type { Phase } from "./Phase.ts"
import type { Fan } from "./Fan.ts"
import { Place } from "./Place.ts"
import { ReadyQueue } from "./ReadyQueue.ts"
import type { Stage } from "./Stage.ts"
import { StepState } from "./StepState.ts"
import type { TagLimits } from "./TagLimits.ts"

const NOTHING: ReadonlyArray<Command> = []

/**
 * All that a run machine knows of its run, and the commands that follow from the event that it handles. Only the moves of
 * the machine change it.
 */
export class RunState {
  readonly plan: ExecutionPlan
  readonly index: PlanIndex
  /** Steps that ancestors have executed, by key. */
  readonly known: ReadonlyMap<string, KnownStep>
  stage: Stage = "created"
  /** How many steps may run at once: none before the executor is ready. */
  maxConcurrent = 0
  /** Whether a step waits for the success of its upstream steps, and not only for their outputs. */
  requireUpstreamStepSuccess = true
  readonly ready = new ReadyQueue<StepState>()
  /** Limits by tag, where there are some. */
  limits: TagLimits | undefined = undefined
  running = 0
  /** Steps, mapped steps without keys counted as one, that have not come to their end. */
  open: number
  /** Keys of the steps that failed, in order. */
  readonly failed: Array<string> = []
  /** Whether the first failure of a step ends the run. */
  raiseOnError = false
  /** The error that the run ends with, beside those of its steps. */
  runError: ErrorInfo | undefined = undefined
  /** The latest materialization or observation of each asset, of those that the steps make, check and depend on. */
  readonly assets: Map<string, AssetVersion>
  /** The place of steps that are not mapped. */
  readonly root = new Place(undefined, undefined, 0)
  /** Steps that came to their end and whose dependents have not heard of it. */
  readonly settled: Array<StepState> = []
  readonly #steps = new Map<string, StepState>()
  /** The steps at the root, by index in the plan. */
  readonly #atRoot: Array<StepState | undefined>
  /** The mapped steps whose keys are known, by index in the plan and by the place around them. */
  readonly #fans: Array<Map<Place, Fan> | undefined> = []
  #commands: Array<Command> = []
  /** The events of the last command, if it records events. */
  #recording: Array<DecidedEvent> | undefined = undefined

  constructor(
    plan: ExecutionPlan,
    known: ReadonlyArray<KnownStep> = [],
    assets: ReadonlyMap<string, AssetVersion> = new Map()
  ) {
    this.plan = plan
    this.index = PlanIndex.of(plan)
    this.known = new Map(known.map((step) => [step.stepKey, step]))
    this.assets = new Map(assets)
    this.open = plan.steps.length
    this.#atRoot = plan.steps.map((planned, i) => {
      if (planned.mappedOver !== undefined) return undefined
      const waiting = this.index.upstreamWhole[i]!.reduce((sum, { outputs }) => sum + outputs.length, 0)
      return this.add(new StepState(planned.key, i, planned, this.root, waiting))
    })
  }

  /** All steps that are known so far, those of mapped steps once their keys are. */
  get steps(): Iterable<StepState> {
    return this.#steps.values()
  }

  /** The step of a key, if there is one. */
  byKey(key: string): StepState | undefined {
    return this.#steps.get(key)
  }

  /** A step of the plan as it stands at a place, or around it. */
  at(place: Place, step: number): StepState | undefined {
    const depth = this.index.depth[step]!
    if (depth === 0) return this.#atRoot[step]
    const own = place.at(depth)
    return own.parent === undefined ? undefined : this.fan(own.parent, step)?.copies[own.position]
  }

  /** A mapped step of the plan one level below a place, if its keys are known. */
  fan(place: Place, step: number): Fan | undefined {
    return this.#fans[step]?.get(place)
  }

  /** Keeps what became of the keys of a mapped step. */
  setFan(place: Place, step: number, fan: Fan): void {
    const fans = this.#fans[step]
    if (fans === undefined) this.#fans[step] = new Map([[place, fan]])
    else fans.set(place, fan)
  }

  /** A mapped step of the plan as it stands around a place, if its keys are known. */
  fanAround(place: Place, step: number): Fan | undefined {
    return this.fan(place.at(this.index.depth[step]! - 1), step)
  }

  /** The mapped step that a copy belongs to. */
  fanOf({ index, place }: StepState): Fan {
    return this.fan(place.parent!, index)!
  }

  planned(step: number): PlanStep {
    return this.plan.steps[step]!
  }

  /** Adds the copy of a mapped step. */
  add(step: StepState): StepState {
    this.#steps.set(step.key, step)
    return step
  }

  /** Brings a step to its end as it is known. */
  endKnown(step: StepState, known: KnownStep): void {
    if (known.outcome === "unselected") {
      this.end(step, "abandoned")
    } else {
      step.takeOver(known)
      this.end(step, known.outcome)
    }
  }

  /** Brings a step to its end; its dependents hear of it when the move is settled. */
  end(step: StepState, phase: Phase): void {
    step.phase = phase
    this.settled.push(step)
    this.open -= 1
  }

  /** Asks for something to be done. */
  want(command: Command): void {
    this.#commands.push(command)
    this.#recording = undefined
  }

  /** Decides on an event; events decided on one after the other are recorded together. */
  record(event: DecidedEvent): void {
    if (this.#recording === undefined) {
      const events: Array<DecidedEvent> = []
      this.want({ _tag: "Record", events })
      this.#recording = events
    }
    this.#recording.push(event)
  }

  /** Takes the commands since the last call, in the order in which they are to be carried out. */
  takeCommands(): ReadonlyArray<Command> {
    if (this.#commands.length === 0) return NOTHING
    const commands = this.#commands
    this.#commands = []
    this.#recording = undefined
    return commands
  }
}
