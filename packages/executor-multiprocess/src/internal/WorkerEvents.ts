import type { EventSink } from "@heddle/engine/wire/Executor"
import { LostAttempt } from "@heddle/engine/wire/LostAttempt"
import type { RunRequest, StepRequest } from "@heddle/engine/wire/StepRequest"
import type { ErrorInfo } from "@heddle/events/ErrorInfo"
import { EventId } from "@heddle/events/EventId"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import type * as Clock from "effect/Clock"
import type * as Random from "effect/Random"

/** The run of an executor, and where its events go. */
export interface WorkerEventsOptions {
  readonly request: RunRequest
  readonly sink: EventSink
  readonly clock: Clock.Clock
  readonly random: typeof Random.Random.Service
}

/** Writes the executor's own events: about workers, and on behalf of workers that are gone. */
export class WorkerEvents {
  readonly #options: WorkerEventsOptions
  #lines = 0

  constructor(options: WorkerEventsOptions) {
    this.#options = options
  }

  /** A process is started for a step. */
  starting(step: StepRequest): void {
    this.#emit({ _tag: "STEP_WORKER_STARTING", ...this.#ofAttempt(step, "starting") })
  }

  /** The process for a step has started. */
  started(step: StepRequest, pid: number): void {
    this.#emit({ _tag: "STEP_WORKER_STARTED", ...this.#ofAttempt(step, "started"), pid })
  }

  /** The process of a step has ended. */
  crashed({ attempt, stepKey }: StepRequest, error: ErrorInfo): void {
    const id = `${stepKey}~${attempt}~crash`
    const message = "The worker process of the step crashed"
    this.#emit({ _tag: "ENGINE_EVENT", ...this.#stamp(), id, stepKey, message, error })
  }

  /** Ends an attempt whose worker is gone: it fails or is retried. */
  failed(step: StepRequest, lost: LostAttempt): void {
    const { clock, random, request } = this.#options
    const now = clock.currentTimeMillisUnsafe()
    this.#emit(LostAttempt.end(request, step, lost, { now, random: random.nextDoubleUnsafe() }))
  }

  /** The attempt had ended, and its remaining hooks cannot change its outcome. */
  hooksLost(step: StepRequest, hooks: ReadonlyArray<string>, error: ErrorInfo): void {
    this.#emit(
      ...hooks.map((hook, i): HeddleEvent => ({
        _tag: "HOOK_ERRORED",
        ...this.#ofAttempt(step, `hook${i}`),
        hook,
        error
      }))
    )
  }

  /** A line that a worker printed, during a step or outside. */
  line(
    worker: string,
    step: StepRequest | undefined,
    stream: "stdout" | "stderr",
    message: string,
    stored: () => void
  ): void {
    const event: HeddleEvent = {
      _tag: "LOG_MESSAGE",
      ...this.#stamp(),
      id: EventId.ofExecutor(this.#lines++, `${worker}~output`),
      ...(step === undefined ? {} : { stepKey: step.stepKey }),
      level: stream === "stdout" ? "INFO" : "WARNING",
      message,
      data: { stream, worker }
    }
    this.#options.sink([event], stored)
  }

  /** Passes on the events of a worker. */
  forward(events: ReadonlyArray<HeddleEvent>, stored: () => void): void {
    this.#options.sink(events, stored)
  }

  #emit(...events: ReadonlyArray<HeddleEvent>): void {
    this.#options.sink(events)
  }

  #stamp() {
    return { runId: this.#options.request.runId, timestamp: this.#options.clock.currentTimeMillisUnsafe() }
  }

  #ofAttempt({ attempt, stepKey }: StepRequest, what: string) {
    return { ...this.#stamp(), id: `${stepKey}~${attempt}~${what}`, stepKey, attempt }
  }
}
