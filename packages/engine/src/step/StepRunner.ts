import { BodyOutputs } from "@heddle/definitions/BodyOutputs"
import { type IOManagerShape, IOManager } from "@heddle/definitions/IOManager"
import type { JobDefinition } from "@heddle/definitions/JobDefinition"
import { JobRunConfig } from "@heddle/definitions/JobRunConfig"
import { OpBody } from "@heddle/definitions/OpBody"
import type { OpDefinition } from "@heddle/definitions/OpDefinition"
import { OpExecutionContext } from "@heddle/definitions/OpExecutionContext"
import { ValueCheck } from "@heddle/definitions/ValueCheck"
import { ErrorInfo } from "@heddle/events/ErrorInfo"
import { EventId } from "@heddle/events/EventId"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as Random from "effect/Random"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { RetryDecision } from "../plan/RetryDecision.ts"
import { type EventSink, WireNotOpened } from "../wire/Executor.ts"
import type { RunRequest, StepRequest } from "../wire/StepRequest.ts"
import { type AnyLayer, neededResources, startResources } from "./RunResources.ts"
import { StepContext } from "./StepContext.ts"
import { StepEvents } from "./StepEvents.ts"
import { type InputSources, loadInputs, type NamedIOManager } from "./StepInputs.ts"
import { StepLog } from "./StepLog.ts"
import { StepOutcome } from "./StepOutcome.ts"
import { storeOutput } from "./StepOutputs.ts"
import { StepTable } from "./StepTable.ts"

/** Sees what no event holds: values and errors as they are, for results in the same process. */
export interface StepObserver {
  readonly output: (stepKey: string, output: string, mappingKey: string | undefined, value: unknown) => void
  readonly failure: (stepKey: string, outcome: Extract<StepOutcome, { _tag: "Failure" }>) => void
}

/** What the process in which bodies run gives to them, beside what the run's request says. */
export interface LocalServices {
  /** Services that are there already, such as those of a call's layer. */
  readonly context: Context.Context<never>
  /** Layers that take the place of resources of the job, by key. */
  readonly replaced: { readonly [key: string]: AnyLayer }
  /** Values of job inputs that are given as they are. */
  readonly inputValues: { readonly [input: string]: unknown }
  /** The IO manager of outputs that name none, where the services hold none. */
  readonly ioManager: IOManagerShape
  readonly observer: StepObserver | undefined
  /** Name of this process among those of the run, where there are several; its events bear it in their ids. */
  readonly worker?: string
}

/** Runs attempts of the steps of one run. */
export interface StepRunner {
  /** Runs one attempt to its end; all that happens goes to the sink, and it never fails. */
  readonly run: (request: StepRequest) => Effect.Effect<void>
}

/** An interrupt comes from outside: a stack would only show the engine. */
const INTERRUPTED: ErrorInfo = { name: "StepInterrupted", message: "The step was interrupted" }

/** Name under which events tell of the default IO manager. */
const DEFAULT_IO = "io_manager"

/**
 * Gets ready to run steps of one run: reads its run config, starts the resources that its ops need, and tells of both.
 *
 * @param job - the job, with its bodies
 * @param request - what the run is told once
 * @param local - what this process gives
 * @param sink - takes the events
 * @returns the runner; fails with `WireNotOpened` when run config does not fit or a resource does not start
 * @since 0.1.0
 */
const open = Effect.fnUntraced(function* (
  job: JobDefinition,
  request: RunRequest,
  local: LocalServices,
  sink: EventSink
): Effect.fn.Return<StepRunner, WireNotOpened, Scope.Scope> {
  const clock = yield* Clock.Clock
  const notOpened = (error: unknown) => new WireNotOpened({ error: ErrorInfo.fromUnknown(error) })
  const config = yield* JobRunConfig.validate(job, request.runConfig, {
    resources: Object.keys(local.replaced),
    inputs: Object.keys(local.inputValues)
  }).pipe(Effect.mapError(notOpened))
  const table = StepTable.of(job)

  let count = 0
  const only = request.onlyStep === undefined ? {} : { stepKey: request.onlyStep }
  const stamp = () => ({
    id: EventId.ofExecutor(count++, local.worker),
    runId: request.runId,
    timestamp: clock.currentTimeMillisUnsafe(),
    ...only
  })

  const keys = neededResources(job, table.values())
  const storesByDefault = [...table.values()].some(({ op }) =>
    op.outputs.some(({ io, schema }) => io === undefined && !ValueCheck.isNothing(schema))
  )
  const shown = storesByDefault ? [...keys, DEFAULT_IO].toSorted() : keys
  if (shown.length > 0) sink([{ _tag: "RESOURCE_INIT_STARTED", ...stamp(), resources: shown }])
  const started = yield* startResources(job, config, local.replaced, keys, local.context).pipe(
    Effect.tapError((failed) =>
      Effect.sync(() => {
        sink([{ _tag: "RESOURCE_INIT_FAILURE", ...stamp(), resource: failed.resource, error: failed.error }])
      })
    ),
    Effect.mapError(notOpened)
  )
  if (shown.length > 0) {
    sink([
      {
        _tag: "RESOURCE_INIT_SUCCESS",
        ...stamp(),
        durationMillis: storesByDefault ? { ...started.durationMillis, [DEFAULT_IO]: 0 } : started.durationMillis
      }
    ])
  }

  const loggers = Context.get(local.context as Context.Context<unknown>, Logger.CurrentLoggers)
  const services = Context.merge(local.context, started.context).pipe(
    Context.add(Logger.CurrentLoggers, new Set([...loggers, StepLog.logger]))
  ) as Context.Context<unknown>

  const byDefault: NamedIOManager = {
    name: DEFAULT_IO,
    manager: Context.getOrUndefined(services, IOManager) ?? local.ioManager
  }
  const ioManager = (nodePath: string, output: string): NamedIOManager => {
    const io = StepTable.output(table, nodePath, output)?.io
    return io === undefined ? byDefault : { name: io.key, manager: Context.get(services, io) }
  }
  const inputs: InputSources = {
    run: request,
    table,
    ioManager,
    given: {
      jobInput: (input) =>
        Object.hasOwn(local.inputValues, input)
          ? local.inputValues[input]
          : Object.hasOwn(config.inputs, input)
            ? config.inputs[input]
            : job.inputValues[input],
      config: (node, input) => config.node(node).inputs[input]
    }
  }

  /** The services that an op names, read once for each op. */
  const named = new Map<OpDefinition, {}>()
  const resourcesOf = (op: OpDefinition): {} => {
    let resources = named.get(op)
    if (resources === undefined) {
      resources = Object.fromEntries(
        Object.entries(op.resources ?? {}).map(([key, tag]) => [key, Context.get(services, tag)])
      )
      named.set(op, resources)
    }
    return resources
  }
  const configs = new Map<string, unknown>()
  const configOf = (nodePath: string, path: ReadonlyArray<string>): unknown => {
    if (!configs.has(nodePath)) configs.set(nodePath, config.node(path).config)
    return configs.get(nodePath)
  }

  const attempt = (step: StepRequest): Effect.Effect<void> =>
    Effect.uninterruptibleMask((restore) =>
      Effect.suspend(() => {
        const events = new StepEvents(request.runId, step, clock, sink)
        const startedAt = events.now
        events.emit(step.attempt === 1 ? "STEP_START" : "STEP_RESTARTED", {})
        return Effect.flatMap(Effect.exit(restore(body(step, events))), (exit) => {
          const outcome = StepOutcome.fromExit(exit)
          if (outcome._tag === "Success") {
            events.emit("STEP_SUCCESS", { durationMillis: events.now - startedAt })
            return Effect.void
          }
          return Effect.map(Random.next, (random) => {
            const { error, source } = outcome
            const info = { error: outcome.kind === "interrupted" ? INTERRUPTED : ErrorInfo.fromUnknown(error), source }
            const waitMillis = RetryDecision.waitMillis(step.retry, outcome, step.attempt, random)
            if (waitMillis === undefined) {
              local.observer?.failure(step.stepKey, outcome)
              events.emit("STEP_FAILURE", info)
            } else {
              events.emit("STEP_UP_FOR_RETRY", { ...info, waitMillis })
            }
          })
        })
      })
    )

  const body = (step: StepRequest, events: StepEvents): Effect.Effect<void, unknown> => {
    const entry = table.get(step.nodePath)
    if (entry === undefined) return Effect.die(new Error(`Job "${job.name}" has no step "${step.nodePath}"`))
    const { op, path } = entry
    const work = Effect.gen(function* () {
      const context = new StepContext(request, step, configOf(step.nodePath, path), resourcesOf(op), events)
      const values = yield* loadInputs(inputs, entry, step, events)
      const outputs = new BodyOutputs(op, step.stepKey)
      const store = (given: ReturnType<BodyOutputs["take"]>) => {
        local.observer?.output(step.stepKey, given.output.name, given.key, given.value)
        return storeOutput(request.runId, step, given, ioManager(step.nodePath, given.output.name), events)
      }
      const run = Effect.gen(function* () {
        const result = yield* OpBody.run(op, values, context)
        if (result._tag === "Returned") {
          for (const given of outputs.takeReturned(result.value)) yield* store(given)
        } else {
          yield* Stream.runForEach(result.stream, (emission) =>
            Effect.suspend(() => store(outputs.takeEmission(emission)))
          )
        }
      })
      yield* run.pipe(
        Effect.onInterrupt(() => Effect.sync(() => context.abort())),
        Effect.provideContext(Context.make(OpExecutionContext, context).pipe(Context.add(StepLog.CurrentStep, events)))
      )
      const missing = outputs.missing()
      if (missing !== undefined) return yield* Effect.die(missing)
    })
    return Effect.provideContext(Effect.scoped(work), services)
  }

  return { run: attempt }
})

/**
 * The half of the engine that runs bodies.
 *
 * @since 0.1.0
 */
export const StepRunner = { open }
