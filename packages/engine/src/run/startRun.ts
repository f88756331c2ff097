import type { JobSnapshot } from "@heddle/events/JobSnapshot"
import type { KnownStep } from "@heddle/events/KnownStep"
import { EventLog } from "@heddle/storage/EventLog"
import type { Run } from "@heddle/storage/RunRecord"
import { RunStorage } from "@heddle/storage/RunStorage"
import type { RunAlreadyExists, RunNotFound, RunTakenOver, StorageError } from "@heddle/storage/StorageError"
import { RunStatus } from "@heddle/events/RunStatus"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { ExecutionPlan } from "../plan/ExecutionPlan.ts"
import { makePlan } from "../plan/makePlan.ts"
import type { Executor } from "../wire/Executor.ts"
import { LostRun } from "./LostRun.ts"
import { ProcessIdentity } from "./ProcessIdentity.ts"
import { Resume } from "./Resume.ts"
import type { EventListener, RunControl } from "./RunControl.ts"
import { RunLiveness } from "./RunLiveness.ts"
import { RunLoop } from "./RunLoop.ts"

/**
 * A run that cannot be executed again.
 *
 * @since 0.1.0
 */
export class ReexecutionError extends Schema.TaggedError<ReexecutionError>()("ReexecutionError", {
  parentRunId: Schema.String,
  problem: Schema.String
}) {
  override get message(): string {
    return `Cannot execute run "${this.parentRunId}" again: ${this.problem}`
  }
}

/**
 * Which run is executed again, and what of it.
 *
 * @since 0.1.0
 * @source Dagster ReexecutionOptions
 */
export interface ReexecutionOptions {
  readonly parentRunId: string
  /** `failure`: only what the run did not bring to success; `start`: all of it. */
  readonly from: "failure" | "start"
}

/** Constructors of re-execution options. */
export const ReexecutionOptions = {
  /** Executes what a run did not bring to success; what it did is taken over, with the values that it gave. */
  fromFailure: (parentRunId: string): ReexecutionOptions => ({ parentRunId, from: "failure" }),
  /** Executes a run again as a whole. */
  fromStart: (parentRunId: string): ReexecutionOptions => ({ parentRunId, from: "start" })
}

/** What a run to be started is given. */
export interface StartOptions {
  readonly snapshot: JobSnapshot
  /** Run config as it was given. */
  readonly runConfig: unknown
  readonly tags: { readonly [key: string]: string }
  readonly runId?: string | undefined
  readonly reexecution?: ReexecutionOptions | undefined
  readonly control?: RunControl | undefined
  readonly onEvents?: EventListener | undefined
}

/** A run that has ended. */
export interface EndedRun {
  readonly runId: string
  readonly plan: ExecutionPlan
  readonly known: ReadonlyArray<KnownStep>
}

/** What of a run config can be stored: its JSON form, or nothing where it has none. */
const stored = (config: unknown): Schema.Json => {
  try {
    return JSON.parse(JSON.stringify(config ?? {})) as Schema.Json
  } catch {
    return {}
  }
}

const knownOf = Effect.fnUntraced(function* (parent: Run, jobName: string, from: ReexecutionOptions["from"]) {
  const refuse = (problem: string) => new ReexecutionError({ parentRunId: parent.runId, problem })
  if (parent.jobName !== jobName) return yield* refuse(`it is a run of job "${parent.jobName}", not of "${jobName}"`)
  const status = yield* RunLiveness.now(parent)
  if (status === "LOST") {
    yield* LostRun.takeOver(parent).pipe(Effect.catchTag("RunHeld", (held) => refuse(held.message)))
  } else if (!RunStatus.isFinished(status)) {
    const { lease } = parent
    const carrier = lease === undefined ? "" : `, and process ${lease.pid} on ${lease.host} carries it`
    return yield* refuse(`it has not ended, its status is ${status}${carrier}: cancel it, or wait for its end`)
  }
  if (from === "start") return []
  if (parent.status === "SUCCESS") return yield* refuse("it succeeded, so that there is nothing left of it to execute")
  const events = yield* Stream.runCollect(EventLog.readAll(parent.runId))
  return Resume.knownSteps(parent.runId, events, parent.known)
})

/**
 * Makes a run of a job, stores it, and carries it out with the executor that is provided. A parent whose process is gone
 * is taken from it first, and marked as failed.
 *
 * @param options - the job as data, run config, tags; `runId`: a random UUID without it; `reexecution`: the run that this
 *   one goes on from
 * @returns the run at its end; its status is in the log. Fails when the id is taken, when the parent is not there or
 *   cannot be executed again, with `RunTakenOver` when this process slept and another one took the run, and with
 *   `StorageError`
 * @since 0.1.0
 */
export const startRun = Effect.fnUntraced(function* (
  options: StartOptions
): Effect.fn.Return<
  EndedRun,
  RunAlreadyExists | RunNotFound | ReexecutionError | RunTakenOver | StorageError,
  EventLog | RunStorage | Executor
> {
  const { reexecution, snapshot, tags } = options
  const storage = yield* RunStorage
  const plan = yield* Effect.sync(() => makePlan(snapshot))
  const parent = reexecution === undefined ? undefined : yield* storage.get(reexecution.parentRunId)
  const known =
    parent === undefined || reexecution === undefined ? [] : yield* knownOf(parent, snapshot.name, reexecution.from)
  const runId = options.runId ?? globalThis.crypto.randomUUID()
  const lease = yield* storage.createHeld(
    {
      runId,
      jobName: snapshot.name,
      createdAt: (yield* Clock.Clock).currentTimeMillisUnsafe(),
      tags,
      runConfig: stored(options.runConfig),
      ...(parent === undefined ? {} : { parentRunId: parent.runId, rootRunId: parent.rootRunId ?? parent.runId }),
      ...(known.length === 0 ? {} : { known })
    },
    snapshot,
    yield* ProcessIdentity
  )
  const only = plan.steps.length === 1 && plan.steps[0]!.mappedOver === undefined ? plan.steps[0]!.key : undefined
  yield* RunLoop.run({
    plan,
    known,
    lease,
    request: {
      runId,
      jobName: snapshot.name,
      runConfig: options.runConfig,
      tags,
      ...(only === undefined ? {} : { onlyStep: only })
    },
    control: options.control,
    onEvents: options.onEvents
  })
  return { runId, plan, known }
})
