import { RetryDecision } from "@heddle/engine/plan/RetryDecision"
import { type EventSink, type Executor, type StepWire, WireNotOpened } from "@heddle/engine/wire/Executor"
import type { RunRequest, StepRequest } from "@heddle/engine/wire/StepRequest"
import { ErrorInfo } from "@heddle/events/ErrorInfo"
import { EventId } from "@heddle/events/EventId"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { ErrorSource } from "@heddle/events/StepEvent"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type * as Scope from "effect/Scope"
import { ChildWorker } from "./ChildWorker.ts"
import type { JobLocation } from "./JobLocation.ts"

/** What a multiprocess executor is made of. */
export interface MultiprocessOptions {
  /** Where workers load the job from. */
  readonly location: JobLocation
  /** Folder of values whose outputs name no IO manager. */
  readonly values: string
  /** How many workers there may be, and so how many steps run at once, ≥ 1. */
  readonly maxConcurrent: number
  /** How long a body may take to end when it is asked to, before its process is killed; 5 seconds without it. */
  readonly grace?: Duration.Input
}

/** A worker and what it does: opening, then idle or at work on one attempt. */
interface Slot {
  readonly worker: ChildWorker
  opened: boolean
  step: StepRequest | undefined
  /** Whether the executor itself wants it gone. */
  dismissed: boolean
}

const INTERRUPTED: ErrorInfo = { name: "StepInterrupted", message: "The step was interrupted" }

const isOver = (event: HeddleEvent, { attempt, stepKey }: StepRequest): boolean =>
  (event._tag === "STEP_SUCCESS" || event._tag === "STEP_FAILURE" || event._tag === "STEP_UP_FOR_RETRY") &&
  event.stepKey === stepKey &&
  event.attempt === attempt

const open = (
  options: MultiprocessOptions,
  request: RunRequest,
  sink: EventSink
): Effect.Effect<StepWire, WireNotOpened, Scope.Scope> =>
  Effect.gen(function* () {
    const clock = yield* Clock.Clock
    const random = yield* Random.Random
    const scope = yield* Effect.scope
    const grace = options.grace ?? "5 seconds"
    const ready = yield* Deferred.make<void, WireNotOpened>()
    const slots = new Set<Slot>()
    let workers = 0
    let lines = 0
    let closing = false

    const stamp = () => ({ runId: request.runId, timestamp: clock.currentTimeMillisUnsafe() })
    const ofStep = ({ attempt, stepKey }: StepRequest, what: string) => ({
      ...stamp(),
      id: `${stepKey}~${attempt}~${what}`,
      stepKey,
      attempt
    })

    /** Ends an attempt whose worker cannot end it any more. */
    const fail = (slot: Slot, error: ErrorInfo, source: ErrorSource, errorTag: string | undefined): void => {
      const { step } = slot
      if (step === undefined) return
      slot.step = undefined
      const failure = { errorTag, source, retryable: source !== "INTERRUPT" }
      const waitMillis = RetryDecision.waitMillis(step.retry, failure, step.attempt, random.nextDoubleUnsafe())
      sink([
        waitMillis === undefined
          ? { _tag: "STEP_FAILURE", ...ofStep(step, "worker"), error, source }
          : { _tag: "STEP_UP_FOR_RETRY", ...ofStep(step, "worker"), error, source, waitMillis }
      ])
    }

    const launchOn = (slot: Slot, step: StepRequest): void => {
      slot.step = step
      if (slot.opened) slot.worker.send({ _tag: "Launch", request: step })
    }

    const start = (step: StepRequest | undefined): Slot => {
      const name = `worker${++workers}`
      if (step !== undefined) sink([{ _tag: "STEP_WORKER_STARTING", ...ofStep(step, "starting") }])
      const slot: Slot = {
        opened: false,
        step: undefined,
        dismissed: false,
        worker: new ChildWorker(
          name,
          { _tag: "Open", location: options.location, request, values: options.values, worker: name },
          {
            opened: () => {
              slot.opened = true
              Deferred.doneUnsafe(ready, Effect.void)
              if (slot.step === undefined) return
              sink([{ _tag: "STEP_WORKER_STARTED", ...ofStep(slot.step, "started"), pid: slot.worker.pid ?? 0 }])
              slot.worker.send({ _tag: "Launch", request: slot.step })
            },
            notOpened: (error) => {
              Deferred.doneUnsafe(ready, Effect.fail(new WireNotOpened({ error })))
              fail(slot, error, "FRAMEWORK_ERROR", undefined)
            },
            events: (events) => {
              sink(events)
              const { step } = slot
              if (step !== undefined && events.some((event) => isOver(event, step))) slot.step = undefined
            },
            line: (stream, message) =>
              sink([
                {
                  _tag: "LOG_MESSAGE",
                  ...stamp(),
                  id: EventId.ofExecutor(lines++, `${name}~output`),
                  ...(slot.step === undefined ? {} : { stepKey: slot.step.stepKey }),
                  level: stream === "stdout" ? "INFO" : "WARNING",
                  message,
                  data: { stream, worker: name }
                }
              ]),
            ended: (crash) => {
              slots.delete(slot)
              if (closing) return
              const error = ErrorInfo.fromUnknown(crash)
              Deferred.doneUnsafe(ready, Effect.fail(new WireNotOpened({ error })))
              if (slot.dismissed) fail(slot, INTERRUPTED, "INTERRUPT", undefined)
              else fail(slot, error, "UNEXPECTED_ERROR", crash._tag)
            }
          }
        )
      }
      slots.add(slot)
      if (step !== undefined) launchOn(slot, step)
      return slot
    }

    yield* Effect.addFinalizer(() =>
      Effect.suspend(() => {
        closing = true
        const all = [...slots]
        for (const { worker } of all) worker.send({ _tag: "Close" })
        const ended = Effect.promise(() => Promise.all(all.map(({ worker }) => worker.ended)))
        return Effect.timeoutOrElse(ended, {
          duration: grace,
          orElse: () =>
            Effect.suspend(() => {
              for (const { worker } of all) worker.kill()
              return ended
            })
        })
      })
    )
    // The first one shows whether the job can be loaded and its resources start; the others come when they are needed.
    start(undefined)
    yield* Deferred.await(ready)

    const slotOf = (stepKey: string, attempt: number): Slot | undefined =>
      [...slots].find(({ step }) => step?.stepKey === stepKey && step.attempt === attempt)

    return {
      launch: (step: StepRequest) =>
        Effect.sync(() => {
          const idle = [...slots].find((slot) => slot.opened && slot.step === undefined && !slot.dismissed)
          if (idle === undefined) start(step)
          else launchOn(idle, step)
        }),
      terminate: (stepKey: string, attempt: number) =>
        Effect.suspend(() => {
          const slot = slotOf(stepKey, attempt)
          if (slot === undefined) return Effect.void
          if (slot.opened) slot.worker.send({ _tag: "Terminate", stepKey, attempt })
          const kill = Effect.sync(() => {
            if (slot.step?.stepKey !== stepKey || slot.step.attempt !== attempt) return
            slot.dismissed = true
            slot.worker.kill()
          })
          return slot.opened ? Effect.asVoid(Effect.forkIn(Effect.andThen(Effect.sleep(grace), kill), scope)) : kill
        }),
      health: (stepKey: string, attempt: number) =>
        Effect.sync(() =>
          slotOf(stepKey, attempt) === undefined
            ? { healthy: false as const, reason: "no worker process runs this attempt" }
            : { healthy: true as const }
        )
    }
  })

/**
 * An executor whose steps run in child processes. They are kept warm for the run: each loads the job and starts its
 * resources once, and runs one attempt at a time. A worker that ends in the middle of one fails it, as its retry policy
 * allows; one that does not end its body when asked is killed. When this process dies, its workers die with it.
 *
 * @since 0.1.0
 * @source Dagster multiprocess_executor, with warm workers
 */
export const MultiprocessExecutor = {
  /** Makes the executor of one job. */
  make: (options: MultiprocessOptions): Executor["Service"] => ({
    name: "multiprocess",
    maxConcurrent: options.maxConcurrent,
    open: (request, sink) => open(options, request, sink)
  })
}
