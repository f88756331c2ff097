import type { JobSnapshot } from "@heddle/events/JobSnapshot"
import { Json } from "@heddle/events/Json"
import type { KnownStep } from "@heddle/events/KnownStep"
import { EventLog } from "@heddle/storage/EventLog"
import type { Instance } from "@heddle/storage/Instance"
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
import { PlanIndex } from "../plan/PlanIndex.ts"
import type { RetryMode } from "../plan/RetryDecision.ts"
import { Selection } from "../plan/Selection.ts"
import type { SelectionError, StepNotFound } from "../plan/SelectionError.ts"
import { StepSubset } from "../plan/StepSubset.ts"
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
  /**
   * Selects steps by their keys, with the clauses of `Selection`; only those are executed, and what they need of others
   * is taken from the run and its ancestors.
   */
  readonly stepSelection?: ReadonlyArray<string>
}

/** Constructors of re-execution options. */
export const ReexecutionOptions = {
  /**
   * Executes a run again as a whole, or only selected steps of it.
   *
   * @param parentRunId - id of the run
   * @param options - `stepSelection`: clauses over step keys, such as `load`, `load+`, `*load`, `size_of[a]`
   * @source Dagster ReexecutionOptions
   */
  make: (
    parentRunId: string,
    options: { readonly stepSelection?: ReadonlyArray<string> } = {}
  ): ReexecutionOptions => ({ parentRunId, from: "start", ...options }),
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
  /** Run config as it is kept with the run, without its secrets; as it was given without it. */
  readonly keptRunConfig?: unknown
  readonly tags: { readonly [key: string]: string }
  readonly runId?: string | undefined
  readonly reexecution?: ReexecutionOptions | undefined
  /** The selection of ops that `snapshot` is a part of its job by, as it was given. */
  readonly opSelection?: ReadonlyArray<string> | undefined
  /** Node paths of that selection. */
  readonly selection?: ReadonlyArray<string> | undefined
  /** Whether the first failure of a step ends the run. */
  readonly raiseOnError?: boolean | undefined
  /** Whether failed attempts are made again; they are without it. */
  readonly retries?: RetryMode | undefined
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
    return Json.parse(JSON.stringify(config ?? {})) as Schema.Json
  } catch {
    return {}
  }
}

/** What of a run is taken over, and which steps are executed. */
const knownOf = Effect.fnUntraced(function* (parent: Run, plan: ExecutionPlan, options: ReexecutionOptions) {
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
    return yield* refuse(`it has not ended, its status is ${status}${carrier}: cancel it, or wait for its end`)
  }
  const isWhole = stepSelection.length === 0
  if (from === "start" && isWhole) return { known: [], stepKeys: undefined }
  if (from === "failure" && parent.status === "SUCCESS") {
    return yield* refuse("it succeeded, so that there is nothing left of it to execute")
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

/** Node paths of the steps that a run may execute, where it takes over some; all of them without it. */
/** How many steps that are not taken over wait for no other. */
const firstStepsOf = (plan: ExecutionPlan, taken: ReadonlySet<string>): number => {
  const { upstreamWhole } = PlanIndex.of(plan)
  return plan.steps.filter(
    ({ key, mappedOver }, i) => upstreamWhole[i]!.length === 0 && mappedOver === undefined && !taken.has(key)
  ).length
}

const executesOf = (plan: ExecutionPlan, taken: ReadonlySet<string>): ReadonlyArray<string> | undefined =>
  taken.size === 0 ? undefined : plan.steps.flatMap(({ key, nodePath }) => (taken.has(key) ? [] : [nodePath]))

/**
 * Makes a run of a job, stores it, and carries it out with the executor that is provided. A parent whose process is gone
 * is taken from it first, and marked as failed.
 *
 * @param options - the job as data, run config, tags; `runId`: a random UUID without it; `reexecution`: the run that this
 *   one goes on from; `raiseOnError`: whether the first failure ends the run
 * @returns the run at its end; its status is in the log. Fails when the id is taken, when the parent is not there or
 *   cannot be executed again, when a selected step is not there, with `RunTakenOver` when this process slept and another
 *   one took the run, and with `StorageError`
 * @since 0.1.0
 */
export const startRun = Effect.fnUntraced(function* (
  options: StartOptions
): Effect.fn.Return<
  EndedRun,
  RunAlreadyExists | RunNotFound | ReexecutionError | SelectionError | StepNotFound | RunTakenOver | StorageError,
  Instance | Executor
> {
  const { opSelection, raiseOnError, reexecution, selection, snapshot, tags } = options
  const storage = yield* RunStorage
  const plan = yield* Effect.sync(() => makePlan(snapshot))
  const parent = reexecution === undefined ? undefined : yield* storage.get(reexecution.parentRunId)
  const { known, stepKeys } =
    parent === undefined || reexecution === undefined
      ? { known: [], stepKeys: undefined }
      : yield* knownOf(parent, plan, reexecution)
  const runId = options.runId ?? globalThis.crypto.randomUUID()
  const lease = yield* storage.createHeld(
    {
      runId,
      jobName: snapshot.name,
      createdAt: (yield* Clock.Clock).currentTimeMillisUnsafe(),
      tags,
      runConfig: stored(options.keptRunConfig ?? options.runConfig),
      ...(parent === undefined ? {} : { parentRunId: parent.runId, rootRunId: parent.rootRunId ?? parent.runId }),
      ...(known.length === 0 ? {} : { known }),
      ...(opSelection === undefined || opSelection.length === 0 ? {} : { opSelection }),
      ...(stepKeys === undefined ? {} : { stepKeys })
    },
    snapshot,
    yield* ProcessIdentity
  )
  const taken = new Set(known.map(({ stepKey }) => stepKey))
  const executes = executesOf(plan, taken)
  const steps = executes === undefined ? plan.steps : plan.steps.filter(({ key }) => !taken.has(key))
  const only = steps.length === 1 && steps[0]!.mappedOver === undefined ? steps[0]!.key : undefined
  yield* RunLoop.run({
    plan,
    known,
    lease,
    raiseOnError,
    request: {
      runId,
      jobName: snapshot.name,
      runConfig: options.runConfig,
      tags,
      ...(parent === undefined ? {} : { parentRunId: parent.runId, rootRunId: parent.rootRunId ?? parent.runId }),
      ...(options.retries === undefined ? {} : { retries: options.retries }),
      ...(selection === undefined ? {} : { selection }),
      ...(executes === undefined ? {} : { executes }),
      ...(raiseOnError === true ? { raiseOnError } : {}),
      ...(only === undefined ? {} : { onlyStep: only }),
      firstSteps: firstStepsOf(plan, taken)
    },
    control: options.control,
    onEvents: options.onEvents
  })
  return { runId, plan, known }
})
