import type { RunConfigError } from "@heddle/config/RunConfigError"
import { describe } from "@heddle/definitions/describe"
import { IOManager } from "@heddle/definitions/IOManager"
import type { Job } from "@heddle/definitions/Job"
import type { JobDefinition } from "@heddle/definitions/JobDefinition"
import { JobRunConfig } from "@heddle/definitions/JobRunConfig"
import type { Provides, Replace, ResourceNeeds, Resources } from "@heddle/definitions/Resource"
import type { Fields } from "@heddle/definitions/Wiring"
import type { ErrorInfo } from "@heddle/events/ErrorInfo"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { EventListener, RunControl } from "@heddle/engine/run/RunControl"
import { startRun } from "@heddle/engine/run/startRun"
import { notBuilt } from "@heddle/engine/step/notBuilt"
import type { AnyLayer } from "@heddle/engine/step/RunResources"
import { Executor } from "@heddle/engine/wire/Executor"
import { EventLog } from "@heddle/storage/EventLog"
import { Instance } from "@heddle/storage/Instance"
import { RunStorage } from "@heddle/storage/RunStorage"
import type { RunAlreadyExists, StorageError } from "@heddle/storage/StorageError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { ExecuteInProcess } from "./ExecuteInProcessOptions.ts"
import type { ExecuteInProcessResult } from "./ExecuteInProcessResult.ts"
import { DEFAULT_MAX_CONCURRENT, InProcessExecutor } from "./InProcessExecutor.ts"
import { RunCapture } from "./RunCapture.ts"

/** The options of any call with their types erased. */
export interface AnyOptions {
  readonly runConfig?: unknown
  readonly resources?: { readonly [key: string]: AnyLayer | undefined }
  readonly layer?: AnyLayer
  readonly inputValues?: { readonly [input: string]: unknown }
  readonly maxConcurrent?: number
  readonly tags?: { readonly [key: string]: string }
  readonly runId?: string
  readonly control?: RunControl
  readonly onEvents?: EventListener
}

/**
 * Runs a job of any type in this process, in the instance that is there or in one in memory that lives for the call.
 */
export const executeErased = Effect.fnUntraced(function* (job: JobDefinition, options: AnyOptions) {
  const replaced = Object.fromEntries(
    Object.entries(options.resources ?? {}).flatMap(([key, layer]) =>
      layer === undefined ? [] : [[key, layer] as const]
    )
  )
  const inputValues = options.inputValues ?? {}
  const config = yield* JobRunConfig.validate(job, options.runConfig, {
    resources: Object.keys(replaced),
    inputs: Object.keys(inputValues)
  })
  const unbuilt = notBuilt(job)
  if (unbuilt !== undefined) return yield* Effect.die(unbuilt)
  const ambient = yield* Effect.context<never>()
  const instance =
    Context.getOrUndefined(ambient, EventLog) !== undefined && Context.getOrUndefined(ambient, RunStorage) !== undefined
      ? (ambient as unknown as Context.Context<Instance>)
      : yield* Layer.build(Instance.layerMemory)
  // Layers of a call need nothing by their type.
  const called =
    options.layer === undefined ? Context.empty() : yield* Layer.build(options.layer as unknown as Layer.Layer<never>)
  const capture = new RunCapture()
  const executor = InProcessExecutor.make(
    job,
    {
      context: Context.merge(ambient, called),
      replaced,
      inputValues,
      ioManager: IOManager.makeMemory(),
      observer: capture
    },
    options.maxConcurrent ?? config.maxConcurrent ?? DEFAULT_MAX_CONCURRENT
  )
  const events: Array<HeddleEvent> = []
  const { plan, runId } = yield* startRun({
    snapshot: describe(job),
    runConfig: options.runConfig,
    tags: { ...job.tags, ...options.tags },
    runId: options.runId,
    control: options.control,
    onEvents: (appended) => {
      for (const event of appended) {
        if (event._tag === "STEP_RESTARTED") capture.restart(event.stepKey)
        events.push(event)
      }
      options.onEvents?.(appended)
    }
  }).pipe(
    // Only a re-execution can fail by these.
    Effect.catchTags({ ReexecutionError: Effect.die, RunNotFound: Effect.die }),
    Effect.provideService(Executor, executor),
    Effect.provideContext(instance)
  )
  return { runId, events, plan, capture, success: events.at(-1)?._tag === "RUN_SUCCESS" }
}, Effect.scoped)

/** Why a run failed, by its last event. */
const failureOf = (end: HeddleEvent | undefined): { readonly reason: string; readonly error?: ErrorInfo } =>
  end?._tag === "RUN_FAILURE"
    ? { reason: end.reason, ...(end.error === undefined ? {} : { error: end.error }) }
    : { reason: "CANCELED" }

/**
 * Runs a job in this process and gives its result, whichever way it ends. Values stay in memory; the run is kept in the
 * instance that is provided, or in one in memory that lives for the call.
 *
 * @param job - the job
 * @param options - `runConfig`, where something in it is required; `resources`: layers that take the place of the job's,
 *   by key; `layer`: services for the bodies; `inputValues` of the job; `maxConcurrent`: how many steps may run at once,
 *   16 without it, 1 for the sequential order; `tags`; `runId`
 * @returns the result; fails with `RunConfigError`, which holds every problem, before anything runs. What is still open
 *   stays in the effect's requirements
 * @since 0.1.0
 * @source Dagster JobDefinition.execute_in_process, with `raise_on_error=False`
 */
export const executeInProcess: ExecuteInProcess = <
  JI extends Fields,
  Preset,
  A,
  E,
  R,
  Cfg,
  Rs extends Resources,
  Rep extends Replace<Rs>,
  P
>(
  job: Job<string, JI, Preset, A, E, R, Cfg, Rs>,
  ...options: ReadonlyArray<unknown>
): Effect.Effect<
  ExecuteInProcessResult<A, E>,
  RunConfigError | RunAlreadyExists | StorageError,
  Exclude<R | ResourceNeeds<Omit<Rs, keyof Rep>>, Provides<Rs> | P>
> => {
  const erased = (options[0] ?? {}) as AnyOptions
  return Effect.map(executeErased(job.definition, erased), ({ capture, events, plan, runId, success }) => {
    const base = { runId, allEvents: events }
    if (!success) return { ...base, success: false, ...failureOf(events.at(-1)), failures: capture.failures }
    const given = (input: string) => erased.inputValues?.[input] ?? job.definition.inputValues[input]
    const value = (output: string) => capture.valueOf(plan, plan.outputs[output]!, given)
    const names = Object.keys(plan.outputs)
    const output =
      names.length === 0
        ? undefined
        : names.length === 1 && names[0] === "result"
          ? value("result")
          : Object.fromEntries(names.map((name) => [name, value(name)]))
    return { ...base, success: true, output }
  }) as unknown as Effect.Effect<
    ExecuteInProcessResult<A, E>,
    RunConfigError | RunAlreadyExists | StorageError,
    Exclude<R | ResourceNeeds<Omit<Rs, keyof Rep>>, Provides<Rs> | P>
  >
}
