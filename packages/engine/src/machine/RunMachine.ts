import type { AssetVersion } from "@heddle/events/AssetVersion"
import { ErrorInfo } from "@heddle/events/ErrorInfo"
import type { HeddleEvent, HeddleEventOf } from "@heddle/events/HeddleEvent"
import type { KnownStep } from "@heddle/events/KnownStep"
import type { ExecutionPlan } from "../plan/ExecutionPlan.ts"
import { assetVersion } from "./assetVersion.ts"
import type { Command } from "./Command.ts"
import { onAttemptEnd, onHook, runningStep } from "./attemptEnd.ts"
import { decide, makeReady } from "./decide.ts"
import { block, launchClaimed, launchReady } from "./launch.ts"
import { endIfOver, endRun, interrupt, terminateAll } from "./runEnd.ts"
import { type RunSnapshot, snapshotOf } from "./RunSnapshot.ts"
import { RunState } from "./RunState.ts"
import { giveOutput, settle } from "./settle.ts"
import type { Stage } from "./Stage.ts"
import type { StepState } from "./StepState.ts"
import { TagLimits } from "./TagLimits.ts"

/** What a machine is made of, beside the plan. */
export interface RunMachineOptions {
  /**
   * Steps that ancestors of the run executed, or that are not selected.
   *
   * @default []
   */
  readonly known?: ReadonlyArray<KnownStep> | undefined
  /**
   * The latest materialization or observation of assets before the run, by text key.
   *
   * @default none
   */
  readonly assets?: ReadonlyMap<string, AssetVersion> | undefined
}

/**
 * Decides what a run does: it handles the events of the run's log one by one, and answers each with the commands that
 * follow from it. It has no clock, no chance and no I/O: time, ids and chance come in with the events, so that the same log
 * always gives the same commands, and a machine is rebuilt by feeding it the log.
 *
 * @since 0.1.0
 * @source dask's worker state machine, for a machine that keeps its state to itself and is checked after every event
 */
export class RunMachine {
  readonly #run: RunState

  /**
   * Makes the machine of a run before its first event.
   *
   * @param plan - what is to be run
   * @param options - what is known before the first event
   */
  constructor(plan: ExecutionPlan, { assets, known }: RunMachineOptions = {}) {
    this.#run = new RunState(plan, known, assets)
  }

  /** Where the run stands. */
  get stage(): Stage {
    return this.#run.stage
  }

  /** Whether the end of the run is in its log. */
  get isEnded(): boolean {
    return this.#run.stage === "ended"
  }

  /** Keys of the steps that failed, in order. */
  get failedSteps(): ReadonlyArray<string> {
    return [...this.#run.failed]
  }

  /** The attempts that were launched and have not ended. */
  get runningAttempts(): ReadonlyArray<{ readonly stepKey: string; readonly attempt: number }> {
    return Array.from(this.#run.steps)
      .filter(({ phase }) => phase === "running")
      .map(({ attempt, key }) => ({ stepKey: key, attempt }))
  }

  /** Copies all that the machine knows, as plain data. It takes time by the number of steps. */
  snapshot(): RunSnapshot {
    return snapshotOf(this.#run)
  }

  /**
   * Handles one event. Events that cannot be, or come too late, change nothing.
   *
   * @param event - an event that is in the log of the run
   * @returns the commands that follow from it, in the order in which they are to be carried out
   */
  handle(event: HeddleEvent): ReadonlyArray<Command> {
    const run = this.#run
    if (run.stage === "ended" || !take(run, event)) return NOTHING
    settle(run)
    if (run.stage === "running") launchReady(run)
    endIfOver(run)
    return run.takeCommands()
  }
}

const NOTHING: ReadonlyArray<Command> = []

/** Takes in what an event says. Returns whether something may follow from it. */
const take = (run: RunState, event: HeddleEvent): boolean => {
  switch (event._tag) {
    case "RUN_START":
      if (run.stage === "created") {
        run.stage = "starting"
        run.raiseOnError = event.raiseOnError === true
      }
      return false
    case "EXECUTOR_READY":
      return run.stage === "starting" && onExecutorReady(run, event)
    case "STEP_OUTPUT":
      return onOutput(run, event)
    case "HANDLED_OUTPUT":
      return !run.requireUpstreamStepSuccess && onStored(run, event)
    case "ASSET_MATERIALIZATION":
    case "ASSET_OBSERVATION":
      run.assets.set(event.asset, assetVersion(event))
      return false
    case "STEP_SUCCESS":
    case "STEP_FAILURE":
    case "STEP_UP_FOR_RETRY":
      return onAttemptEnd(run, event)
    case "HOOK_COMPLETED":
    case "HOOK_ERRORED":
    case "HOOK_SKIPPED":
      return onHook(run, event)
    case "STEP_RETRY_DUE": {
      const step = run.byKey(event.stepKey)
      if (step?.phase === "waiting" && run.stage === "running") makeReady(run, step)
      return true
    }
    case "POOL_CLAIMED":
      return onPool(run, event.stepKey, event.attempt, launchClaimed)
    case "ENGINE_EVENT":
      if (event.interrupted === true) {
        interrupt(run, event.message)
        return true
      }
      return (
        event.blocked !== undefined &&
        event.stepKey !== undefined &&
        onPool(run, event.stepKey, event.blocked.attempt, (_, step) => {
          if (step.phase === "claiming") block(run, step)
        })
      )
    case "RESOURCE_INIT_FAILURE":
      // One that carries a step key of a worker fails that step; before the executor is ready nothing can run.
      if (run.stage === "starting") endRun(run, "RUN_EXCEPTION", resourceFailed(event))
      return true
    case "RUN_CANCELING":
      if (run.stage !== "ending") {
        run.stage = "canceling"
        terminateAll(run)
      }
      return true
    case "RUN_SUCCESS":
    case "RUN_FAILURE":
    case "RUN_CANCELED":
      run.stage = "ended"
      return false
    default:
      return false
  }
}

/** The failure of a resource as the run's own error, with that of the user's code as its cause. */
const resourceFailed = ({ error, resource }: HeddleEventOf<"RESOURCE_INIT_FAILURE">): ErrorInfo => ({
  name: "ResourceFailed",
  message: `Resource "${resource}" failed to start: ${ErrorInfo.summary(error)}`,
  cause: error
})

const onExecutorReady = (
  run: RunState,
  { limits, maxConcurrent, requireUpstreamStepSuccess = true }: HeddleEventOf<"EXECUTOR_READY">
): true => {
  run.stage = "running"
  run.maxConcurrent = maxConcurrent
  run.requireUpstreamStepSuccess = requireUpstreamStepSuccess
  run.limits = TagLimits.make(run.plan, limits)
  for (const { key, mappedOver } of run.plan.steps) {
    if (mappedOver !== undefined) continue
    const step = run.byKey(key)!
    const known = run.known.get(key)
    if (known !== undefined) run.endKnown(step, known)
    else if (step.waiting === 0) decide(run, step)
  }
  return true
}

/** The answer of a pool. One that comes when the step no longer asks changes nothing. */
const onPool = (
  run: RunState,
  stepKey: string,
  attempt: number,
  move: (run: RunState, step: StepState) => void
): true => {
  const step = run.byKey(stepKey)
  const isAsking = step?.phase === "claiming" || step?.phase === "blocked"
  if (step !== undefined && isAsking && attempt === step.attempt + 1) move(run, step)
  return true
}

/** Only what a later decision reads is kept: optional outputs that are there, and mapping keys. */
const onOutput = (run: RunState, event: HeddleEventOf<"STEP_OUTPUT">): boolean => {
  const step = runningStep(run, event)
  if (step === undefined) return false
  const { mappingKeys, output } = event
  const mappingKey = mappingKeys?.at(-1)
  const declared = step.planned.outputs.find(({ name }) => name === output)
  if (mappingKey !== undefined) step.addKey(output, mappingKey)
  else if (declared?.required === false) step.optional = [...step.optional, output]
  // An output without a value is not stored: it is there once it has passed its check.
  const isThere = declared?.kind === "nothing" && event.typeCheck?.passed !== false
  return isThere && !run.requireUpstreamStepSuccess && onStored(run, event)
}

/** An output is stored, and steps may start by it. */
const onStored = (run: RunState, event: HeddleEventOf<"HANDLED_OUTPUT" | "STEP_OUTPUT">): boolean => {
  const step = runningStep(run, event)
  if (step === undefined) return false
  const isDynamic = step.planned.outputs.some(({ dynamic, name }) => dynamic && name === event.output)
  if (!isDynamic) giveOutput(run, step, event.output)
  return true
}
