import { ExecutorDefinition } from "@heddle/engine/executor/ExecutorDefinition"
import type { JobLocation } from "@heddle/engine/executor/JobLocation"
import { RetryDecision } from "@heddle/engine/plan/RetryDecision"
import { AttemptProgress } from "@heddle/engine/wire/AttemptProgress"
import { type EventSink, type StepWire, WireNotOpened } from "@heddle/engine/wire/Executor"
import type { RunRequest, StepRequest } from "@heddle/engine/wire/StepRequest"
import { ErrorInfo } from "@heddle/events/ErrorInfo"
import { EventId } from "@heddle/events/EventId"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import { OptionCheck } from "@heddle/events/OptionCheck"
import type { ErrorSource } from "@heddle/events/StepEvent"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { availableParallelism } from "node:os"
import { ChildWorker, type WorkerListener } from "./ChildWorker.ts"
import { WorkerCrashed } from "./WorkerCrashed.ts"

/** What a multiprocess executor is made of. */
export interface MultiprocessOptions {
  /** Where workers load the job from. */
  readonly location: JobLocation
  /** The folder for values of outputs that name no IO manager. */
  readonly values: string
  /** How many workers there may be, and so how many steps may run at once: an integer ≥ 1. */
  readonly maxConcurrent: number
  /**
   * What a process is used for: with `worker` it runs one step after another, with `step` it runs one attempt of one step,
   * with resources of its own.
   *
   * @default "worker"
   */
  readonly isolation?: Isolation | undefined
  /**
   * How long a body may take to end when it is asked to, before its process is killed.
   *
   * @default "5 seconds"
   */
  readonly grace?: Duration.Input
  /**
   * How long a worker may be silent before it is killed. A worker whose body blocks the event loop is not silent; a stopped
   * process is.
   *
   * @default "60 seconds"
   */
  readonly heartbeatTimeout?: Duration.Input
}

/** What a worker process is for. */
export type Isolation = "worker" | "step"

/** What a worker does: opening, then idle or at work on one attempt. */
interface Slot {
  opened: boolean
  /** Whether it was told that the process is there, for the step that it was started for. */
  announced: boolean
  step: StepRequest | undefined
  /** Whether the executor itself wants it gone. */
  dismissed: boolean
}

/** A worker whose process has only started has at least this long for its first sign of life. */
const FIRST_SIGN = Duration.seconds(30)
/**
 * Milliseconds of the real clock that are waited for a late sign of life at last: where this process stood still, or its
 * clock jumped, the sign may have come and not have been read.
 */
const LAST_CHANCE = 1_000

const isInTime = (answer: Promise<void>): Promise<boolean> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, LAST_CHANCE, false)
    void answer.then(() => {
      clearTimeout(timer)
      resolve(true)
    })
  })

const INTERRUPTED: ErrorInfo = { name: "StepInterrupted", message: "The step was interrupted" }

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
    const isolation = options.isolation ?? "worker"
    const ready = yield* Deferred.make<void, WireNotOpened>()
    const heartbeatTimeout = Duration.fromInputUnsafe(options.heartbeatTimeout ?? "60 seconds")
    const slots = new Map<Slot, ChildWorker>()
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

    const progress = new WeakMap<StepRequest, AttemptProgress>()
    const progressOf = (step: StepRequest): AttemptProgress => {
      let made = progress.get(step)
      if (made === undefined) progress.set(step, (made = new AttemptProgress(step)))
      return made
    }

    /** Ends an attempt whose worker cannot end it any more. */
    const fail = (slot: Slot, error: ErrorInfo, source: ErrorSource, errorTag: string | undefined): void => {
      const { step } = slot
      if (step === undefined) return
      slot.step = undefined
      const hooks = progressOf(step).hooks
      if (hooks !== undefined) {
        // The attempt had ended, and only its hooks were left: they change nothing of it.
        const lost = (hook: string, i: number): HeddleEvent => ({
          _tag: "HOOK_ERRORED",
          ...ofStep(step, `hook${i}`),
          hook,
          error
        })
        sink(hooks.map(lost))
        return
      }
      const failure = { errorTag, source, retryable: source !== "INTERRUPT" }
      const mode = request.retries ?? "enabled"
      const answer = RetryDecision.answer(mode, step.retry, failure, step.attempt, random.nextDoubleUnsafe())
      if (answer._tag === "Retry") {
        const { waitMillis } = answer
        sink([{ _tag: "STEP_UP_FOR_RETRY", ...ofStep(step, "worker"), error, source, waitMillis }])
        return
      }
      const told = answer._tag === "Fail" ? error : RetryDecision.spent(answer, error)
      const crashed = errorTag === undefined ? {} : { crashed: true }
      sink([{ _tag: "STEP_FAILURE", ...ofStep(step, "worker"), error: told, source, ...crashed }])
    }

    const gone = (slot: Slot, crash: WorkerCrashed): void => {
      slots.delete(slot)
      if (closing) return
      const said = ErrorInfo.fromUnknown(crash)
      const error = crash.unhandled === undefined ? said : { ...said, cause: crash.unhandled }
      Deferred.doneUnsafe(ready, Effect.fail(new WireNotOpened({ error })))
      if (slot.dismissed) fail(slot, INTERRUPTED, "INTERRUPT", undefined)
      else {
        const { step } = slot
        if (step !== undefined) {
          const { stepKey } = step
          const id = `${stepKey}~${step.attempt}~crash`
          sink([
            { _tag: "ENGINE_EVENT", ...stamp(), id, stepKey, message: "The worker process of the step crashed", error }
          ])
        }
        fail(slot, error, "FRAMEWORK_ERROR", crash._tag)
      }
    }

    /** The process that was started for a step is there: its next events are those of its start. */
    const announce = (slot: Slot): void => {
      if (slot.announced || slot.step === undefined) return
      slot.announced = true
      sink([{ _tag: "STEP_WORKER_STARTED", ...ofStep(slot.step, "started"), pid: slots.get(slot)?.pid ?? 0 }])
    }

    const listenerOf = (slot: Slot, name: string): WorkerListener => ({
      opened: () => {
        slot.opened = true
        Deferred.doneUnsafe(ready, Effect.void)
        const worker = slots.get(slot)
        if (slot.step === undefined || worker === undefined) return
        announce(slot)
        worker.launch(slot.step)
      },
      notOpened: (error) => {
        Deferred.doneUnsafe(ready, Effect.fail(new WireNotOpened({ error })))
        fail(slot, error, "FRAMEWORK_ERROR", undefined)
        // It is about to end, and takes no step any more.
        slot.dismissed = true
      },
      events: (events, stored) => {
        announce(slot)
        sink(events, stored)
        const { step } = slot
        if (step === undefined || !events.some((event) => progressOf(step).see(event))) return
        slot.step = undefined
        if (isolation === "step") slots.get(slot)?.close(true)
      },
      line: (stream, message, stored) =>
        sink(
          [
            {
              _tag: "LOG_MESSAGE",
              ...stamp(),
              id: EventId.ofExecutor(lines++, `${name}~output`),
              ...(slot.step === undefined ? {} : { stepKey: slot.step.stepKey }),
              level: stream === "stdout" ? "INFO" : "WARNING",
              message,
              data: { stream, worker: name }
            }
          ],
          stored
        ),
      ended: (crash) => gone(slot, crash)
    })

    /** Kills a worker that gives no sign of life. A body that spins does not keep its process from giving one. */
    const watch = (worker: ChildWorker): Effect.Effect<void> =>
      Effect.gen(function* () {
        let patience = Duration.max(heartbeatTimeout, FIRST_SIGN)
        while (true) {
          const answer = worker.ping()
          const answered = yield* Effect.timeoutOption(
            Effect.promise(() => answer),
            patience
          )
          if (Option.isNone(answered) && !(yield* Effect.promise(() => isInTime(answer)))) worker.kill("silent")
          patience = heartbeatTimeout
          yield* Effect.sleep(Duration.divideUnsafe(heartbeatTimeout, 4))
        }
      })

    /** Starts a worker, for a step or to be idle. */
    const start = (step: StepRequest | undefined): Effect.Effect<void> =>
      Effect.suspend(() => {
        const name = `worker${++workers}`
        const slot: Slot = { opened: false, announced: step === undefined, step, dismissed: false }
        if (step !== undefined) sink([{ _tag: "STEP_WORKER_STARTING", ...ofStep(step, "starting") }])
        const { location, values } = options
        const own =
          isolation === "step" && step !== undefined
            ? { ...request, onlyStep: step.stepKey, executes: [step.nodePath] }
            : request
        const message = { _tag: "Open" as const, location, request: own, values, worker: name }
        try {
          const worker = new ChildWorker(name, message, listenerOf(slot, name))
          slots.set(slot, worker)
          return watch(worker).pipe(
            Effect.raceFirst(Effect.promise(() => worker.ended)),
            Effect.forkIn(scope),
            Effect.asVoid
          )
        } catch (thrown) {
          if (!(thrown instanceof WorkerCrashed)) throw thrown
          gone(slot, thrown)
          return Effect.void
        }
      })

    yield* Effect.addFinalizer((exit) =>
      Effect.suspend(() => {
        closing = true
        const all = [...slots.values()]
        // After a failure of the run loop nothing is stored any more.
        for (const worker of all) worker.close(Exit.isSuccess(exit))
        const ended = Effect.promise(() => Promise.all(all.map((worker) => worker.ended)))
        return Effect.timeoutOrElse(ended, {
          duration: grace,
          orElse: () =>
            Effect.suspend(() => {
              for (const worker of all) worker.kill()
              return ended
            })
        })
      })
    )
    if (isolation === "worker") {
      // The first that is there shows that the job can be loaded and its resources start. Those that will have work at
      // once start beside it; the others come when they are needed.
      const first = Math.min(Math.max(request.firstSteps ?? 1, 1), options.maxConcurrent)
      for (let i = 0; i < first; i++) yield* start(undefined)
      yield* Deferred.await(ready)
    }

    const find = (stepKey: string, attempt: number) =>
      [...slots].find(([{ step }]) => step?.stepKey === stepKey && step.attempt === attempt)

    return {
      launch: (step: StepRequest) =>
        Effect.suspend(() => {
          if (isolation === "step") return start(step)
          const free = [...slots].filter(([slot]) => slot.step === undefined && !slot.dismissed)
          const idle = free.find(([slot]) => slot.opened) ?? free[0]
          if (idle === undefined) return start(step)
          const [slot, worker] = idle
          slot.step = step
          // One that is still opening takes the step when it is there.
          if (slot.opened) worker.launch(step)
          return Effect.void
        }),
      terminate: (stepKey: string, attempt: number) =>
        Effect.suspend(() => {
          const found = find(stepKey, attempt)
          if (found === undefined) return Effect.void
          const [slot, worker] = found
          const kill = Effect.sync(() => {
            if (slot.step?.stepKey !== stepKey || slot.step.attempt !== attempt) return
            slot.dismissed = true
            worker.kill()
          })
          if (!slot.opened) return kill
          worker.terminate(stepKey, attempt)
          return Effect.asVoid(Effect.forkIn(Effect.andThen(Effect.sleep(grace), kill), scope))
        }),
      health: (stepKey: string, attempt: number) =>
        Effect.sync(() =>
          find(stepKey, attempt) === undefined
            ? { healthy: false as const, reason: "no worker process runs this attempt" }
            : { healthy: true as const }
        )
    }
  })

/** How a multiprocess executor treats its worker processes. */
export type WorkerOptions = Pick<MultiprocessOptions, "grace" | "heartbeatTimeout">

/** Own config of the executor. */
const config = {
  /** What a worker process is for: one attempt after the other, or one attempt only; `worker` by default. */
  isolation: Schema.optionalKey(Schema.Literals(["worker", "step"]))
}

/**
 * Constructor of executors whose steps run in child processes. They are kept warm for the run: each loads the job and
 * starts its resources once, and runs one attempt at a time; with `isolation: "step"` each attempt has a process of its
 * own. A worker that ends in the middle of an attempt fails it, as its retry policy allows; one that does not end its body
 * when asked is killed. When this process dies, its workers die with it.
 *
 * @since 0.1.0
 * @source Dagster multiprocess_executor, with warm workers
 */
export const MultiprocessExecutor = {
  /**
   * Makes the executor.
   *
   * @param workers - `grace`: how long a body may take to end when it is asked to, before its process is killed, by default
   *   5 seconds; `heartbeatTimeout`: how long a worker may give no sign of life before it is killed, by default 60 seconds
   * @returns the executor; throws `InvalidOptions`
   */
  make: (workers: WorkerOptions = {}) => {
    new OptionCheck("MultiprocessExecutor.make")
      .duration("grace", workers.grace, "any")
      .duration("heartbeatTimeout", workers.heartbeatTimeout, "positive")
      .orThrow()
    return ExecutorDefinition.make({
      name: "multiprocess",
      config,
      maxConcurrent: availableParallelism,
      requirements: { portableValues: true, reconstructableJob: true },
      open: ({ config, location, maxConcurrent, request, sink, values }) =>
        location === undefined || values === undefined
          ? Effect.die(new Error("The multiprocess executor needs the location of the job and a folder for values"))
          : open({ ...workers, location, values, maxConcurrent, isolation: config.isolation }, request, sink)
    })
  }
}

/**
 * The executor whose steps run in child processes, as many at once as the machine has cores.
 *
 * @since 0.1.0
 * @source Dagster multiprocess_executor
 */
export const multiprocessExecutor = MultiprocessExecutor.make()
