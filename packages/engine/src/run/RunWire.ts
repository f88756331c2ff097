import { ErrorInfo } from "@heddle/events/ErrorInfo"
import { EventId } from "@heddle/events/EventId"
import type { RunTakenOver, StorageError } from "@heddle/storage/StorageError"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import { type Executor, type StepWire, WireNotOpened } from "../wire/Executor.ts"
import type { RunRequest, StepRequest } from "../wire/StepRequest.ts"
import { AttemptWatch } from "./AttemptWatch.ts"
import type { RunMachine } from "../machine/RunMachine.ts"
import type { RunControl } from "./RunControl.ts"
import type { RunInbox } from "./RunInbox.ts"
import type { RunWriter } from "./RunWriter.ts"

/** What the wire of a run is given. */
export interface RunWireOptions {
  /** The executor that the run goes through. */
  readonly executor: Executor["Service"]
  /** The part of the run that the step side receives. */
  readonly request: RunRequest
  /** What happens to the run. */
  readonly inbox: RunInbox
  /** What the engine knows of the run. */
  readonly machine: RunMachine
  /** Tells whether a cancel was asked for. */
  readonly control: RunControl
  /** Everything that runs until the wire is closed: the wire itself, waits for retries, asks for pools. */
  readonly scope: Scope.Closeable
}

/** The executor of one run: it opens, runs attempts, and is closed before the end of the run is written. */
export class RunWire {
  readonly #options: RunWireOptions
  #wire: StepWire | undefined
  #watch: AttemptWatch | undefined

  constructor(options: RunWireOptions) {
    this.#options = options
  }

  /** Opens the executor and tells that it is ready, or that it could not start; then watches its attempts. */
  get open(): Effect.Effect<void> {
    const { executor, inbox, request, scope } = this.#options
    return executor.open(request, inbox.sink).pipe(
      Scope.provide(scope),
      // An executor that dies while it opens could not start either.
      Effect.catchDefect((defect) => Effect.fail(new WireNotOpened({ error: ErrorInfo.fromUnknown(defect) }))),
      Effect.matchEffect({
        onSuccess: (wire) => Effect.suspend(() => this.#opened(wire)),
        onFailure: ({ error }) => Effect.sync(() => this.#notOpened(error))
      })
    )
  }

  /** Starts an attempt. An executor that dies of that does not run it. */
  launch(request: StepRequest): Effect.Effect<void> {
    try {
      const launched = this.#wire!.launch(request)
      // It has begun, and is perhaps over.
      if (launched === Effect.void) return launched
      return Effect.catchCause(launched, (cause) => Effect.sync(() => this.#notLaunched(request, cause)))
    } catch (error) {
      this.#notLaunched(request, Cause.die(error))
      return Effect.void
    }
  }

  /** Asks an attempt to end. What an executor cannot end, the watch does. */
  terminate(attempt: { readonly stepKey: string; readonly attempt: number }): Effect.Effect<void> {
    return this.#wire!.terminate(attempt.stepKey, attempt.attempt).pipe(
      Effect.ignoreCause,
      Effect.andThen(Effect.forkIn(this.#watch!.afterTerminate(attempt), this.#options.scope)),
      Effect.asVoid
    )
  }

  /** Closes the executor. The run is over when its resources are: what fails in stopping them is told before its end. */
  close(writer: RunWriter): Effect.Effect<void, StorageError | RunTakenOver> {
    const { inbox, scope } = this.#options
    return Effect.gen(function* () {
      const arrivals = yield* Effect.forkChild(storeArrivals(inbox, writer))
      const exit = yield* Effect.exit(Scope.close(scope, Exit.void))
      yield* Fiber.interrupt(arrivals)
      const stored = yield* Fiber.await(arrivals)
      if (Exit.isFailure(stored) && !Cause.hasInterruptsOnly(stored.cause)) return yield* Effect.failCause(stored.cause)
      if (Exit.isFailure(exit)) {
        inbox.add({
          _tag: "ENGINE_EVENT",
          id: `${EventId.ofRun(0)}~close`,
          message: "A resource failed to stop",
          error: ErrorInfo.fromUnknown(exit.cause)
        })
      }
      const last = yield* inbox.takeNow
      if (last.length > 0) yield* writer.writeArrived(last)
    })
  }

  #opened(wire: StepWire): Effect.Effect<never> {
    const { executor, inbox, machine } = this.#options
    this.#wire = wire
    this.#watch = new AttemptWatch({
      wire,
      open: () => machine.runningAttempts,
      mark: () => inbox.mark(),
      end: (lost) => inbox.add({ _tag: "STEP_FAILURE", ...lost })
    })
    const { limits, maxConcurrent, name, requireUpstreamStepSuccess } = executor
    inbox.add({
      _tag: "EXECUTOR_READY",
      id: `${EventId.ofRun(0)}~ready`,
      executor: name,
      maxConcurrent,
      ...(limits === undefined || limits.length === 0 ? {} : { limits }),
      ...(requireUpstreamStepSuccess === false ? { requireUpstreamStepSuccess } : {})
    })
    return this.#watch.beats
  }

  #notOpened(error: ErrorInfo): void {
    const { control, inbox } = this.#options
    // The engine decides on a failed resource, and on a cancel; of anything else it knows nothing.
    if (inbox.resourceFailed || control.isCanceling) return
    inbox.add({
      _tag: "RUN_FAILURE",
      id: `${EventId.ofRun(0)}~end`,
      reason: "JOB_INITIALIZATION_FAILURE",
      failedSteps: [],
      error
    })
  }

  #notLaunched({ attempt, stepKey }: StepRequest, cause: Cause.Cause<never>): void {
    this.#options.inbox.add({
      _tag: "STEP_FAILURE",
      id: `${stepKey}~${attempt}~launch`,
      stepKey,
      attempt,
      error: ErrorInfo.fromUnknown(cause),
      source: "FRAMEWORK_ERROR"
    })
  }
}

/** What arrives while the wire closes is stored as it comes: whoever sent it may be waiting for that. */
const storeArrivals = (inbox: RunInbox, writer: RunWriter) =>
  Effect.uninterruptibleMask((restore) =>
    Effect.forever(Effect.flatMap(restore(inbox.take), (events) => writer.writeArrived(events)))
  )
