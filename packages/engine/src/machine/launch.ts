import type { RunState } from "./RunState.ts"
import { stepRequest } from "./stepRequest.ts"
import type { StepState } from "./StepState.ts"
import type { Unparked } from "./TagLimits.ts"

/** Starts ready steps while there is a place for them. */
export const launchReady = (run: RunState): void => {
  while (run.running < run.maxConcurrent) {
    const step = run.ready.take()
    if (step === undefined) return
    if (run.limits !== undefined) {
      if (!run.limits.admits(step)) {
        tryAgain(run, run.limits.park(step, priorityOf(step)))
        continue
      }
      run.limits.enter(step)
    }
    run.running += 1
    const { pool, priority } = step.planned
    if (pool === undefined || step.phase === "claimed") {
      launch(run, step)
    } else {
      step.phase = "claiming"
      run.want({ _tag: "ClaimPool", stepKey: step.key, attempt: step.attempt + 1, pool, priority })
    }
  }
}

/** Starts the next attempt of a step that has a place. */
const launch = (run: RunState, step: StepState): void => {
  step.beginAttempt()
  run.want({ _tag: "LaunchStep", request: stepRequest(run, step) })
}

/** A step has a slot of its pool. One that was blocked has no place any more, and gets the next one before all others. */
export const launchClaimed = (run: RunState, step: StepState): void => {
  if (step.phase === "claiming") {
    launch(run, step)
  } else {
    step.phase = "claimed"
    run.ready.add(step, priorityOf(step))
  }
}

/** The pool of a step is full: others may have its place until it gets a slot. */
export const block = (run: RunState, step: StepState): void => {
  step.phase = "blocked"
  giveUpPlace(run, step)
}

/** A step that ran gives up its place, and what it holds of its pool. */
export const leave = (run: RunState, step: StepState): void => {
  releasePool(run, step, step.attempt)
  giveUpPlace(run, step)
}

/** A step that has or waits for a slot will not start after all. */
export const withdraw = (run: RunState, step: StepState): void => {
  const hasPlace = step.phase === "claiming"
  releasePool(run, step, step.attempt + 1)
  step.phase = "ready"
  if (hasPlace) giveUpPlace(run, step)
}

const releasePool = (run: RunState, { key, planned: { pool } }: StepState, attempt: number): void => {
  if (pool !== undefined) run.want({ _tag: "ReleasePool", stepKey: key, attempt, pool })
}

const giveUpPlace = (run: RunState, step: StepState): void => {
  run.running -= 1
  if (run.limits !== undefined) tryAgain(run, run.limits.leave(step))
}

/** A step that holds a slot which others may wait for goes before all that hold none. */
const priorityOf = ({ phase, planned }: StepState): number =>
  phase === "claimed" ? Number.POSITIVE_INFINITY : planned.priority

/** Puts steps that were parked where they stood before. */
const tryAgain = (run: RunState, unparked: ReadonlyArray<Unparked>): void => {
  for (const { priority, step } of unparked.toReversed()) run.ready.addFirst(step, priority)
}
