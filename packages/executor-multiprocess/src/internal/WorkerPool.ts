import type { WireNotOpened } from "@heddle/engine/wire/Executor"
import { type EventSink, type StepHealth, type StepWire } from "@heddle/engine/wire/Executor"
import { RunRequest, type StepRequest } from "@heddle/engine/wire/StepRequest"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { ChildWorker } from "../ChildWorker.ts"
import type { MultiprocessOptions } from "../MultiprocessOptions.ts"
import { WorkerCrashed } from "../WorkerCrashed.ts"
import { watchHeartbeat } from "./heartbeat.ts"
import { WorkerEvents, type WorkerEventsOptions } from "./WorkerEvents.ts"
import { type SlotOwner, WorkerSlot } from "./WorkerSlot.ts"

/** Encodes to plain data, including secrets of run config that are `Redacted`. */
const encode = Schema.encodeSync(RunRequest.schema)

/** The worker processes of one run, which run the bodies of its steps. */
export class WorkerPool implements StepWire {
  readonly #options: MultiprocessOptions
  readonly #request: RunRequest
  readonly #scope: Scope.Scope
  readonly #isOneAttempt: boolean
  readonly #grace: Duration.Input
  readonly #heartbeatTimeout: Duration.Duration
  readonly #owner: SlotOwner
  readonly #ready = Deferred.makeUnsafe<void, WireNotOpened>()
  /** In the order in which they were started. */
  readonly #slots = new Set<WorkerSlot>()
  #started = 0
  #isClosing = false

  constructor(options: MultiprocessOptions, run: WorkerEventsOptions, scope: Scope.Scope) {
    this.#options = options
    this.#request = run.request
    this.#scope = scope
    this.#isOneAttempt = options.isolation === "step"
    this.#grace = options.grace ?? "5 seconds"
    this.#heartbeatTimeout = Duration.fromInputUnsafe(options.heartbeatTimeout ?? "60 seconds")
    this.#owner = {
      events: new WorkerEvents(run),
      isOneAttempt: this.#isOneAttempt,
      opened: (exit) => Deferred.doneUnsafe(this.#ready, exit),
      gone: (slot) => {
        this.#slots.delete(slot)
        return !this.#isClosing
      }
    }
  }

  /**
   * Opens a pool for one run. It closes with the scope.
   *
   * @param options - `MultiprocessOptions`
   * @param request - the request of the run
   * @param sink - receives the events
   * @returns the wire; fails with `WireNotOpened` if the first worker cannot load the job or start its resources
   */
  static readonly open = Effect.fnUntraced(function* (
    options: MultiprocessOptions,
    request: RunRequest,
    sink: EventSink
  ): Effect.fn.Return<StepWire, WireNotOpened, Scope.Scope> {
    const run = { request, sink, clock: yield* Clock.Clock, random: yield* Random.Random }
    const pool = new WorkerPool(options, run, yield* Effect.scope)
    yield* Effect.addFinalizer((exit) => pool.#close(exit))
    if (!pool.#isOneAttempt) yield* pool.#warmUp()
    return pool
  })

  readonly launch = (step: StepRequest): Effect.Effect<void> =>
    Effect.suspend(() => {
      const free = this.#isOneAttempt ? [] : [...this.#slots].filter(({ isFree }) => isFree)
      const idle = free.find(({ isOpen }) => isOpen) ?? free[0]
      if (idle === undefined) return this.#start(step)
      idle.launch(step)
      return Effect.void
    })

  readonly terminate = (stepKey: string, attempt: number): Effect.Effect<void> =>
    Effect.suspend(() => {
      const slot = this.#find(stepKey, attempt)
      if (slot === undefined) return Effect.void
      const dismiss = Effect.sync(() => slot.dismiss(stepKey, attempt))
      if (!slot.isOpen) return dismiss
      slot.worker?.terminate(stepKey, attempt)
      return Effect.asVoid(Effect.forkIn(Effect.andThen(Effect.sleep(this.#grace), dismiss), this.#scope))
    })

  readonly health = (stepKey: string, attempt: number): Effect.Effect<StepHealth> =>
    Effect.sync(() =>
      this.#find(stepKey, attempt) === undefined
        ? { healthy: false, reason: "no worker process runs this attempt" }
        : { healthy: true }
    )

  #find(stepKey: string, attempt: number): WorkerSlot | undefined {
    return [...this.#slots].find((slot) => slot.runs(stepKey, attempt))
  }

  /**
   * The first worker shows that the job can be loaded and its resources start. Workers that will have work at once start at the
   * same time, the others when they are needed.
   */
  #warmUp(): Effect.Effect<void, WireNotOpened> {
    const first = Math.min(Math.max(this.#request.firstSteps ?? 1, 1), this.#options.maxConcurrent)
    const started = Effect.forEach(Array.from({ length: first }), () => this.#start(undefined), { discard: true })
    return Effect.andThen(started, Deferred.await(this.#ready))
  }

  /** Starts a worker, for a step or idle. */
  #start(step: StepRequest | undefined): Effect.Effect<void> {
    return Effect.suspend(() => {
      const { location, values } = this.#options
      const slot = new WorkerSlot(`worker${++this.#started}`, step, this.#owner)
      if (step !== undefined) this.#owner.events.starting(step)
      const request =
        this.#isOneAttempt && step !== undefined
          ? { ...this.#request, onlyStep: step.stepKey, executes: [step.nodePath] }
          : this.#request
      const message = { _tag: "Open" as const, location, request: encode(request), values, worker: slot.name }
      try {
        const worker = new ChildWorker(slot.name, message, slot)
        slot.worker = worker
        this.#slots.add(slot)
        return Effect.asVoid(Effect.forkIn(watchHeartbeat(worker, this.#heartbeatTimeout), this.#scope))
      } catch (thrown) {
        if (!(thrown instanceof WorkerCrashed)) throw thrown
        slot.ended(thrown)
        return Effect.void
      }
    })
  }

  /** Ends all workers, and kills those that take longer than `grace`. */
  #close(exit: Exit.Exit<unknown, unknown>): Effect.Effect<void> {
    return Effect.suspend(() => {
      this.#isClosing = true
      const workers = [...this.#slots].flatMap(({ worker }) => (worker === undefined ? [] : [worker]))
      // After a failure of the run loop, nothing is stored any more.
      for (const worker of workers) worker.close(Exit.isSuccess(exit))
      const ended = Effect.asVoid(Effect.promise(() => Promise.all(workers.map((worker) => worker.ended))))
      return Effect.timeoutOrElse(ended, {
        duration: this.#grace,
        orElse: () =>
          Effect.suspend(() => {
            for (const worker of workers) worker.kill()
            return ended
          })
      })
    })
  }
}
