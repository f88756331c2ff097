import { describe } from "@heddle/definitions/describe"
import { IOManager, type IOManagerShape } from "@heddle/definitions/IOManager"
import type { JobDefinition } from "@heddle/definitions/JobDefinition"
import { JobRunConfig } from "@heddle/definitions/JobRunConfig"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { EventListener, RunControl } from "@heddle/engine/run/RunControl"
import { type ReexecutionOptions, startRun } from "@heddle/engine/run/startRun"
import { notBuilt } from "@heddle/engine/step/notBuilt"
import type { AnyLayer } from "@heddle/engine/step/RunResources"
import { requireBound } from "@heddle/engine/step/unboundNeeds"
import { Executor } from "@heddle/engine/wire/Executor"
import { EventLog } from "@heddle/storage/EventLog"
import { Instance } from "@heddle/storage/Instance"
import { RunStorage } from "@heddle/storage/RunStorage"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { ExecutionPlan } from "@heddle/engine/plan/ExecutionPlan"
import { InProcessResult } from "./InProcessResult.ts"
import { runTarget } from "./RunTarget.ts"
import { DEFAULT_MAX_CONCURRENT, InProcessExecutor } from "@heddle/executor-in-process/InProcessExecutor"
import { RunCapture } from "./RunCapture.ts"

/** Options of a run of any job, with their types erased. */
export interface ExecuteDefinitionOptions {
  readonly runConfig?: unknown
  readonly resources?: { readonly [key: string]: AnyLayer | undefined }
  readonly layer?: AnyLayer
  readonly inputValues?: { readonly [input: string]: unknown }
  readonly maxConcurrent?: number
  readonly tags?: { readonly [key: string]: string }
  readonly runId?: string
  /** The instance that the run is kept in; the one that is provided without it. */
  readonly instance?: Layer.Layer<Instance, any>
  /** Only these ops are executed; see `Selection`. */
  readonly opSelection?: ReadonlyArray<string>
  readonly partitionKey?: string
  /** Whether the first failure of a step ends the run; `raiseFailure` makes it the failure of the call. */
  readonly raiseOnError?: boolean
  /** Goes on from an earlier run of the instance, whose values the IO managers hold. */
  readonly reexecution?: ReexecutionOptions
  /** The IO manager of outputs that name none, where no layer gives one; in memory without it. */
  readonly ioManager?: IOManagerShape
  /** Asks for the end of the run. */
  readonly control?: RunControl
  /** Sees events once they are in the log. */
  readonly onEvents?: EventListener
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

/** Tag of a run that says which partition it is for. */
const PARTITION = "heddle/partition"

const partitionTag = (key: string | undefined): { readonly [tag: string]: string } =>
  key === undefined ? {} : { [PARTITION]: key }

/**
 * Runs a job that is known only by its definition in this process, in the instance that is there or in one in memory
 * that lives for the call.
 *
 * @param whole - definition of the job
 * @param options - as for `executeInProcess`, with types erased, and what only a host of runs needs
 * @returns the run's id, events, values and result; fails with `RunConfigError`, `SelectionError` and `DefinitionError`
 *   before anything runs, and when the id is taken, when an earlier run is
 *   not there or cannot be executed again, or when the instance cannot be written
 * @since 0.1.0
 */
export const executeDefinition = Effect.fnUntraced(function* (whole: JobDefinition, options: ExecuteDefinitionOptions) {
  const replaced = Object.fromEntries(
    Object.entries(options.resources ?? {}).flatMap(([key, layer]) =>
      layer === undefined ? [] : [[key, layer] as const]
    )
  )
  const inputValues = options.inputValues ?? {}
  const ambient = yield* Effect.context<never>()
  const instance =
    options.instance === undefined
      ? Context.getOrUndefined(ambient, EventLog) !== undefined &&
        Context.getOrUndefined(ambient, RunStorage) !== undefined
        ? (ambient as unknown as Context.Context<Instance>)
        : yield* Layer.build(Instance.layerMemory)
      : yield* Layer.build(options.instance)
  const target = yield* runTarget(whole, options).pipe(Effect.provideContext(instance))
  const { job, opSelection, runConfig, selection } = target
  if (options.layer === undefined) yield* requireBound(whole, { context: ambient, replaced })
  const config = yield* JobRunConfig.validate(job, runConfig, {
    resources: Object.keys(replaced),
    inputs: Object.keys(inputValues)
  })
  const unbuilt = notBuilt(job)
  if (unbuilt !== undefined) return yield* Effect.die(unbuilt)
  // Layers of a call need nothing by their type.
  const called =
    options.layer === undefined ? Context.empty() : yield* Layer.build(options.layer as unknown as Layer.Layer<never>)
  if (options.layer !== undefined) yield* requireBound(whole, { context: Context.merge(ambient, called), replaced })
  const capture = new RunCapture()
  const executor = InProcessExecutor.make(
    whole,
    {
      context: Context.merge(ambient, called),
      replaced,
      inputValues,
      ioManager: options.ioManager ?? IOManager.makeMemory(),
      config,
      observer: capture
    },
    options.maxConcurrent ?? config.maxConcurrent ?? DEFAULT_MAX_CONCURRENT,
    config.tagConcurrencyLimits
  )
  const events: Array<HeddleEvent> = []
  const { plan, runId } = yield* startRun({
    snapshot: describe(job),
    runConfig,
    keptRunConfig: JobRunConfig.withoutSecrets(job, runConfig),
    tags: { ...(job.runTags ?? job.tags), ...options.tags, ...partitionTag(options.partitionKey) },
    runId: options.runId,
    reexecution: options.reexecution,
    opSelection,
    selection,
    raiseOnError: options.raiseOnError,
    retries: config.retries,
    control: options.control,
    onEvents: (appended) => {
      for (const event of appended) events.push(event)
      options.onEvents?.(appended)
    }
  }).pipe(Effect.provideService(Executor, executor), Effect.provideContext(instance))
  const run = yield* Effect.flatMap(RunStorage, (storage) => storage.get(runId)).pipe(Effect.provideContext(instance))
  const given = (input: string): unknown =>
    Object.hasOwn(inputValues, input)
      ? inputValues[input]
      : Object.hasOwn(config.inputs, input)
        ? config.inputs[input]
        : job.inputValues[input]
  const result = new InProcessResult({ run, job, plan, events, capture, given })
  const success = events.at(-1)?._tag === "RUN_SUCCESS"
  return { runId, events, plan, capture, result, given, success } satisfies ExecutedDefinition
}, Effect.scoped)
