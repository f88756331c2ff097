import { EventId } from "@heddle/events/EventId"
import type { HeddleEventOf } from "@heddle/events/HeddleEvent"
import { withdraw } from "./launch.ts"
import type { RunState } from "./RunState.ts"

const END = `${EventId.ofRun(0)}~end`

/** Ends a run that nobody asked to cancel. */
export const interrupt = (run: RunState, message: string): void => {
  if (run.stage !== "running" && run.stage !== "starting" && run.stage !== "created") return
  run.stage = "interrupted"
  run.runError = { name: "RunInterrupted", message }
  terminateAll(run)
}

/** Asks all running steps to end, and gives back what others have or wait for of their pools. */
export const terminateAll = (run: RunState): void => {
  for (const step of run.steps) {
    const { attempt, hooks, key, phase } = step
    if (phase === "running" || hooks > 0) run.want({ _tag: "TerminateStep", stepKey: key, attempt })
    else if (phase === "claiming" || phase === "blocked" || phase === "claimed") withdraw(run, step)
  }
}

/** Decides that the run fails. */
export const endRun = (
  run: RunState,
  reason: HeddleEventOf<"RUN_FAILURE">["reason"],
  error?: HeddleEventOf<"RUN_FAILURE">["error"]
): void => {
  run.stage = "ending"
  run.record({
    _tag: "RUN_FAILURE",
    id: END,
    reason,
    failedSteps: [...run.failed],
    ...(error === undefined ? {} : { error })
  })
}

/** Ends the run when nothing runs and nothing more will. */
export const endIfOver = (run: RunState): void => {
  if (run.running > 0) return
  if (run.stage === "canceling") {
    run.stage = "ending"
    run.record({ _tag: "RUN_CANCELED", id: END })
  } else if (run.stage === "interrupted") {
    endRun(run, "UNEXPECTED_TERMINATION", run.runError)
  } else if (run.stage === "raised") {
    endRun(run, "RUN_EXCEPTION", run.runError)
  } else if (run.stage === "running" && run.open === 0) {
    if (run.runError !== undefined) endRun(run, "RUN_EXCEPTION", run.runError)
    else if (run.failed.length > 0) endRun(run, "STEP_FAILURE")
    else {
      run.stage = "ending"
      run.record({ _tag: "RUN_SUCCESS", id: END })
    }
  }
}
