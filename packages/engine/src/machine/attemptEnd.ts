import { ErrorInfo } from "@heddle/events/ErrorInfo"
import type { HeddleEventOf } from "@heddle/events/HeddleEvent"
import { makeReady } from "./decide.ts"
import { leave } from "./launch.ts"
import { interrupt, terminateAll } from "./runEnd.ts"
import type { RunState } from "./RunState.ts"
import type { StepState } from "./StepState.ts"

/** The step of an attempt that runs; nothing for a stale attempt, or one that was never launched. */
export const runningStep = (
  run: RunState,
  { attempt, stepKey }: { readonly stepKey: string; readonly attempt: number }
): StepState | undefined => {
  const step = run.byKey(stepKey)
  return step?.phase === "running" && step.attempt === attempt ? step : undefined
}

/** Takes in the end of an attempt. Returns false for a stale attempt, or one that was never launched. */
export const onAttemptEnd = (
  run: RunState,
  event: HeddleEventOf<"STEP_SUCCESS" | "STEP_FAILURE" | "STEP_UP_FOR_RETRY">
): boolean => {
  const step = runningStep(run, event)
  if (step === undefined) return false
  step.hooks = event._tag === "STEP_UP_FOR_RETRY" ? 0 : (event.hooks?.length ?? 0)
  if (step.hooks === 0) leave(run, step)
  if (event._tag === "STEP_SUCCESS") run.end(step, "success")
  else if (event._tag === "STEP_FAILURE") onFailure(run, step, event)
  else onRetry(run, step, event)
  return true
}

const onFailure = (run: RunState, step: StepState, event: HeddleEventOf<"STEP_FAILURE">): void => {
  run.failed.push(step.key)
  run.end(step, "failure")
  if (event.crashed === true) run.runError ??= crashed(event)
  if (event.source === "INTERRUPT" && run.stage === "running") {
    interrupt(run, `Step "${step.key}" was interrupted, but nobody asked to cancel the run`)
  } else if (run.raiseOnError && run.stage === "running" && event.error.name !== "RetriesDisabled") {
    run.stage = "raised"
    run.runError = event.error
    terminateAll(run)
  }
}

const onRetry = (
  run: RunState,
  step: StepState,
  { timestamp, waitMillis }: HeddleEventOf<"STEP_UP_FOR_RETRY">
): void => {
  if (run.stage !== "running") {
    run.end(step, "abandoned")
  } else if (waitMillis <= 0) {
    makeReady(run, step)
  } else {
    step.phase = "waiting"
    run.want({ _tag: "AwaitRetry", stepKey: step.key, attempt: step.attempt, dueAt: timestamp + waitMillis })
  }
}

/** What a hook did after the end of a step. With the last hook, the step releases its place. */
export const onHook = (
  run: RunState,
  { attempt, stepKey }: HeddleEventOf<"HOOK_COMPLETED" | "HOOK_ERRORED" | "HOOK_SKIPPED">
): boolean => {
  const step = run.byKey(stepKey)
  if (step === undefined || step.hooks === 0 || step.attempt !== attempt) return false
  step.hooks -= 1
  if (step.hooks === 0) leave(run, step)
  return true
}

/** The end of the process of a step as the run's own error. */
const crashed = ({ error, stepKey }: HeddleEventOf<"STEP_FAILURE">): ErrorInfo => ({
  name: "StepCrashed",
  message: `The process of step "${stepKey}" ended before the step did: ${ErrorInfo.summary(error)}`,
  cause: error
})
