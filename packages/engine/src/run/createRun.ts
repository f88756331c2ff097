import type { JobSnapshot } from "@heddle/events/JobSnapshot"
import { Json } from "@heddle/events/Json"
import type { KnownStep } from "@heddle/events/KnownStep"
import { EventLog } from "@heddle/storage/EventLog"
import type { Instance } from "@heddle/storage/Instance"
import type { RunLease } from "@heddle/storage/RunLease"
import { RunStorage } from "@heddle/storage/RunStorage"
import type { RunAlreadyExists, RunNotFound, RunTakenOver, StorageError } from "@heddle/storage/StorageError"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import type { ExecutionPlan } from "../plan/ExecutionPlan.ts"
import { makePlan } from "../plan/makePlan.ts"
import { isPartitionTag } from "../plan/partitionTag.ts"
import { PlanIndex } from "../plan/PlanIndex.ts"
import type { RetryMode } from "../plan/RetryDecision.ts"
import type { SelectionError, StepNotFound } from "../plan/SelectionError.ts"
import type { AssetVersion } from "@heddle/events/AssetVersion"
import type { RunRequest } from "../wire/StepRequest.ts"
import { ProcessIdentity } from "./ProcessIdentity.ts"
import type { ReexecutionError, ReexecutionOptions } from "./ReexecutionOptions.ts"
import { latestAssets, plannedAssets } from "./plannedAssets.ts"
import { type TakenOver, takeOverSteps } from "./takeOverSteps.ts"

/** What a run is made of. */
export interface CreateRunOptions {
  /** The job as data, or the selected part of it. */
  readonly snapshot: JobSnapshot
  /** The run config as it was given. */
  readonly runConfig: unknown
  /**
   * The run config that is stored with the run, without its secrets.
   *
   * @default `runConfig`
   */
  readonly keptRunConfig?: unknown
  /** Tags of the run. */
  readonly tags: { readonly [key: string]: string }
  /**
   * When the run looked at partitions.
   *
   * @default the job knows no partitions
   */
  readonly partitionMoment?: RunRequest["partitionMoment"] | undefined
  /**
   * Keys of the partitions that the run is for, if it is for a range of them.
   *
   * @default the run is for one partition, or for none
   */
  readonly partitionKeys?: ReadonlyArray<string> | undefined
  /**
   * The id of the run.
   *
   * @default a random UUID
   */
  readonly runId?: string | undefined
  /**
   * The earlier run that this run resumes.
   *
   * @default the run starts anew
   */
  readonly reexecution?: ReexecutionOptions | undefined
  /**
   * The clauses of the op selection, as they were given.
   *
   * @default `snapshot` is the whole job
   */
  readonly opSelection?: ReadonlyArray<string> | undefined
  /**
   * Node paths of the selected ops.
   *
   * @default `snapshot` is the whole job
   */
  readonly selection?: ReadonlyArray<string> | undefined
  /**
   * The assets and checks that were selected, of a job of assets.
   *
   * @default `snapshot` is the whole job
   */
  readonly assetSelection?: RunRequest["assetSelection"] | undefined
  /**
   * The defaults of job inputs, in their JSON form, for bodies in other processes.
   *
   * @default each process makes them
   */
  readonly inputDefaults?: RunRequest["inputDefaults"] | undefined
  /**
   * Whether the first failure of a step ends the run.
   *
   * @default false
   */
  readonly raiseOnError?: boolean | undefined
  /**
   * Whether failed attempts are retried.
   *
   * @default they are retried
   */
  readonly retries?: RetryMode | undefined
}

/** A run that is recorded and held by this process, ready for the run loop. */
export interface CreatedRun {
  readonly plan: ExecutionPlan
  readonly known: ReadonlyArray<KnownStep>
  readonly lease: RunLease
  readonly request: RunRequest
  readonly raiseOnError: boolean
  /** The latest materialization or observation of the assets that the steps make, check and depend on. */
  readonly assets: ReadonlyMap<string, AssetVersion>
}

/** What of a run config can be stored: its JSON form, or nothing where it has none. */
const stored = (config: unknown): Schema.Json => {
  try {
    return Json.parse(JSON.stringify(config ?? {})) as Schema.Json
  } catch {
    return {}
  }
}

/** The tags of a run that say which partitions it is for: a run that resumes it is for the same. */
const partitionTags = (tags: { readonly [key: string]: string }): { readonly [key: string]: string } =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => isPartitionTag(key)))

/** How many steps that are not taken over wait for no other. */
const firstStepsOf = (plan: ExecutionPlan, taken: ReadonlySet<string>): number => {
  const { upstreamWhole } = PlanIndex.of(plan)
  return plan.steps.filter(
    ({ key, mappedOver }, i) => upstreamWhole[i]!.length === 0 && mappedOver === undefined && !taken.has(key)
  ).length
}

/** Node paths of the steps that a run may execute, where it takes over some; all of them without it. */
const executesOf = (plan: ExecutionPlan, taken: ReadonlySet<string>): ReadonlyArray<string> | undefined =>
  taken.size === 0 ? undefined : plan.steps.flatMap(({ key, nodePath }) => (taken.has(key) ? [] : [nodePath]))

/**
 * Makes a run of a job and records it, held by this process. `RunLoop` then executes it.
 *
 * @param options - the job as data, run config, tags; `runId`: a random UUID without it; `reexecution`: the run that this
 *   one resumes; `raiseOnError`: whether the first failure ends the run
 * @returns the run; fails when the id is taken, when the parent is not there or cannot be executed again, when a selected
 *   step is not there, and with `StorageError`
 * @since 0.1.0
 */
export const createRun = Effect.fnUntraced(function* (
  options: CreateRunOptions
): Effect.fn.Return<
  CreatedRun,
  RunAlreadyExists | RunNotFound | ReexecutionError | SelectionError | StepNotFound | RunTakenOver | StorageError,
  Instance
> {
  const { assetSelection, opSelection, raiseOnError = false, reexecution, selection, snapshot } = options
  const storage = yield* RunStorage
  const plan = yield* Effect.sync(() => makePlan(snapshot))
  const parent = reexecution === undefined ? undefined : yield* storage.get(reexecution.parentRunId)
  const isForOthers = Object.keys(options.tags).some(isPartitionTag)
  const tags = { ...partitionTags(isForOthers ? {} : (parent?.tags ?? {})), ...options.tags }
  const { known, stepKeys }: TakenOver =
    parent === undefined || reexecution === undefined
      ? { known: [], stepKeys: undefined }
      : yield* takeOverSteps(parent, plan, reexecution)
  const runId = options.runId ?? globalThis.crypto.randomUUID()
  const ancestry =
    parent === undefined ? {} : { parentRunId: parent.runId, rootRunId: parent.rootRunId ?? parent.runId }
  const taken = new Set(known.map(({ stepKey }) => stepKey))
  const executes = executesOf(plan, taken)
  const steps = executes === undefined ? plan.steps : plan.steps.filter(({ key }) => !taken.has(key))
  const assets = yield* latestAssets(steps, {
    tags,
    ...(options.partitionKeys === undefined ? {} : { partitionKeys: options.partitionKeys })
  })
  const createdAt = (yield* Clock.Clock).currentTimeMillisUnsafe()
  const lease = yield* storage.createHeld(
    {
      runId,
      jobName: snapshot.name,
      createdAt,
      tags,
      runConfig: stored(options.keptRunConfig ?? options.runConfig),
      ...ancestry,
      ...(known.length === 0 ? {} : { known }),
      ...(opSelection === undefined || opSelection.length === 0 ? {} : { opSelection }),
      ...(assetSelection === undefined ? {} : { assetSelection }),
      ...(assets.size === 0 ? {} : { assets: Object.fromEntries(assets) }),
      ...(stepKeys === undefined ? {} : { stepKeys })
    },
    snapshot,
    yield* ProcessIdentity
  )
  const only = steps.length === 1 && steps[0]!.mappedOver === undefined ? steps[0]!.key : undefined
  const request: RunRequest = {
    runId,
    jobName: snapshot.name,
    runConfig: options.runConfig,
    ...(options.keptRunConfig === undefined || options.keptRunConfig === options.runConfig
      ? {}
      : { shownRunConfig: options.keptRunConfig }),
    ...(options.inputDefaults === undefined ? {} : { inputDefaults: options.inputDefaults }),
    tags,
    ...(options.partitionMoment === undefined ? {} : { partitionMoment: options.partitionMoment }),
    ...(options.partitionKeys === undefined ? {} : { partitionKeys: options.partitionKeys }),
    ...ancestry,
    ...(options.retries === undefined ? {} : { retries: options.retries }),
    ...(selection === undefined ? {} : { selection }),
    ...(assetSelection === undefined ? {} : { assetSelection }),
    ...(executes === undefined ? {} : { executes }),
    ...(raiseOnError ? { raiseOnError } : {}),
    ...(only === undefined ? {} : { onlyStep: only }),
    firstSteps: firstStepsOf(plan, taken)
  }
  const planned = plannedAssets(steps, request, createdAt)
  if (planned.length > 0) {
    const log = yield* EventLog
    // They are valid: they hold nothing but names.
    yield* Effect.catchTag(log.append(planned, lease), "InvalidEvent", Effect.die)
  }
  return { plan, known, lease, request, raiseOnError, assets }
})
