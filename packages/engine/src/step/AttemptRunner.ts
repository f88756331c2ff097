import { AssetExecutionContext } from "@heddle/definitions/AssetExecutionContext"
import { BodyEvent } from "@heddle/definitions/BodyEvent"
import type { BodyPartition } from "@heddle/definitions/BodyPartition"
import { BodyOutputs } from "@heddle/definitions/BodyOutputs"
import type { JobDefinition } from "@heddle/definitions/JobDefinition"
import { OpBody } from "@heddle/definitions/OpBody"
import { OpExecutionContext } from "@heddle/definitions/OpExecutionContext"
import type { StepTable } from "@heddle/definitions/StepTable"
import { ErrorInfo } from "@heddle/events/ErrorInfo"
import * as Cause from "effect/Cause"
import type * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Random from "effect/Random"
import * as Stream from "effect/Stream"
import { RetryDecision, type RetryMode } from "../plan/RetryDecision.ts"
import type { RunRequest, StepRequest } from "../wire/StepRequest.ts"
import { AttemptEnd } from "./AttemptEnd.ts"
import type { BodySurroundings } from "./BodySurroundings.ts"
import type { StepPlace } from "./ioContexts.ts"
import type { LocalServices } from "./LocalServices.ts"
import { AssetStepContext } from "./AssetStepContext.ts"
import { StepContext } from "./StepContext.ts"
import { StepEvents } from "./StepEvents.ts"
import { HookedOutputs, StepHooks } from "./StepHooks.ts"
import { runPartition } from "./runPartition.ts"
import { StepAssets } from "./StepAssets.ts"
import { loadAsset, loadInputs } from "./StepInputs.ts"
import { StepLog } from "./StepLog.ts"
import { StepOutcome } from "./StepOutcome.ts"
import { storeOutput } from "./StepOutputs.ts"
import { tellBodyEvent } from "./tellBodyEvent.ts"

/** What attempts of one run are run with. */
export interface AttemptRunnerParts {
  readonly job: JobDefinition
  readonly request: RunRequest
  readonly local: LocalServices
  readonly clock: Clock.Clock
  /** Takes the events of attempts. */
  readonly lines: ConstructorParameters<typeof StepEvents>[3]
  readonly table: StepTable
  readonly surroundings: BodySurroundings
}

/** The context of a body as services. */
const contextServices = (context: StepContext | AssetStepContext, events: StepEvents): Context.Context<never> => {
  const services = Context.make(OpExecutionContext, context).pipe(Context.add(StepLog.CurrentStep, events))
  return (
    context instanceof AssetStepContext ? Context.add(services, AssetExecutionContext, context) : services
  ) as Context.Context<never>
}

/** Runs attempts of one run, each from its start to its last event. */
export class AttemptRunner {
  readonly #parts: AttemptRunnerParts
  readonly #around: BodySurroundings
  readonly #retries: RetryMode
  readonly #partition: BodyPartition

  constructor(parts: AttemptRunnerParts) {
    this.#parts = parts
    this.#around = parts.surroundings
    this.#partition = runPartition(parts.job, parts.request)
    this.#retries = parts.request.retries ?? "enabled"
  }

  /** Runs one attempt to its end; all that happens goes to the sink, and it never fails. */
  run(step: StepRequest): Effect.Effect<void> {
    const { clock, lines, request, table } = this.#parts
    return Effect.uninterruptibleMask((restore) => {
      const events = new StepEvents(request.runId, step, clock, lines)
      const work = Effect.suspend(() => {
        const entry = table.get(step.nodePath)
        const given = entry === undefined || entry.hooks.length === 0 ? undefined : new HookedOutputs(entry)
        const startedAt = events.now
        if (step.attempt > 1) this.#parts.local.observer?.restart(step.stepKey)
        events.emit(step.attempt === 1 ? "STEP_START" : "STEP_RESTARTED", {})
        return Effect.flatMap(Effect.exit(restore(this.#body(step, events, given))), (exit) =>
          this.#finish(step, events, given, startedAt, exit, restore)
        )
      })
      // Whatever else goes wrong, the attempt has an end.
      return Effect.catchCause(work, (cause) =>
        Effect.sync(() => {
          if (events.endAnyway(ErrorInfo.fromUnknown(cause))) {
            this.#parts.local.observer?.failure(step.stepKey, StepOutcome.ofFramework(Cause.squash(cause)))
          }
        })
      )
    })
  }

  #finish(
    step: StepRequest,
    events: StepEvents,
    given: HookedOutputs | undefined,
    startedAt: number,
    exit: Exit.Exit<void, unknown>,
    restore: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  ): Effect.Effect<void> {
    const { local, request } = this.#parts
    const outcome = StepOutcome.fromExit(exit)
    /** The last event of the attempt, and the hooks that it names. */
    const end = (
      hooked: HookedOutputs | undefined,
      tellEnd: (hooks?: ReadonlyArray<string>, stored?: () => void) => void
    ): Effect.Effect<void> => {
      if (hooked !== undefined) {
        return StepHooks.finish(this.#around.hooks, step, hooked, outcome, events, restore, tellEnd)
      }
      tellEnd()
      return Effect.void
    }
    if (outcome._tag === "Success") {
      // The clock of a machine may be set back meanwhile.
      const durationMillis = Math.max(0, events.now - startedAt)
      return end(given, (hooks, stored) => events.end("STEP_SUCCESS", { durationMillis }, hooks, stored))
    }
    return Effect.flatMap(Random.next, (random) => {
      const answer = RetryDecision.answer(this.#retries, step.retry, outcome, step.attempt, random)
      const ended = AttemptEnd.of(outcome, answer)
      if (ended._tag === "STEP_FAILURE") {
        local.observer?.failure(step.stepKey, outcome)
        const runsHooks = outcome.kind !== "interrupted" && request.raiseOnError !== true
        return end(runsHooks ? given : undefined, (hooks, stored) =>
          events.end("STEP_FAILURE", ended.said, hooks, stored)
        )
      }
      events.end("STEP_UP_FOR_RETRY", ended.said)
      if (given !== undefined) StepHooks.skip(given, events)
      return Effect.void
    })
  }

  #body(step: StepRequest, events: StepEvents, hookedOutputs: HookedOutputs | undefined): Effect.Effect<void, unknown> {
    const { job, local, request, table } = this.#parts
    const around = this.#around
    const partition = this.#partition
    const entry = table.get(step.nodePath)
    if (entry === undefined) return Effect.die(new Error(`Job "${job.name}" has no step "${step.nodePath}"`))
    const { op, path } = entry
    const work = Effect.gen(function* () {
      const place: StepPlace = { run: request, request: step, opName: op.name, events }
      const outputs = new BodyOutputs(op, step.stepKey)
      const config = around.configOf(step.nodePath, path)
      const resources = around.resourcesOf(op.resources)
      const assets = op.ofAssets === true ? new StepAssets(request, step, events) : undefined
      const parts = { run: request, step, op, outputs, config, resources, events, partition }
      const context =
        assets === undefined
          ? new StepContext(parts)
          : new AssetStepContext(parts, assets, (asset) => loadAsset(around.inputs.assets, asset, asset, place))
      const values = yield* loadInputs(around.inputs, entry, step, events, context)
      const store = (given: ReturnType<BodyOutputs["take"]>) => {
        if (given.isValueless !== true && given.output.check === undefined) {
          local.observer?.output(step.stepKey, given.output.name, given.key, given.value)
        }
        hookedOutputs?.add(given)
        return storeOutput(place, given, around.ioManager(step.nodePath, given.output.name), context, assets)
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
        Effect.provideContext(contextServices(context, events))
      )
      for (const given of outputs.takeRest()) yield* store(given)
      if (assets?.failure !== undefined) return yield* Effect.die(assets.failure)
    })
    return Effect.provideContext(Effect.scoped(work), around.services)
  }
}
