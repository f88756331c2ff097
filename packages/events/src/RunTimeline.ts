import type { ErrorInfo } from "./ErrorInfo.ts"
import type { HeddleEvent } from "./HeddleEvent.ts"
import { RunStatus } from "./RunStatus.ts"

/** The state of one attempt of a step. */
export type AttemptOutcome = "running" | "success" | "failure" | "retried"

/** One attempt of a step on the time axis; times in milliseconds since the epoch. */
export interface TimelineAttempt {
  readonly attempt: number
  readonly start: number
  /** Absent while the attempt runs, and forever if its process died. */
  readonly end?: number
  readonly outcome: AttemptOutcome
  readonly error?: ErrorInfo
}

/** One step on the time axis, in the order in which steps started. */
export interface TimelineStep {
  readonly stepKey: string
  readonly outcome: AttemptOutcome | "skipped"
  readonly attempts: ReadonlyArray<TimelineAttempt>
}

/**
 * A run on the time axis.
 *
 * @since 0.1.0
 */
export interface RunTimeline {
  readonly status: RunStatus
  /** Absent if the run never started. */
  readonly start?: number
  readonly end?: number
  /** Time of the last event that was read. */
  readonly last?: number
  readonly steps: ReadonlyArray<TimelineStep>
}

/**
 * Reads the timeline of a run from its events.
 *
 * @since 0.1.0
 */
export const RunTimeline = {
  /** Reads the events of one run, in the order of its log, in one pass. */
  ofEvents: (events: Iterable<HeddleEvent>): RunTimeline => {
    let status = RunStatus.initial
    let start: number | undefined
    let end: number | undefined
    let last: number | undefined
    const steps = new Map<string, { outcome: TimelineStep["outcome"]; attempts: Array<TimelineAttempt> }>()
    const close = (event: HeddleEvent & { readonly stepKey: string }, outcome: AttemptOutcome, error?: ErrorInfo) => {
      const step = steps.get(event.stepKey) ?? { outcome, attempts: [] }
      steps.set(event.stepKey, step)
      step.outcome = outcome
      const open = step.attempts.at(-1)
      const closed = { end: event.timestamp, outcome, ...(error === undefined ? {} : { error }) }
      if (open !== undefined && open.end === undefined) step.attempts[step.attempts.length - 1] = { ...open, ...closed }
      // An attempt that failed before its body started, for example because its worker died.
      else step.attempts.push({ attempt: (open?.attempt ?? 0) + 1, start: event.timestamp, ...closed })
    }
    for (const event of events) {
      status = RunStatus.after(status, event)
      last = event.timestamp
      switch (event._tag) {
        case "RUN_START":
          start ??= event.timestamp
          break
        case "RUN_SUCCESS":
        case "RUN_FAILURE":
        case "RUN_CANCELED":
          end = event.timestamp
          break
        case "STEP_START":
        case "STEP_RESTARTED": {
          const step = steps.get(event.stepKey) ?? { outcome: "running", attempts: [] }
          steps.set(event.stepKey, step)
          step.outcome = "running"
          step.attempts.push({ attempt: event.attempt, start: event.timestamp, outcome: "running" })
          break
        }
        case "STEP_SUCCESS":
          close(event, "success")
          break
        case "STEP_FAILURE":
          close(event, "failure", event.error)
          break
        case "STEP_UP_FOR_RETRY":
          close(event, "retried", event.error)
          break
        case "STEP_SKIPPED":
          steps.set(event.stepKey, { outcome: "skipped", attempts: [] })
          break
        default:
      }
    }
    return {
      status,
      ...(start === undefined ? {} : { start }),
      ...(end === undefined ? {} : { end }),
      ...(last === undefined ? {} : { last }),
      steps: Array.from(steps, ([stepKey, step]) => ({ stepKey, ...step }))
    }
  }
}
