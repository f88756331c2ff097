import { describe } from "@heddle/definitions/describe"
import { IOManager, type IOManagerShape } from "@heddle/definitions/IOManager"
import type { JobDefinition } from "@heddle/definitions/JobDefinition"
import { JobRunConfig } from "@heddle/definitions/JobRunConfig"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { EventListener, RunControl } from "@heddle/engine/run/RunControl"
import { type ReexecutionOptions, startRun } from "@heddle/engine/run/startRun"
import { notBuilt } from "@heddle/engine/step/notBuilt"
import type { AnyLayer } from "@heddle/engine/step/RunResources"
import { Executor } from "@heddle/engine/wire/Executor"
import { EventLog } from "@heddle/storage/EventLog"
import { Instance } from "@heddle/storage/Instance"
import { RunStorage } from "@heddle/storage/RunStorage"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { DEFAULT_MAX_CONCURRENT, InProcessExecutor } from "./InProcessExecutor.ts"
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
  /** Goes on from an earlier run of the instance, whose values the IO managers hold. */
  readonly reexecution?: ReexecutionOptions
  /** The IO manager of outputs that name none, where no layer gives one; in memory without it. */
  readonly ioManager?: IOManagerShape
  /** Asks for the end of the run. */
  readonly control?: RunControl
  /** Sees events once they are in the log. */
  readonly onEvents?: EventListener
}

/**
 * Runs a job that is known only by its definition in this process, in the instance that is there or in one in memory
 * that lives for the call.
 *
 * @param job - definition of the job
 * @param options - as for `executeInProcess`, with types erased, and what only a host of runs needs
 * @returns the run's id, events and values; fails with `RunConfigError`, and when the id is taken, when an earlier run is
 *   not there or cannot be executed again, or when the instance cannot be written
 * @since 0.1.0
 */
export const executeDefinition = Effect.fnUntraced(function* (job: JobDefinition, options: ExecuteDefinitionOptions) {
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
      ioManager: options.ioManager ?? IOManager.makeMemory(),
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
    reexecution: options.reexecution,
    control: options.control,
    onEvents: (appended) => {
      for (const event of appended) {
        if (event._tag === "STEP_RESTARTED") capture.restart(event.stepKey)
        events.push(event)
      }
      options.onEvents?.(appended)
    }
  }).pipe(Effect.provideService(Executor, executor), Effect.provideContext(instance))
  return { runId, events, plan, capture, success: events.at(-1)?._tag === "RUN_SUCCESS" }
}, Effect.scoped)
