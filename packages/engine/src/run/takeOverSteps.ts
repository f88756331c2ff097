import type { KnownStep } from "@heddle/events/KnownStep"
import { RunStatus } from "@heddle/events/RunStatus"
import { EventLog } from "@heddle/storage/EventLog"
import type { Instance } from "@heddle/storage/Instance"
import type { Run } from "@heddle/storage/RunRecord"
import type { RunNotFound, RunTakenOver, StorageError } from "@heddle/storage/StorageError"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { ExecutionPlan } from "../plan/ExecutionPlan.ts"
import { Selection } from "../plan/Selection.ts"
import type { SelectionError, StepNotFound } from "../plan/SelectionError.ts"
import { StepSubset } from "../plan/StepSubset.ts"
import { LostRun } from "./LostRun.ts"
import { ReexecutionError, type ReexecutionOptions } from "./ReexecutionOptions.ts"
import { Resume } from "./Resume.ts"
import { RunLiveness } from "./RunLiveness.ts"

/** What a re-execution reuses from its parent, and the steps that it was asked to execute; by default all. */
export interface TakenOver {
  readonly known: ReadonlyArray<KnownStep>
  readonly stepKeys: ReadonlyArray<string> | undefined
}

/**
 * Works out what a re-execution takes over from the run that it resumes. A parent whose process is gone is taken from it
 * first, and marked as failed.
 *
 * @param parent - the run that is re-executed
 * @param plan - plan of the new run
 * @param options - what of the parent is executed again
 * @returns the steps that are taken over; fails with `ReexecutionError` when the parent cannot be executed again, with
 *   `SelectionError` or `StepNotFound` when the selection is not valid, and with `StorageError`
 * @since 0.1.0
 */
export const takeOverSteps = Effect.fnUntraced(function* (
  parent: Run,
  plan: ExecutionPlan,
  options: ReexecutionOptions
): Effect.fn.Return<
  TakenOver,
  ReexecutionError | RunNotFound | RunTakenOver | SelectionError | StepNotFound | StorageError,
  Instance
> {
  const { from, stepSelection = [] } = options
  const refuse = (problem: string) => new ReexecutionError({ parentRunId: parent.runId, problem })
  if (parent.jobName !== plan.jobName) {
    return yield* refuse(`it is a run of job "${parent.jobName}", not of "${plan.jobName}"`)
  }
  const status = yield* RunLiveness.now(parent)
  if (status === "LOST") {
    yield* LostRun.takeOver(parent).pipe(Effect.catchTag("RunHeld", (held) => refuse(held.message)))
  } else if (!RunStatus.isFinished(status)) {
    const { lease } = parent
    const carrier = lease === undefined ? "" : `, and process ${lease.pid} on ${lease.host} carries it`
    return yield* refuse(`it has not ended, its status is ${status}${carrier}: cancel it, or wait until it ends`)
  }
  const isWhole = stepSelection.length === 0
  if (from === "start" && isWhole) return { known: [], stepKeys: undefined }
  if (from === "failure" && parent.status === "SUCCESS") {
    return yield* refuse("it succeeded, so no steps are left to execute")
  }
  const events = yield* Stream.runCollect(EventLog.readAll(parent.runId))
  const known = Resume.knownSteps(parent.runId, events, parent.known)
  if (isWhole) return { known, stepKeys: undefined }
  const subject = `the steps of run "${parent.runId}"`
  const selected = yield* Effect.fromResult(Selection.ofSteps(subject, plan, known, stepSelection))
  const unmet = StepSubset.unmet(plan, known, selected)
  if (unmet.length > 0) return yield* refuse(unmet.join("; "))
  return { known: StepSubset.known(parent.runId, plan, known, selected), stepKeys: [...selected] }
})
