import { ErrorInfo } from "@heddle/events/ErrorInfo"
import { EventId } from "@heddle/events/EventId"
import { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { KnownStep } from "@heddle/events/KnownStep"
import { EventLog } from "@heddle/storage/EventLog"
import type { Instance } from "@heddle/storage/Instance"
import type { RunLease } from "@heddle/storage/RunLease"
import { RunStorage } from "@heddle/storage/RunStorage"
import type { RunTakenOver, StorageError } from "@heddle/storage/StorageError"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import * as Scope from "effect/Scope"
import type { ExecutionPlan } from "../plan/ExecutionPlan.ts"
import { type EventSink, Executor, type StepWire, WireNotOpened } from "../wire/Executor.ts"
import type { RunRequest } from "../wire/StepRequest.ts"
import { AttemptWatch } from "./AttemptWatch.ts"
import type { Command, DecidedEvent } from "./Command.ts"
import { RUN_ABORTED } from "./LostRun.ts"
import { PoolClaims } from "./PoolClaims.ts"
import { ProcessIdentity } from "./ProcessIdentity.ts"
import { Receipts } from "./Receipts.ts"
import { type EventListener, RunControl } from "./RunControl.ts"
import { RunState } from "./RunState.ts"
import { storableEvent } from "./storableEvent.ts"
import { transition } from "./transition.ts"

/** What a run loop is given. */
export interface RunLoopOptions {
  /** The plan of the run. */
  readonly plan: ExecutionPlan
  /** What the half that runs bodies is told of the run. */
  readonly request: RunRequest
  /** The right to write the log of the run. The loop keeps it until the run ends. */
  readonly lease: RunLease
  /**
   * Steps that ancestors of the run executed.
   *
   * @default []
   */
  readonly known?: ReadonlyArray<KnownStep> | undefined
  /**
   * Whether the first failure of a step ends the run.
   *
   * @default false
   */
  readonly raiseOnError?: boolean | undefined
  /**
   * A control that can cancel the run.
   *
   * @default a control of its own
   */
  readonly control?: RunControl | undefined
  /**
   * A function that receives events once they are in the log.
   *
   * @default no listener
   */
  readonly onEvents?: EventListener | undefined
}

/** Running steps that are named when a run is aborted. */
const SUSPECTS = 10
/** Events that linger together at most. */
const BATCH = 500

/**
 * Carries out one run: appends what happens, folds it, and does what the engine wants done. It is the only writer of
 * its run. An interrupt of the caller cancels the run and waits for its end.
 *
 * @param options - `plan` and `request` of the run; `lease`: the right to write its log; `control`: to ask for its end;
 *   `onEvents`: sees events once they are in the log
 * @returns the state at the end; after the steps were ended, fails with `StorageError` when the log cannot be written, and
 *   with `RunTakenOver` when this process slept through its lease and another one has the run
 * @since 0.1.0
 */
const run = (options: RunLoopOptions): Effect.Effect<RunState, StorageError | RunTakenOver, Instance | Executor> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const control = options.control ?? new RunControl()
      const fiber = yield* Effect.forkChild(loop(options, control))
      return yield* restore(Fiber.join(fiber)).pipe(
        Effect.onInterrupt(() =>
          Effect.suspend(() => {
            control.cancel("the caller was interrupted")
            return Fiber.await(fiber)
          })
        )
      )
    })
  )

const loop = Effect.fnUntraced(function* (
  { known, lease, onEvents, plan, raiseOnError, request }: RunLoopOptions,
  control: RunControl
) {
  const log = yield* EventLog
  const storage = yield* RunStorage
  const executor = yield* Executor
  const clock = yield* Clock.Clock
  const { host, pid } = yield* ProcessIdentity
  const loopScope = yield* Effect.scope
  const inbox = yield* Queue.unbounded<HeddleEvent, StorageError | RunTakenOver>()
  // Before the wire, which closes first: the lease is kept while steps end.
  yield* storage.keep(lease).pipe(
    Effect.catch((error) => Queue.fail(inbox, error)),
    Effect.forkIn(loopScope, { startImmediately: true })
  )
  const wireScope = yield* Scope.fork(loopScope)
  let resourceFailed = false
  const receipts = new Receipts()
  const sink: EventSink = (events, stored) => {
    resourceFailed ||= events.some(({ _tag }) => _tag === "RESOURCE_INIT_FAILURE")
    receipts.expect(events.length, stored)
    Queue.offerAllUnsafe(inbox, events)
  }
  const stamped = (event: DecidedEvent): HeddleEvent =>
    // A decided event is an event without run and time; the compiler does not see the union through the spread.
    ({ ...event, runId: request.runId, timestamp: clock.currentTimeMillisUnsafe() }) as HeddleEvent

  const pools = yield* PoolClaims.make({
    request,
    scope: wireScope,
    record: (event) => sink([stamped(event)]),
    fail: (error) => Queue.fail(inbox, error)
  })

  /** Whether something waits for an event to be in the log. */
  const isAwaited =
    executor.requireUpstreamStepSuccess === false
      ? (event: HeddleEvent) => HeddleEvent.isDurable(event) || HeddleEvent.is("STEP_OUTPUT", "HANDLED_OUTPUT")(event)
      : HeddleEvent.isDurable

  let state = RunState.make(plan, known)
  let wire: StepWire | undefined
  let watch: AttemptWatch | undefined
  /** Events that have arrived and linger, so that they are written together with others. */
  let waiting: Array<HeddleEvent> = []
  /** Events that are in the log and not folded. */
  let unfolded: Array<HeddleEvent> = []

  const append = (events: ReadonlyArray<HeddleEvent>): Effect.Effect<void, StorageError | RunTakenOver> =>
    log.append(events, lease).pipe(
      Effect.map(() => {
        onEvents?.(events)
        for (const event of events) unfolded.push(event)
      }),
      // One event that cannot be stored does not keep the others from it.
      Effect.catchTag("InvalidEvent", (invalid) =>
        append(
          events.map((event) =>
            String(event.id) === invalid.eventId
              ? storableEvent(event, invalid, request.runId, clock.currentTimeMillisUnsafe())
              : event
          )
        )
      )
    )
  const appendArrived = (events: ReadonlyArray<HeddleEvent>) =>
    Effect.map(append(events), () => receipts.give(events.length))

  /** An executor that dies of the launch of an attempt does not run it. */
  const notLaunched = (
    { request: { attempt, stepKey } }: Extract<Command, { readonly _tag: "LaunchStep" }>,
    cause: Cause.Cause<never>
  ): void =>
    sink([
      stamped({
        _tag: "STEP_FAILURE",
        id: `${stepKey}~${attempt}~launch`,
        stepKey,
        attempt,
        error: ErrorInfo.fromUnknown(cause),
        source: "FRAMEWORK_ERROR"
      })
    ])

  const perform = (command: Command): Effect.Effect<void, StorageError | RunTakenOver> => {
    switch (command._tag) {
      case "LaunchStep":
        return Effect.catchCause(wire!.launch(command.request), (cause) =>
          Effect.sync(() => notLaunched(command, cause))
        )
      case "TerminateStep":
        return wire!.terminate(command.stepKey, command.attempt).pipe(
          // What an executor cannot end, the watch does.
          Effect.ignoreCause,
          Effect.andThen(Effect.forkIn(watch!.afterTerminate(command), wireScope)),
          Effect.asVoid
        )
      case "ClaimPool":
        return pools.claim(command)
      case "ReleasePool":
        return pools.release(command)
      case "AwaitRetry": {
        const { attempt, dueAt, stepKey } = command
        return Effect.sleep(Math.max(0, dueAt - clock.currentTimeMillisUnsafe())).pipe(
          Effect.andThen(
            Effect.sync(() =>
              sink([stamped({ _tag: "STEP_RETRY_DUE", id: EventId.ofStep(stepKey, attempt, -1), stepKey, attempt })])
            )
          ),
          Effect.forkIn(wireScope),
          Effect.asVoid
        )
      }
      case "Record": {
        const events = command.events.map(stamped)
        return events.some(HeddleEvent.isRunEnd) ? Effect.andThen(closeWire, append(events)) : append(events)
      }
    }
  }

  /** What arrives while the wire closes is stored as it comes: whoever sent it may be waiting for that. */
  const storeArrivals = Effect.uninterruptibleMask((restore) =>
    Effect.forever(Effect.flatMap(restore(Queue.takeAll(inbox)), appendArrived))
  )

  /** The run is over when its resources are: what fails in stopping them is told before its end. */
  const closeWire = Effect.gen(function* () {
    const arrivals = yield* Effect.forkChild(storeArrivals)
    const exit = yield* Effect.exit(Scope.close(wireScope, Exit.void))
    yield* Fiber.interrupt(arrivals)
    const stored = yield* Fiber.await(arrivals)
    if (Exit.isFailure(stored) && !Cause.hasInterruptsOnly(stored.cause)) return yield* Effect.failCause(stored.cause)
    if (Exit.isFailure(exit)) {
      sink([
        stamped({
          _tag: "ENGINE_EVENT",
          id: `${EventId.ofRun(0)}~close`,
          message: "A resource failed to stop",
          error: ErrorInfo.fromUnknown(exit.cause)
        })
      ])
    }
    const last = yield* Queue.clear(inbox)
    if (last.length > 0) yield* appendArrived(last)
  })

  // A request may be recorded by any process; this one acts on it.
  yield* storage.awaitCancelRequest(request.runId).pipe(
    Effect.map(({ reason }) => control.cancel(reason)),
    // The log tells of a store that cannot be read.
    Effect.ignore,
    Effect.forkIn(loopScope)
  )
  control.listenInterrupt((reason) =>
    sink([stamped({ _tag: "ENGINE_EVENT", id: `${EventId.ofRun(0)}~interrupt`, message: reason, interrupted: true })])
  )
  control.listen((reason) =>
    sink([
      stamped({
        _tag: "RUN_CANCELING",
        id: `${EventId.ofRun(0)}~cancel`,
        ...(reason === undefined ? {} : { reason })
      })
    ])
  )
  control.listenAbort((error) => {
    if (state.stage === "ended") return
    const running = RunState.runningAttempts(state).map(({ stepKey }) => `"${stepKey}"`)
    const suspects =
      running.length === 0
        ? ""
        : `. Steps that were running: ${running.slice(0, SUSPECTS).join(", ")}${running.length > SUSPECTS ? ", …" : ""}`
    const end = stamped({
      _tag: "RUN_FAILURE",
      id: `${EventId.ofRun(0)}~end`,
      reason: "UNEXPECTED_TERMINATION",
      failedSteps: RunState.keys(state.failed),
      error: {
        name: RUN_ABORTED,
        message: `${error.message}${suspects}`,
        ...(error.cause === undefined ? {} : { cause: error.cause })
      }
    })
    // All of it is stored now, for there may be no later; what is stored already is left as it is.
    const arrived = Effect.runSync(Queue.clear(inbox))
    Effect.runSyncExit(log.append([...waiting, ...arrived, end], lease))
    Queue.offerAllUnsafe(inbox, [...arrived, end])
  })
  yield* Effect.addFinalizer(() => Effect.sync(() => control.listenAbort(undefined)))
  const ends = raiseOnError === true ? { raiseOnError } : {}
  sink([stamped({ _tag: "RUN_START", id: `${EventId.ofRun(0)}~start`, executor: executor.name, pid, host, ...ends })])
  yield* executor.open(request, sink).pipe(
    Scope.provide(wireScope),
    // An executor that dies while it opens could not start either.
    Effect.catchDefect((defect) => Effect.fail(new WireNotOpened({ error: ErrorInfo.fromUnknown(defect) }))),
    Effect.matchEffect({
      onSuccess: (opened) =>
        Effect.suspend(() => {
          wire = opened
          watch = new AttemptWatch({
            wire: opened,
            open: () => RunState.runningAttempts(state),
            mark: () => receipts.mark(),
            end: (lost) => sink([stamped({ _tag: "STEP_FAILURE", ...lost })])
          })
          const { limits, maxConcurrent, name, requireUpstreamStepSuccess } = executor
          sink([
            stamped({
              _tag: "EXECUTOR_READY",
              id: `${EventId.ofRun(0)}~ready`,
              executor: name,
              maxConcurrent,
              ...(limits === undefined || limits.length === 0 ? {} : { limits }),
              ...(requireUpstreamStepSuccess === false ? { requireUpstreamStepSuccess } : {})
            })
          ])
          return watch.beats
        }),
      onFailure: ({ error }) =>
        Effect.sync(() => {
          // The engine decides on a failed resource, and on a cancel; of anything else it knows nothing.
          if (resourceFailed || control.isCanceling) return
          sink([
            stamped({
              _tag: "RUN_FAILURE",
              id: `${EventId.ofRun(0)}~end`,
              reason: "JOB_INITIALIZATION_FAILURE",
              failedSteps: [],
              error
            })
          ])
        })
    }),
    Effect.forkIn(wireScope)
  )

  while (state.stage !== "ended") {
    const arrived =
      waiting.length === 0
        ? yield* Queue.takeAll(inbox)
        : Option.getOrUndefined(yield* Effect.timeoutOption(Queue.takeAll(inbox), log.lingerMillis))
    if (arrived !== undefined) for (const event of arrived) waiting.push(event)
    const linger = arrived !== undefined && log.lingerMillis > 0 && waiting.length < BATCH && !waiting.some(isAwaited)
    if (linger) continue
    yield* appendArrived(waiting)
    waiting = []
    while (unfolded.length > 0) {
      const batch = unfolded
      unfolded = []
      for (const event of batch) {
        const [next, commands] = transition(state, event)
        state = next
        for (const command of commands) yield* perform(command)
      }
    }
  }
  return state
}, Effect.scoped)

/**
 * The loop that every executor's runs go through.
 *
 * @since 0.1.0
 */
export const RunLoop = { run }
