import type { AssetVersion } from "@heddle/events/AssetVersion"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { KnownStep } from "@heddle/events/KnownStep"
import * as Equal from "effect/Equal"
import type { ExecutionPlan } from "../plan/ExecutionPlan.ts"
import type { StepRequest } from "../wire/StepRequest.ts"
import type { DecidedEvent } from "../machine/Command.ts"
import { RunMachine } from "../machine/RunMachine.ts"
import { LostRun } from "./LostRun.ts"

/** A log read again. */
export interface Replayed {
  /** The attempts that the engine launches by this log, in order. */
  readonly launches: ReadonlyArray<StepRequest>
  /** Where the log says something else than the engine decides by it; nothing in the log of any run of Heddle. */
  readonly contradictions: ReadonlyArray<string>
}

/** What an event says, without run and time. */
const said = ({ runId: _runId, timestamp: _timestamp, ...rest }: HeddleEvent): object => rest

const attemptOf = ({ attempt, stepKey }: { readonly stepKey: string; readonly attempt: number }): string =>
  `attempt ${attempt} of step "${stepKey}"`

/** Tells whether only the engine may say this. */
const isDecided = (event: HeddleEvent): boolean =>
  event._tag === "STEP_SKIPPED" ||
  event._tag === "RUN_SUCCESS" ||
  event._tag === "RUN_CANCELED" ||
  // A wire that could not be opened is not the engine's to decide on.
  (event._tag === "RUN_FAILURE" && event.reason !== "JOB_INITIALIZATION_FAILURE")

/**
 * Reads the log of a run again: the same events give the same commands.
 *
 * @since 0.1.0
 */
export const Replay = {
  /**
   * Folds a log from its start, and compares what the engine wants by it with what the log says was done.
   *
   * The log may stop anywhere, as that of a killed process does: what the last events ask for need not be there.
   *
   * @param plan - the plan of the run
   * @param events - its log, in order
   * @param known - what it took over from its ancestors
   * @param assets - what was known of assets when the run was made
   */
  of: (
    plan: ExecutionPlan,
    events: ReadonlyArray<HeddleEvent>,
    known: ReadonlyArray<KnownStep> = [],
    assets: ReadonlyMap<string, AssetVersion> = new Map()
  ): Replayed => {
    const launches: Array<StepRequest> = []
    const contradictions: Array<string> = []
    const launched = new Set<string>()
    const awaited = new Set<string>()
    const claiming = new Set<string>()
    /** Decided by the engine, and not in the log yet. */
    const due = new Map<string, DecidedEvent>()
    const machine = new RunMachine(plan, { known, assets })
    const check = (event: HeddleEvent): void => {
      // Written in the stead of a process that could not say what it had decided.
      if (LostRun.isMark(event)) return
      const decided = due.get(event.id)
      due.delete(event.id)
      if (decided !== undefined) {
        if (!Equal.equals(said(event), decided)) {
          contradictions.push(`the engine decides on ${JSON.stringify(decided)}, the log says ${JSON.stringify(event)}`)
        }
      } else if (isDecided(event)) {
        contradictions.push(`the engine does not decide on ${JSON.stringify(event)}`)
      }
      if (event._tag === "STEP_START" || event._tag === "STEP_RESTARTED") {
        if (!launched.delete(attemptOf(event))) contradictions.push(`the engine does not launch ${attemptOf(event)}`)
      }
      if (event._tag === "STEP_RETRY_DUE" && !awaited.delete(attemptOf(event))) {
        contradictions.push(`the engine does not wait after ${attemptOf(event)}`)
      }
      // A slot may come when the engine has withdrawn meanwhile.
      if (event._tag === "POOL_CLAIMED" && !claiming.has(`${attemptOf(event)} in "${event.pool}"`)) {
        contradictions.push(`the engine does not claim a slot of pool "${event.pool}" for ${attemptOf(event)}`)
      }
    }
    for (const event of events) {
      check(event)
      for (const command of machine.handle(event)) {
        switch (command._tag) {
          case "LaunchStep":
            launches.push(command.request)
            launched.add(attemptOf(command.request))
            break
          case "AwaitRetry":
            awaited.add(attemptOf(command))
            break
          case "Record":
            for (const decided of command.events) due.set(decided.id, decided)
            break
          case "ClaimPool":
            claiming.add(`${attemptOf(command)} in "${command.pool}"`)
            break
          case "ReleasePool":
          case "TerminateStep":
        }
      }
    }
    const last = events.at(-1)
    if (machine.isEnded && last !== undefined && !LostRun.isMark(last)) {
      for (const decided of due.values()) contradictions.push(`the log lacks ${JSON.stringify(decided)}`)
    }
    return { launches, contradictions }
  }
}
