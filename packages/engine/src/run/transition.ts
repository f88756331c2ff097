import { ErrorInfo } from "@heddle/events/ErrorInfo"
import { EventId } from "@heddle/events/EventId"
import type { HeddleEvent, HeddleEventOf } from "@heddle/events/HeddleEvent"
import * as HashMap from "effect/HashMap"
import { assetVersion } from "./assetVersion.ts"
import type { Command } from "./Command.ts"
import { decide, makeReady } from "./decide.ts"
import { Draft } from "./Draft.ts"
import { block, launchClaimed, launchReady, leave, withdraw } from "./launch.ts"
import { RunState, type StepState } from "./RunState.ts"
import { giveOutput, settle } from "./settle.ts"
import { TagLimits } from "./TagLimits.ts"

const NOTHING: ReadonlyArray<Command> = []

/**
 * Folds one event of the log into the state of its run, and returns the commands that follow from it. Pure: time, ids
 * and chance come in with the event, so that the same log always gives the same states and the same commands.
 *
 * @param state - the state before the event
 * @param event - an event that is in the log
 * @returns the state after it, and the commands in the order in which they are to be carried out
 * @since 0.1.0
 */
export const transition = (
  state: RunState,
  event: HeddleEvent
): readonly [state: RunState, commands: ReadonlyArray<Command>] => {
  if (state.stage === "ended") return [state, NOTHING]
  switch (event._tag) {
    case "RUN_START":
      return state.stage === "created"
        ? [{ ...state, stage: "starting", raiseOnError: event.raiseOnError === true }, NOTHING]
        : [state, NOTHING]
    case "EXECUTOR_READY":
      return move(state, (draft) => onExecutorReady(draft, event))
    case "STEP_OUTPUT":
      return onOutput(state, event)
    case "HANDLED_OUTPUT":
      return state.requireUpstreamStepSuccess ? [state, NOTHING] : onStored(state, event)
    case "ASSET_MATERIALIZATION":
    case "ASSET_OBSERVATION":
      return [{ ...state, assets: HashMap.set(state.assets, event.asset, assetVersion(event)) }, NOTHING]
    case "STEP_SUCCESS":
      return onAttempt(state, event, (draft, step) => draft.end(step, "success"))
    case "STEP_FAILURE":
      return onAttempt(state, event, (draft, step) => {
        draft.failed = { key: step.key, before: draft.failed }
        draft.end(step, "failure")
        if (event.crashed === true) draft.runError ??= crashed(event)
        if (event.source === "INTERRUPT" && draft.stage === "running") {
          interrupt(draft, `Step "${step.key}" was interrupted, but nobody asked to cancel the run`)
        } else if (draft.raiseOnError && draft.stage === "running" && event.error.name !== "RetriesDisabled") {
          draft.stage = "raised"
          draft.runError = event.error
          terminateAll(draft)
        }
      })
    case "STEP_UP_FOR_RETRY":
      return onAttempt(state, event, (draft, step) => {
        if (draft.stage !== "running") {
          draft.end(step, "abandoned")
        } else if (event.waitMillis <= 0) {
          makeReady(draft, step)
        } else {
          draft.set({ ...step, phase: "waiting" })
          draft.commands.push({
            _tag: "AwaitRetry",
            stepKey: step.key,
            attempt: step.attempt,
            dueAt: event.timestamp + event.waitMillis
          })
        }
      })
    case "HOOK_COMPLETED":
    case "HOOK_ERRORED":
    case "HOOK_SKIPPED":
      return onHook(state, event)
    case "STEP_RETRY_DUE":
      return move(state, (draft) => {
        const step = draft.step(event.stepKey)
        if (step?.phase === "waiting" && draft.stage === "running") makeReady(draft, step)
      })
    case "POOL_CLAIMED":
      return onPool(state, event.stepKey, event.attempt, (draft, step) => launchClaimed(draft, step))
    case "ENGINE_EVENT":
      if (event.interrupted === true) return move(state, (draft) => interrupt(draft, event.message))
      return event.blocked === undefined || event.stepKey === undefined
        ? [state, NOTHING]
        : onPool(state, event.stepKey, event.blocked.attempt, (draft, step) => {
            if (step.phase === "claiming") block(draft, step)
          })
    case "RESOURCE_INIT_FAILURE":
      // One that carries a step key of a worker fails that step; before the executor is ready nothing can run.
      return state.stage === "starting"
        ? move(state, (draft) => endRun(draft, "RUN_EXCEPTION", resourceFailed(event)))
        : [state, NOTHING]
    case "RUN_CANCELING":
      return move(state, (draft) => {
        if (draft.stage === "ending") return
        draft.stage = "canceling"
        terminateAll(draft)
      })
    case "RUN_SUCCESS":
    case "RUN_FAILURE":
    case "RUN_CANCELED":
      return [{ ...state, stage: "ended" }, NOTHING]
    default:
      return [state, NOTHING]
  }
}

/** Makes a move with all its consequences, and returns the new state. */
const move = (
  state: RunState,
  f: (draft: Draft) => void
): readonly [state: RunState, commands: ReadonlyArray<Command>] => {
  const draft = new Draft(state)
  f(draft)
  settle(draft)
  if (draft.stage === "running") launchReady(draft)
  endIfOver(draft)
  return [draft.finish(), draft.commands]
}

const onExecutorReady = (
  draft: Draft,
  { limits, maxConcurrent, requireUpstreamStepSuccess = true }: HeddleEventOf<"EXECUTOR_READY">
): void => {
  if (draft.stage !== "starting") return
  draft.stage = "running"
  draft.maxConcurrent = maxConcurrent
  draft.requireUpstreamStepSuccess = requireUpstreamStepSuccess
  draft.limits = TagLimits.make(draft.plan, limits)
  for (const { key, mappedOver } of draft.plan.steps) {
    if (mappedOver !== undefined) continue
    const step = draft.step(key)!
    const known = draft.known.get(key)
    if (known !== undefined) draft.endKnown(step, known)
    else if (step.waiting === 0) decide(draft, step)
  }
}

/** The end of an attempt. The end of a stale attempt, or of one that was never launched, changes nothing. */
const onAttempt = (
  state: RunState,
  event: HeddleEventOf<"STEP_SUCCESS" | "STEP_FAILURE" | "STEP_UP_FOR_RETRY">,
  f: (draft: Draft, step: StepState) => void
) =>
  move(state, (draft) => {
    const step = draft.step(event.stepKey)
    if (step === undefined || step.phase !== "running" || step.attempt !== event.attempt) return
    const hooks = event._tag === "STEP_UP_FOR_RETRY" ? 0 : (event.hooks?.length ?? 0)
    if (hooks === 0) leave(draft, step)
    f(draft, hooks === 0 ? step : { ...step, hooks })
  })

/** The answer of a pool. One that comes when the step no longer asks changes nothing. */
const onPool = (
  state: RunState,
  stepKey: string,
  attempt: number,
  f: (draft: Draft, step: StepState) => void
): readonly [state: RunState, commands: ReadonlyArray<Command>] =>
  move(state, (draft) => {
    const step = draft.step(stepKey)
    if (step === undefined || attempt !== step.attempt + 1) return
    if (step.phase === "claiming" || step.phase === "blocked") f(draft, step)
  })

/** What a hook did after the end of a step. With the last hook, the step releases its place. */
const onHook = (
  state: RunState,
  event: HeddleEventOf<"HOOK_COMPLETED" | "HOOK_ERRORED" | "HOOK_SKIPPED">
): readonly [state: RunState, commands: ReadonlyArray<Command>] => {
  const draft = new Draft(state)
  const step = draft.step(event.stepKey)
  if (step === undefined || step.hooks === 0 || step.attempt !== event.attempt) return [state, NOTHING]
  return move(state, (draft) => {
    draft.set({ ...step, hooks: step.hooks - 1 })
    if (step.hooks === 1) leave(draft, step)
  })
}

/** The failure of a resource as the run's own error, with that of the user's code as its cause. */
const resourceFailed = ({ error, resource }: HeddleEventOf<"RESOURCE_INIT_FAILURE">): ErrorInfo => ({
  name: "ResourceFailed",
  message: `Resource "${resource}" failed to start: ${ErrorInfo.summary(error)}`,
  cause: error
})

/** The end of the process of a step as the run's own error. */
const crashed = ({ error, stepKey }: HeddleEventOf<"STEP_FAILURE">): ErrorInfo => ({
  name: "StepCrashed",
  message: `The process of step "${stepKey}" ended before the step did: ${ErrorInfo.summary(error)}`,
  cause: error
})

/** Only what a later decision reads is kept: optional outputs that are there, and mapping keys. */
const onOutput = (
  state: RunState,
  event: HeddleEventOf<"STEP_OUTPUT">
): readonly [state: RunState, commands: ReadonlyArray<Command>] => {
  const draft = new Draft(state)
  const step = draft.step(event.stepKey)
  if (step === undefined || step.phase !== "running" || step.attempt !== event.attempt) return [state, NOTHING]
  const { mappingKeys, output } = event
  const mappingKey = mappingKeys?.at(-1)
  const declared = draft.planned(step).outputs.find(({ name }) => name === output)
  if (mappingKey !== undefined) {
    const keys = { key: mappingKey, before: step.keys?.[output] }
    draft.set({ ...step, keys: { ...step.keys, [output]: keys } })
  } else if (declared?.required === false) {
    draft.set({ ...step, optional: [...step.optional, output] })
  } else if (declared?.kind !== "nothing" || state.requireUpstreamStepSuccess) {
    return [state, NOTHING]
  }
  const next = draft.finish()
  // An output without a value is not stored: it is there once it has passed its check.
  const isThere = declared?.kind === "nothing" && event.typeCheck?.passed !== false
  return isThere && !state.requireUpstreamStepSuccess ? onStored(next, event) : [next, NOTHING]
}

/** Ends a run that nobody asked to cancel. */
const interrupt = (draft: Draft, message: string): void => {
  if (draft.stage !== "running" && draft.stage !== "starting" && draft.stage !== "created") return
  draft.stage = "interrupted"
  draft.runError = { name: "RunInterrupted", message }
  terminateAll(draft)
}

/** An output is stored, and steps may start by it. */
const onStored = (
  state: RunState,
  { attempt, output, stepKey }: HeddleEventOf<"HANDLED_OUTPUT" | "STEP_OUTPUT">
): readonly [state: RunState, commands: ReadonlyArray<Command>] =>
  move(state, (draft) => {
    const step = draft.step(stepKey)
    if (step === undefined || step.phase !== "running" || step.attempt !== attempt) return
    const isDynamic = draft.planned(step).outputs.some(({ dynamic, name }) => dynamic && name === output)
    if (!isDynamic) giveOutput(draft, step, output)
  })

const terminateAll = (draft: Draft): void => {
  for (const step of draft.allSteps) {
    const { attempt, hooks, key, phase } = step
    if (phase === "running" || hooks > 0) draft.commands.push({ _tag: "TerminateStep", stepKey: key, attempt })
    else if (phase === "claiming" || phase === "blocked" || phase === "claimed") withdraw(draft, step)
  }
}

const endRun = (
  draft: Draft,
  reason: HeddleEventOf<"RUN_FAILURE">["reason"],
  error?: HeddleEventOf<"RUN_FAILURE">["error"]
): void => {
  draft.stage = "ending"
  draft.record({
    _tag: "RUN_FAILURE",
    id: END,
    reason,
    failedSteps: RunState.keys(draft.failed),
    ...(error === undefined ? {} : { error })
  })
}

const END = `${EventId.ofRun(0)}~end`

/** Ends the run when nothing runs and nothing more will. */
const endIfOver = (draft: Draft): void => {
  if (draft.running > 0) return
  if (draft.stage === "canceling") {
    draft.stage = "ending"
    draft.record({ _tag: "RUN_CANCELED", id: END })
  } else if (draft.stage === "interrupted") {
    endRun(draft, "UNEXPECTED_TERMINATION", draft.runError)
  } else if (draft.stage === "raised") {
    endRun(draft, "RUN_EXCEPTION", draft.runError)
  } else if (draft.stage === "running" && draft.open === 0) {
    if (draft.runError !== undefined) endRun(draft, "RUN_EXCEPTION", draft.runError)
    else if (draft.failed !== undefined) endRun(draft, "STEP_FAILURE")
    else {
      draft.stage = "ending"
      draft.record({ _tag: "RUN_SUCCESS", id: END })
    }
  }
}
