import { AssetJobPart } from "@heddle/definitions/AssetJobPart"
import { DefinitionError, type DefinitionProblem } from "@heddle/definitions/DefinitionError"
import { describe } from "@heddle/definitions/describe"
import { InputDefault } from "@heddle/definitions/InputDefault"
import { IOManager, type IOManagerShape } from "@heddle/definitions/IOManager"
import type { JobDefinition } from "@heddle/definitions/JobDefinition"
import { JobRunConfig } from "@heddle/definitions/JobRunConfig"
import { isPartitionTag } from "@heddle/engine/plan/partitionTag"
import type { ExecutionPlan } from "@heddle/engine/plan/ExecutionPlan"
import type { ExecutorDefinition } from "@heddle/engine/executor/ExecutorDefinition"
import { createRun } from "@heddle/engine/run/createRun"
import { RunControl } from "@heddle/engine/run/RunControl"
import { RunLoop } from "@heddle/engine/run/RunLoop"
import { notBuilt } from "@heddle/engine/step/notBuilt"
import type { AnyLayer } from "@heddle/engine/step/RunResources"
import { requireBound } from "@heddle/engine/step/unboundNeeds"
import { Executor } from "@heddle/engine/wire/Executor"
import { OptionCheck } from "@heddle/events/OptionCheck"
import { FileIOManager } from "@heddle/io-fs/FileIOManager"
import { EventLog } from "@heddle/storage/EventLog"
import type { Instance } from "@heddle/storage/Instance"
import { InstanceTraits } from "@heddle/storage/InstanceTraits"
import type { RunTakenOver, StorageError } from "@heddle/storage/StorageError"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import { ActiveRuns } from "./ActiveRuns.ts"
import { chooseExecutor } from "./chooseExecutor.ts"
import { DefaultExecutors } from "./DefaultExecutors.ts"
import { InstanceValues } from "./InstanceValues.ts"
import { InvalidRunId } from "./InvalidRunId.ts"
import type { LaunchDefinitionOptions } from "./LaunchDefinitionOptions.ts"
import { RunCapture } from "./RunCapture.ts"
import { runPartitions, withRunConfigOf } from "./runPartitions.ts"
import { type RunTarget, runTarget } from "./RunTarget.ts"

/** A run that is recorded and in progress. */
export interface LaunchedRun extends RunTarget {
  readonly runId: string
  readonly plan: ExecutionPlan
  readonly tags: { readonly [key: string]: string }
  readonly executor: ExecutorDefinition
  readonly control: RunControl
  /** Raw values and errors of the bodies that run in this process. */
  readonly capture: RunCapture
  /** Returns the value of a job input. */
  readonly given: (input: string) => unknown
  /** The IO manager of outputs that name none. */
  readonly ioManager: IOManagerShape
  /** Waits for the end of the run; it fails when the log cannot be written or another process took the run. */
  readonly ended: Effect.Effect<void, StorageError | RunTakenOver>
}

const replacements = (layers: LaunchDefinitionOptions["resources"]): { readonly [key: string]: AnyLayer } =>
  Object.fromEntries(
    Object.entries(layers ?? {}).flatMap(([key, layer]) => (layer === undefined ? [] : [[key, layer] as const]))
  )

/**
 * Makes the defaults of the job inputs that nothing else gives, once for all steps of the run in this process. Fails with
 * `DefinitionError`, which lists every default that cannot be made.
 */
const inputDefaults = Effect.fnUntraced(function* (
  job: JobDefinition,
  isGiven: (input: string) => boolean
): Effect.fn.Return<{ readonly [input: string]: unknown }, DefinitionError> {
  const defaults: Record<string, unknown> = {}
  const problems: Array<DefinitionProblem> = []
  for (const [input, schema] of Object.entries(job.inputs)) {
    if (isGiven(input) || !InputDefault.has(schema)) continue
    const made = yield* Effect.exit(InputDefault.of(schema))
    if (Exit.isSuccess(made)) defaults[input] = made.value
    else if (Cause.hasInterrupts(made.cause)) return yield* Effect.interrupt
    else {
      const message = `its default cannot be made: ${String(Cause.squash(made.cause))}`
      problems.push({ place: `input "${input}"`, message })
    }
  }
  if (problems.length > 0) return yield* new DefinitionError({ subject: `job "${job.name}"`, problems })
  return defaults
})

/** The defaults of job inputs in their JSON form. Fails with `DefinitionError`, which lists every default that has none. */
const encodedDefaults = Effect.fnUntraced(function* (
  job: JobDefinition,
  defaults: { readonly [input: string]: unknown }
): Effect.fn.Return<{ readonly [input: string]: unknown } | undefined, DefinitionError> {
  const encoded: Record<string, unknown> = {}
  const problems: Array<DefinitionProblem> = []
  for (const [input, value] of Object.entries(defaults)) {
    const result = Result.try(() => InputDefault.encode(job.inputs[input]!, value))
    if (Result.isSuccess(result)) encoded[input] = result.success
    else {
      const message = `its default cannot be sent to another process, because it has no JSON form: ${String(result.failure)}`
      problems.push({ place: `input "${input}"`, message })
    }
  }
  if (problems.length > 0) return yield* new DefinitionError({ subject: `job "${job.name}"`, problems })
  return Object.keys(encoded).length === 0 ? undefined : encoded
})

/**
 * Starts every run, whatever the entry point: resolves the target, validates run config, chooses the executor and
 * checks what it requires, records the run and carries it out. Leaving the scope cancels the run and waits for its
 * end.
 *
 * @param whole - definition of the job
 * @param options - as for `executeInProcess`, with types erased, and what only a host of runs needs
 * @returns the run once it is recorded; fails before anything is recorded with `RunConfigError`, `SelectionError`,
 *   `AssetSelectionError`, `DefinitionError`, `JobNotPartitioned`, `UnknownPartitionKey`, `InvalidPartitionKeyRange`, `RangeNotInOneRun`, `PartitionRequired`, `InvalidRunId`, `OutputsNotPortable`, `ExecutorRequirementsUnmet`, `InvalidOptions` or `NotBuilt`, when the id is taken, when an
 *   earlier run is not there or cannot be executed again, and with `StorageError`
 * @since 0.1.0
 */
export const launchDefinition = Effect.fnUntraced(function* (whole: JobDefinition, asked: LaunchDefinitionOptions) {
  // Values of assets outlive their run, and those of a job that other processes can load are kept where they can read them.
  const isKept = asked.location !== undefined || AssetJobPart.isPossible(whole)
  const values =
    asked.values ?? (isKept && asked.ioManager === undefined ? (yield* InstanceTraits).valuesFolder : undefined)
  const options: LaunchDefinitionOptions = values === undefined ? asked : { ...asked, values }
  const invalidId = options.runId === undefined ? undefined : InvalidRunId.of(options.runId)
  if (invalidId !== undefined) return yield* invalidId
  const ambient = yield* Effect.context<Instance>()
  const replaced = replacements(options.resources)
  const inputValues = options.inputValues ?? {}
  const resolved = yield* runTarget(whole, options)
  const partitions = yield* runPartitions(resolved.job, {
    partitionKey: options.partitionKey,
    partitionRange: options.partitionRange,
    tags: Object.keys(options.tags ?? {}).some(isPartitionTag) ? options.tags : resolved.parentTags
  })
  const target = withRunConfigOf(partitions, resolved)
  if (options.executor !== undefined && options.layer === undefined) {
    yield* requireBound(whole, { context: ambient, replaced })
  }
  const { assetSelection, job, opSelection, runConfig, selection } = target
  const executors = yield* DefaultExecutors
  const config = yield* JobRunConfig.validate(job, runConfig, {
    resources: Object.keys(replaced),
    inputs: Object.keys(inputValues),
    executors
  })
  const givenElsewhere = [inputValues, config.inputs, job.inputValues]
  const defaults = yield* inputDefaults(job, (input) => givenElsewhere.some((values) => Object.hasOwn(values, input)))
  const snapshot = describe(job)
  const executor = options.executor ?? (yield* chooseExecutor({ job, snapshot, config, executors, ambient, options }))
  const unbuilt = notBuilt(job)
  if (unbuilt !== undefined) return yield* unbuilt
  const isElsewhere = executor.requirements.reconstructableJob === true
  if (isElsewhere) yield* requireBound(job, { context: Context.empty(), replaced: {} })
  else if (options.layer === undefined && options.executor === undefined)
    yield* requireBound(whole, { context: ambient, replaced })
  // Layers of a call need nothing by their type.
  const called =
    options.layer === undefined ? Context.empty() : yield* Layer.build(options.layer as unknown as Layer.Layer<never>)
  const context = Context.merge(ambient, called)
  if (options.layer !== undefined) yield* requireBound(whole, { context, replaced })

  const sentDefaults = isElsewhere ? yield* encodedDefaults(job, defaults) : undefined
  const capture = new RunCapture()
  const ioManager =
    options.ioManager ??
    (options.values === undefined
      ? IOManager.makeMemory(InstanceValues.of(Context.get(ambient, EventLog)))
      : FileIOManager.makeNode(options.values))
  const control = options.control ?? new RunControl()
  const active = yield* ActiveRuns
  const bound = executor.bind(
    {
      config: config.execution,
      job: whole,
      location: options.location,
      values: options.values,
      local: { context, replaced, inputValues: { ...defaults, ...inputValues }, ioManager, config, observer: capture }
    },
    options.maxConcurrent
  )
  const invalid = new OptionCheck(`Executor "${bound.name}"`).wholeNumber("maxConcurrent", bound.maxConcurrent, 1).error
  if (invalid !== undefined) return yield* invalid
  const tags = { ...(job.runTags ?? job.tags), ...options.tags, ...partitions.tags }
  if (active !== undefined) {
    yield* Effect.acquireRelease(
      Effect.sync(() => active.begin(control)),
      (end) => Effect.sync(end)
    )
  }
  const scope = yield* Effect.scope
  // A run that is recorded is carried out: nothing interrupts the way from the one to the other.
  const { created, fiber } = yield* Effect.uninterruptible(
    Effect.gen(function* () {
      const created = yield* createRun({
        snapshot,
        runConfig,
        keptRunConfig: JobRunConfig.withoutSecrets(job, runConfig, { executors }),
        tags,
        partitionMoment: partitions.moment,
        partitionKeys: partitions.keys,
        runId: options.runId,
        reexecution: options.reexecution,
        opSelection,
        selection,
        assetSelection,
        // What a body in another process failed with stays there, so that it cannot become the failure of a call.
        raiseOnError: isElsewhere ? false : options.raiseOnError,
        retries: config.retries,
        inputDefaults: sentDefaults
      })
      const run = RunLoop.run({ ...created, control, onEvents: options.onEvents })
      const fiber = yield* Effect.forkIn(Effect.interruptible(Effect.provideService(run, Executor, bound)), scope)
      return { created, fiber }
    })
  )
  const given = (input: string): unknown =>
    [...givenElsewhere, defaults].find((values) => Object.hasOwn(values, input))?.[input]
  return {
    ...target,
    runId: created.request.runId,
    plan: created.plan,
    tags: created.request.tags,
    executor,
    control,
    capture,
    given,
    ioManager,
    ended: Effect.asVoid(Fiber.join(fiber))
  } satisfies LaunchedRun
})
