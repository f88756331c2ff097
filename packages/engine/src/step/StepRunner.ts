import { AssetJobPart } from "@heddle/definitions/AssetJobPart"
import { AssetSubset } from "@heddle/definitions/AssetSubset"
import type { JobDefinition } from "@heddle/definitions/JobDefinition"
import { JobRunConfig } from "@heddle/definitions/JobRunConfig"
import { JobSubset } from "@heddle/definitions/JobSubset"
import { StepTable } from "@heddle/definitions/StepTable"
import { ErrorInfo } from "@heddle/events/ErrorInfo"
import { EventId } from "@heddle/events/EventId"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import type * as Scope from "effect/Scope"
import { type EventSink, WireNotOpened } from "../wire/Executor.ts"
import type { RunRequest, StepRequest } from "../wire/StepRequest.ts"
import { AttemptRunner } from "./AttemptRunner.ts"
import { BodySurroundings } from "./BodySurroundings.ts"
import type { LocalServices } from "./LocalServices.ts"
import { openResources } from "./openResources.ts"
import { StepLog } from "./StepLog.ts"
import { StepLoggers } from "./StepLoggers.ts"
import { stepNeeds } from "./stepNeeds.ts"
import { hasService, unboundError } from "./unboundNeeds.ts"
import { ValuesNotShared } from "./ValuesNotShared.ts"

/** Runs attempts of the steps of one run. */
export interface StepRunner {
  /** Runs one attempt to its end; all that happens goes to the sink, and it never fails. */
  readonly run: (request: StepRequest) => Effect.Effect<void>
}

/** The job, or the part of it that the run executes. */
const jobOf = (whole: JobDefinition, { assetSelection, selection }: RunRequest): JobDefinition => {
  if (assetSelection !== undefined && AssetJobPart.isPossible(whole)) {
    return AssetJobPart.of(whole, AssetSubset.fromData(assetSelection))
  }
  return selection === undefined ? whole : JobSubset.of(whole, selection)
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
  const job = jobOf(whole, request)
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
  const unshared = local.worker === undefined ? undefined : ValuesNotShared.find(job, needs, there)
  if (unshared !== undefined) return yield* notOpened(unshared)

  const loggers = Context.get(local.context as Context.Context<unknown>, Logger.CurrentLoggers)
  const services = there.pipe(
    Context.add(Logger.CurrentLoggers, new Set([...loggers, StepLog.logger]))
  ) as Context.Context<unknown>

  const surroundings = new BodySurroundings({ job, request, local, config, table, services })
  const attempts = new AttemptRunner({ job, request, local, clock, lines, table, surroundings })
  return { run: (step) => attempts.run(step) }
})

/**
 * The half of the engine that runs bodies.
 *
 * @since 0.1.0
 */
export const StepRunner = { open }
