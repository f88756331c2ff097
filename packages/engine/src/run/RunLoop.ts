import { EventId } from "@heddle/events/EventId"
import { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { KnownStep } from "@heddle/events/KnownStep"
import { EventLog } from "@heddle/storage/EventLog"
import type { Instance } from "@heddle/storage/Instance"
import type { RunLease } from "@heddle/storage/RunLease"
import { RunStorage } from "@heddle/storage/RunStorage"
import type { RunTakenOver, StorageError } from "@heddle/storage/StorageError"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import type { ExecutionPlan } from "../plan/ExecutionPlan.ts"
import { RunMachine } from "../machine/RunMachine.ts"
import { Executor } from "../wire/Executor.ts"
import type { AssetVersion } from "@heddle/events/AssetVersion"
import type { RunRequest } from "../wire/StepRequest.ts"
import { CommandRunner } from "./CommandRunner.ts"
import { hearCancelRequests } from "./hearCancelRequests.ts"
import { obeyControl } from "./obeyControl.ts"
import { PoolClaims } from "./PoolClaims.ts"
import { ProcessIdentity } from "./ProcessIdentity.ts"
import { type EventListener, RunControl } from "./RunControl.ts"
import { RunInbox } from "./RunInbox.ts"
import { RunWire } from "./RunWire.ts"
import { RunWriter } from "./RunWriter.ts"
import { Turn } from "./Turn.ts"

/** What a run loop is given. */
export interface RunLoopOptions {
  /** The plan of the run. */
  readonly plan: ExecutionPlan
  /** The part of the run that the step side receives. */
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
   * The latest materialization or observation of the assets that the steps make, check and depend on, by text key.
   *
   * @default none
   */
  readonly assets?: ReadonlyMap<string, AssetVersion> | undefined
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

const isOfOutput = HeddleEvent.is("STEP_OUTPUT", "HANDLED_OUTPUT")

/** Tells which events something waits for: with `requireUpstreamStepSuccess: false`, those of outputs too. */
const isAwaitedBy = ({ requireUpstreamStepSuccess }: Executor["Service"]): ((event: HeddleEvent) => boolean) =>
  requireUpstreamStepSuccess === false
    ? (event) => HeddleEvent.isDurable(event) || isOfOutput(event)
    : HeddleEvent.isDurable

/**
 * Carries out one run: appends what happens, folds it, and does what the engine wants done. It is the only writer of
 * its run. An interrupt of the caller cancels the run and waits for its end.
 *
 * @param options - `plan` and `request` of the run; `lease`: the right to write its log; `control`: to ask for its end;
 *   `onEvents`: sees events once they are in the log
 * @returns once the end of the run is in its log; after the steps were ended, fails with `StorageError` when the log cannot be
 *   written, and with `RunTakenOver` when this process slept through its lease and another one has the run
 * @since 0.1.0
 */
const run = (options: RunLoopOptions): Effect.Effect<void, StorageError | RunTakenOver, Instance | Executor> =>
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

const loop = Effect.fnUntraced(function* (options: RunLoopOptions, control: RunControl) {
  const { assets, known, lease, onEvents, plan, raiseOnError, request } = options
  const log = yield* EventLog
  const storage = yield* RunStorage
  const executor = yield* Executor
  const { host, pid } = yield* ProcessIdentity
  const loopScope = yield* Effect.scope
  const inbox = yield* RunInbox.make(request.runId)
  // Before the wire, which closes first: the lease is kept while steps end.
  yield* storage.keep(lease).pipe(Effect.catch(inbox.fail), Effect.forkIn(loopScope, { startImmediately: true }))
  const scope = yield* Scope.fork(loopScope)
  const machine = new RunMachine(plan, { known, assets })
  const writer = new RunWriter({ log, lease, inbox, onEvents, isAwaited: isAwaitedBy(executor) })
  const pools = yield* PoolClaims.make({ request, scope, record: inbox.add, fail: inbox.fail })
  const wire = new RunWire({ executor, request, inbox, machine, control, scope })
  const commands = new CommandRunner({ wire, pools, writer, inbox, scope })

  yield* Effect.forkIn(hearCancelRequests(storage, request.runId, control), loopScope)
  yield* obeyControl(control, machine, inbox, writer)
  const ends = raiseOnError === true ? { raiseOnError } : {}
  inbox.add({ _tag: "RUN_START", id: `${EventId.ofRun(0)}~start`, executor: executor.name, pid, host, ...ends })
  yield* Effect.forkIn(wire.open, scope)

  const turn = new Turn(yield* Clock.Clock)
  while (!machine.isEnded) {
    yield* writer.writeNext
    for (let events = writer.takeUnfolded(); events.length > 0; events = writer.takeUnfolded()) {
      for (const event of events) {
        for (const command of machine.handle(event)) {
          const performed = commands.perform(command)
          // Most plain steps are over by now.
          if (performed !== Effect.void) yield* performed
          if (turn.isOver) yield* turn.next
        }
      }
    }
  }
}, Effect.scoped)

/**
 * The loop that every executor's runs go through.
 *
 * @since 0.1.0
 */
export const RunLoop = { run }
