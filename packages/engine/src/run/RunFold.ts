import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { KnownStep } from "@heddle/events/KnownStep"
import type { ExecutionPlan } from "../plan/ExecutionPlan.ts"
import type { AssetVersion } from "@heddle/events/AssetVersion"
import type { Command } from "./Command.ts"
import { RunState } from "./RunState.ts"
import { transition } from "./transition.ts"

/** The state of a run by the events that are in its log so far. */
export class RunFold {
  #state: RunState

  /**
   * @param known - steps that ancestors of the run executed
   * @param assets - what is known of assets before the run
   */
  constructor(
    plan: ExecutionPlan,
    known: ReadonlyArray<KnownStep> | undefined,
    assets: ReadonlyMap<string, AssetVersion> | undefined
  ) {
    this.#state = RunState.make(plan, known, assets)
  }

  get state(): RunState {
    return this.#state
  }

  get isEnded(): boolean {
    return this.#state.stage === "ended"
  }

  /** Folds an event, and returns the commands that follow from it. */
  fold(event: HeddleEvent): ReadonlyArray<Command> {
    const [next, commands] = transition(this.#state, event)
    this.#state = next
    return commands
  }
}
