import type { ExecutionPlan, Source } from "@heddle/engine/plan/ExecutionPlan"
import { SourcePart } from "@heddle/engine/plan/SourcePart"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import { RunStatus } from "@heddle/events/RunStatus"
import type { ConfigErrorRecord } from "./configErrors.ts"
import type { ErrorRecord } from "./errors.ts"

/** The error raised by reading a requested value. */
export interface RaisedValue {
  readonly $raised: string
}

/** The outcome of a call that ran something. */
export interface Completed {
  readonly outcome: "completed"
  readonly runId: string
  readonly runStatus: string
  readonly events: ReadonlyArray<HeddleEvent>
  /** Whether steps ran in other processes. */
  readonly elsewhere: boolean
  /** Whether steps ran in other processes while the record is of a run in one process. */
  readonly moved: boolean
  /** The steps that each step waits for, by node path. */
  readonly upstream: { readonly [nodePath: string]: ReadonlyArray<string> }
  /** The value of an output of a node, as the result gives it. */
  readonly output: (nodePath: string, output: string) => Promise<unknown>
  readonly jobOutput: (output: string) => Promise<unknown>
  /** The other requested values. */
  readonly asked: { readonly [key: string]: unknown }
}

/** The outcome of a call. */
export type Outcome =
  | Completed
  | { readonly outcome: "raised"; readonly error: ErrorRecord }
  | { readonly outcome: "invalid_config"; readonly errors: ReadonlyArray<ConfigErrorRecord> }
  | { readonly outcome: "resolved"; readonly resolved: { readonly [section: string]: unknown } }
  | {
      readonly outcome: "invoked"
      readonly returned?: unknown
      readonly yielded?: ReadonlyArray<unknown>
      /** The error that a stream raised after its last value. */
      readonly error?: ErrorRecord
    }
  | { readonly outcome: "done" }

/** The steps that each step of a plan waits for, by node path. */
export const upstreamOf = (plan: ExecutionPlan): Completed["upstream"] => {
  const steps = (source: Source): ReadonlyArray<string> =>
    SourcePart.of(source).map(({ step }) => plan.steps[step]!.nodePath)
  return Object.fromEntries(
    plan.steps.map(({ after, inputs, nodePath }) => [
      nodePath,
      [...inputs.map(({ source }) => source), ...after].flatMap(steps)
    ])
  )
}

/** The status of a run after its events. */
export const statusOf = (events: ReadonlyArray<HeddleEvent>): string =>
  events.reduce<RunStatus>((status, event) => RunStatus.after(status, event), RunStatus.initial)
