import type { JobDefinition } from "@heddle/definitions/JobDefinition"
import type { ExecutionPlan } from "@heddle/engine/plan/ExecutionPlan"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import { inProcessExecutor } from "@heddle/executor-in-process/inProcessExecutor"
import { EventLog } from "@heddle/storage/EventLog"
import { Instance } from "@heddle/storage/Instance"
import { RunStorage } from "@heddle/storage/RunStorage"
import type { RunTakenOver, StorageError } from "@heddle/storage/StorageError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { InProcessResult } from "./InProcessResult.ts"
import { launchDefinition, type LaunchedRun } from "./launchDefinition.ts"
import type { LaunchDefinitionOptions } from "./LaunchDefinitionOptions.ts"
import type { RunCapture } from "./RunCapture.ts"

/** Options of a run of any job in this process, with their types erased. */
export interface ExecuteDefinitionOptions extends Omit<LaunchDefinitionOptions, "executor" | "location" | "values"> {
  /**
   * A layer of the instance that stores the run.
   *
   * @default the instance that is provided to the effect, or else one in memory that lives for the call
   */
  readonly instance?: Layer.Layer<Instance, any>
}

/** A run of a definition that has ended. */
export interface ExecutedDefinition {
  readonly runId: string
  readonly events: ReadonlyArray<HeddleEvent>
  readonly plan: ExecutionPlan
  readonly capture: RunCapture
  readonly result: InProcessResult
  /** Gives the values of job inputs. */
  readonly given: (input: string) => unknown
  readonly success: boolean
}

/** The instance of a layer, the one that is provided, or one in memory that lives for the call. */
export const instanceOf = Effect.fnUntraced(function* (layer: ExecuteDefinitionOptions["instance"]) {
  if (layer !== undefined) return yield* Layer.build(layer)
  const ambient = yield* Effect.context<never>()
  return Context.getOrUndefined(ambient, EventLog) !== undefined &&
    Context.getOrUndefined(ambient, RunStorage) !== undefined
    ? (ambient as unknown as Context.Context<Instance>)
    : yield* Layer.build(Instance.layerMemory)
})

/** A recorded run of a definition, in progress in this process. */
export interface LaunchedInProcess {
  readonly launched: LaunchedRun
  /** The instance that stores the run. */
  readonly instance: Context.Context<Instance>
  /** Waits for the end of the run. */
  readonly ended: Effect.Effect<ExecutedDefinition, StorageError | RunTakenOver>
}

/**
 * Starts a job that is known only by its definition in this process, in the instance that is there or in one in memory that
 * lives as long as the scope. Leaving the scope cancels the run and waits for its end.
 *
 * @param whole - definition of the job
 * @param options - as for `executeInProcess`, with types erased, and what only a host of runs needs
 * @returns the run once it is recorded; fails as `launchDefinition` does
 * @since 0.1.0
 */
export const launchInProcess = Effect.fnUntraced(function* (
  whole: JobDefinition,
  { instance: layer, ...options }: ExecuteDefinitionOptions
) {
  const instance = yield* instanceOf(layer)
  const events: Array<HeddleEvent> = []
  const launched = yield* launchDefinition(whole, {
    ...options,
    executor: inProcessExecutor,
    onEvents: (appended) => {
      for (const event of appended) events.push(event)
      options.onEvents?.(appended)
    }
  }).pipe(Effect.provideContext(instance))
  const { capture, given, job, plan, runId } = launched
  const ended = Effect.gen(function* () {
    yield* launched.ended
    // A run that has just ended is there.
    const run = yield* Effect.catchTag(Context.get(instance, RunStorage).get(runId), "RunNotFound", Effect.die)
    const result = new InProcessResult({ run, job, plan, events, capture, given })
    const success = events.at(-1)?._tag === "RUN_SUCCESS"
    return { runId, events, plan, capture, result, given, success } satisfies ExecutedDefinition
  })
  return { launched, instance, ended } satisfies LaunchedInProcess
})

/**
 * Runs a job that is known only by its definition in this process, in the instance that is there or in one in memory
 * that lives for the call.
 *
 * @param whole - definition of the job
 * @param options - as for `executeInProcess`, with types erased, and what only a host of runs needs
 * @returns the run's id, events, values and result; fails as `launchDefinition` does, and when the instance cannot be
 *   written
 * @since 0.1.0
 */
export const executeDefinition = (whole: JobDefinition, options: ExecuteDefinitionOptions) =>
  Effect.scoped(Effect.flatMap(launchInProcess(whole, options), ({ ended }) => ended))
