import { BodyEvent } from "@heddle/definitions/BodyEvent"
import { BodyOutputs } from "@heddle/definitions/BodyOutputs"
import { InputManager } from "@heddle/definitions/InputManager"
import { type IOManagerShape, IOManager } from "@heddle/definitions/IOManager"
import type { JobDefinition } from "@heddle/definitions/JobDefinition"
import { InputDefault } from "@heddle/definitions/InputDefault"
import { JobRunConfig } from "@heddle/definitions/JobRunConfig"
import { JobSubset } from "@heddle/definitions/JobSubset"
import { OpBody } from "@heddle/definitions/OpBody"
import { OpExecutionContext, type Tags } from "@heddle/definitions/OpExecutionContext"
import { DEFAULT_IO } from "@heddle/definitions/JobNeeds"
import { StepTable } from "@heddle/definitions/StepTable"
import { ErrorInfo } from "@heddle/events/ErrorInfo"
import { EventId } from "@heddle/events/EventId"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Logger from "effect/Logger"
import * as Random from "effect/Random"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { RetryDecision } from "../plan/RetryDecision.ts"
import { type EventSink, WireNotOpened } from "../wire/Executor.ts"
import type { RunRequest, StepRequest } from "../wire/StepRequest.ts"
import type { StepPlace } from "./ioContexts.ts"
import { openResources } from "./openResources.ts"
import type { ResourceFailed } from "./ResourceFailed.ts"
import type { AnyLayer } from "./RunResources.ts"
import { AttemptEnd } from "./AttemptEnd.ts"
import { tellBodyEvent } from "./tellBodyEvent.ts"
import { StepContext } from "./StepContext.ts"
import { StepEvents } from "./StepEvents.ts"
import { HookedOutputs, type HookSurroundings, StepHooks } from "./StepHooks.ts"
import { type InputSources, loadInputs, type NamedIOManager } from "./StepInputs.ts"
import { StepLog } from "./StepLog.ts"
import { StepLoggers } from "./StepLoggers.ts"
import { StepOutcome } from "./StepOutcome.ts"
import { storeOutput } from "./StepOutputs.ts"
import { stepNeeds } from "./stepNeeds.ts"
import { hasService, unboundError } from "./unboundNeeds.ts"

/** Sees what no event holds: values and errors as they are, for results in the same process. */
export interface StepObserver {
  readonly output: (stepKey: string, output: string, mappingKey: string | undefined, value: unknown) => void
  readonly failure: (stepKey: string, outcome: Extract<StepOutcome, { _tag: "Failure" }>) => void
  /** Another attempt begins: what earlier ones gave counts no more. */
  readonly restart: (stepKey: string) => void
  /** A resource did not start, so that no step will. */
  readonly resource?: (failed: ResourceFailed) => void
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
  /** The run config of the run, where it was read in this process. */
  readonly config?: JobRunConfig
  readonly observer: StepObserver | undefined
  /** Name of this process, if the run has several. It is part of the ids of its events. */
  readonly worker?: string
}

/** Runs attempts of the steps of one run. */
export interface StepRunner {
  /** Runs one attempt to its end; all that happens goes to the sink, and it never fails. */
  readonly run: (request: StepRequest) => Effect.Effect<void>
}

/**
 * Gets ready to run steps of one run: reads its run config, starts the resources that its ops need, and records
 * events of both.
 *
 * @param whole - the job, with its bodies
 * @param request - what the run is told once
 * @param local - what this process gives
 * @param sink - takes the events; without `local.worker` it says when they are in the log, and hooks wait for that
 * @returns the runner; fails with `WireNotOpened` when run config does not fit or a resource does not start
 * @since 0.1.0
 */
const open = Effect.fnUntraced(function* (
  whole: JobDefinition,
  request: RunRequest,
  local: LocalServices,
  sink: EventSink
): Effect.fn.Return<StepRunner, WireNotOpened, Scope.Scope> {
  const job = request.selection === undefined ? whole : JobSubset.of(whole, request.selection)
  const clock = yield* Clock.Clock
  const notOpened = (error: unknown) => new WireNotOpened({ error: ErrorInfo.fromUnknown(error) })
  const config =
    local.config ??
    (yield* JobRunConfig.validate(job, request.runConfig, {
      resources: Object.keys(local.replaced),
      inputs: Object.keys(local.inputValues)
    }).pipe(Effect.mapError(notOpened)))
  const table = StepTable.of(job)

  let count = 0
  const only = request.onlyStep === undefined ? {} : { stepKey: request.onlyStep }
  const stamp = () => ({
    id: EventId.ofExecutor(count++, local.worker),
    runId: request.runId,
    timestamp: clock.currentTimeMillisUnsafe(),
    ...only
  })

  const lines = yield* Effect.mapError(StepLoggers.tap(job, config, request, table, sink), notOpened)
  const needs = stepNeeds(job, request.executes)
  const { context, replaced } = local
  const started = yield* openResources({ job, replaced, context }, needs, config, stamp, sink).pipe(
    Effect.tapError((failed) => Effect.sync(() => local.observer?.resource?.(failed))),
    Effect.mapError(notOpened)
  )
  const there = Context.merge(context, started)
  const notThere = needs.named.filter(({ tag }) => !hasService(there, tag))
  if (notThere.length > 0) return yield* notOpened(unboundError(job, notThere, local))

  const loggers = Context.get(local.context as Context.Context<unknown>, Logger.CurrentLoggers)
  const services = there.pipe(
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
    inputManager: ({ request: { nodePath } }, { name, schema }) => {
      const use = InputManager.of(schema)
      if (use === undefined) return undefined
      const { path } = table.get(nodePath)!
      return { name: use.tag.key, manager: Context.get(services, use.tag), config: config.node(path).inputs[name] }
    },
    given: {
      jobInput: (input) => {
        const values = [local.inputValues, config.inputs, job.inputValues].find((given) => Object.hasOwn(given, input))
        const schema = job.inputs[input]
        return values !== undefined || schema === undefined ? Effect.succeed(values?.[input]) : InputDefault.of(schema)
      },
      isFromConfig: (input) => !Object.hasOwn(local.inputValues, input) && Object.hasOwn(config.inputs, input),
      jobInputSchema: (input) => job.inputs[input],
      config: (node, input) => config.node(node).inputs[input]
    }
  }

  /** The services that an op or a hook names, read once for each of them. */
  const named = new Map<Tags | undefined, {}>()
  const resourcesOf = (tags: Tags | undefined): {} => {
    let resources = named.get(tags)
    if (resources === undefined) {
      resources = Object.fromEntries(Object.entries(tags ?? {}).map(([key, tag]) => [key, Context.get(services, tag)]))
      named.set(tags, resources)
    }
    return resources
  }
  const configs = new Map<string, unknown>()
  const configOf = (nodePath: string, path: ReadonlyArray<string>): unknown => {
    if (!configs.has(nodePath)) configs.set(nodePath, config.node(path).config)
    return configs.get(nodePath)
  }

  const hooked: HookSurroundings = { run: request, services, resourcesOf, isAcknowledged: local.worker === undefined }

  const retries = request.retries ?? "enabled"
  const finish = (
    step: StepRequest,
    events: StepEvents,
    given: HookedOutputs | undefined,
    startedAt: number,
    exit: Exit.Exit<void, unknown>,
    restore: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  ): Effect.Effect<void> => {
    const outcome = StepOutcome.fromExit(exit)
    if (outcome._tag === "Success") {
      // The clock of a machine may be set back meanwhile.
      const durationMillis = Math.max(0, events.now - startedAt)
      if (given !== undefined) {
        return StepHooks.finish(hooked, step, configOf, given, outcome, events, restore, (hooks, stored) =>
          events.end("STEP_SUCCESS", { durationMillis }, hooks, stored)
        )
      }
      events.end("STEP_SUCCESS", { durationMillis })
      return Effect.void
    }
    return Effect.flatMap(Random.next, (random) => {
      const answer = RetryDecision.answer(retries, step.retry, outcome, step.attempt, random)
      const end = AttemptEnd.of(outcome, answer)
      if (end._tag === "STEP_FAILURE") {
        local.observer?.failure(step.stepKey, outcome)
        if (given !== undefined && outcome.kind !== "interrupted" && request.raiseOnError !== true) {
          return StepHooks.finish(hooked, step, configOf, given, outcome, events, restore, (hooks, stored) =>
            events.end("STEP_FAILURE", end.said, hooks, stored)
          )
        }
        events.end("STEP_FAILURE", end.said)
      } else {
        events.end("STEP_UP_FOR_RETRY", end.said)
        if (given !== undefined) StepHooks.skip(given, events)
      }
      return Effect.void
    })
  }

  const attempt = (step: StepRequest): Effect.Effect<void> =>
    Effect.uninterruptibleMask((restore) => {
      const events = new StepEvents(request.runId, step, clock, lines)
      const work = Effect.suspend(() => {
        const entry = table.get(step.nodePath)
        const given = entry === undefined || entry.hooks.length === 0 ? undefined : new HookedOutputs(entry)
        const startedAt = events.now
        if (step.attempt > 1) local.observer?.restart(step.stepKey)
        events.emit(step.attempt === 1 ? "STEP_START" : "STEP_RESTARTED", {})
        return Effect.flatMap(Effect.exit(restore(body(step, events, given))), (exit) =>
          finish(step, events, given, startedAt, exit, restore)
        )
      })
      // Whatever else goes wrong, the attempt has an end.
      return Effect.catchCause(work, (cause) =>
        Effect.sync(() => {
          if (events.endAnyway(ErrorInfo.fromUnknown(cause))) {
            local.observer?.failure(step.stepKey, StepOutcome.ofFramework(Cause.squash(cause)))
          }
        })
      )
    })

  const body = (
    step: StepRequest,
    events: StepEvents,
    hookedOutputs: HookedOutputs | undefined
  ): Effect.Effect<void, unknown> => {
    const entry = table.get(step.nodePath)
    if (entry === undefined) return Effect.die(new Error(`Job "${job.name}" has no step "${step.nodePath}"`))
    const { op, path } = entry
    const work = Effect.gen(function* () {
      const place: StepPlace = { run: request, request: step, opName: op.name, events }
      const outputs = new BodyOutputs(op, step.stepKey)
      const config = configOf(step.nodePath, path)
      const context = new StepContext(request, step, op, outputs, config, resourcesOf(op.resources), events)
      const values = yield* loadInputs(inputs, entry, step, events, context)
      const store = (given: ReturnType<BodyOutputs["take"]>) => {
        local.observer?.output(step.stepKey, given.output.name, given.key, given.value)
        hookedOutputs?.add(given)
        return storeOutput(place, given, ioManager(step.nodePath, given.output.name), context)
      }
      const run = Effect.gen(function* () {
        const result = yield* OpBody.run(op, values, context)
        if (result._tag === "Returned") {
          for (const given of outputs.takeReturned(result.value)) yield* store(given)
        } else {
          yield* Stream.runForEach(result.stream, (emission) =>
            Effect.suspend(() => {
              if (!BodyEvent.is(emission)) return store(outputs.takeEmission(emission))
              tellBodyEvent(emission, events)
              return Effect.void
            })
          )
        }
      })
      yield* run.pipe(
        Effect.onInterrupt(() => Effect.sync(() => context.abort())),
        Effect.provideContext(Context.make(OpExecutionContext, context).pipe(Context.add(StepLog.CurrentStep, events)))
      )
      for (const given of outputs.takeRest()) yield* store(given)
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
