import type { LostAttempt } from "@heddle/engine/wire/LostAttempt"
import { AttemptProgress } from "@heddle/engine/wire/AttemptProgress"
import { WireNotOpened } from "@heddle/engine/wire/Executor"
import type { StepRequest } from "@heddle/engine/wire/StepRequest"
import { ErrorInfo } from "@heddle/events/ErrorInfo"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import * as Exit from "effect/Exit"
import type { ChildWorker, WorkerListener } from "../ChildWorker.ts"
import type { WorkerCrashed } from "../WorkerCrashed.ts"
import type { WorkerEvents } from "./WorkerEvents.ts"

/** What a slot reports to its pool. */
export interface SlotOwner {
  readonly events: WorkerEvents
  /** Whether a process runs one attempt only. */
  readonly isOneAttempt: boolean
  /** A process has loaded the job, or failed to. */
  readonly opened: (exit: Exit.Exit<void, WireNotOpened>) => void
  /** A process has ended. Returns whether to report that; the end of a process is expected while the pool closes. */
  readonly gone: (slot: WorkerSlot) => boolean
}

const INTERRUPTED: LostAttempt = {
  error: { name: "StepInterrupted", message: "The step was interrupted" },
  source: "INTERRUPT"
}

/** The place of one worker in a pool. Its process opens, and is then idle or runs one attempt. */
export class WorkerSlot implements WorkerListener {
  readonly name: string
  readonly #owner: SlotOwner
  #worker: ChildWorker | undefined
  #step: StepRequest | undefined
  #progress: AttemptProgress | undefined
  #isOpen = false
  #isDismissed = false
  /** Whether the start of the process was reported for its step. */
  #isAnnounced: boolean

  /** @param step - the step that the process is started for; without one, it is idle at first */
  constructor(name: string, step: StepRequest | undefined, owner: SlotOwner) {
    this.name = name
    this.#owner = owner
    this.#isAnnounced = step === undefined
    if (step !== undefined) this.#begin(step)
  }

  get worker(): ChildWorker | undefined {
    return this.#worker
  }

  set worker(worker: ChildWorker) {
    this.#worker = worker
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  get isFree(): boolean {
    return this.#step === undefined && !this.#isDismissed
  }

  runs(stepKey: string, attempt: number): boolean {
    return this.#step?.stepKey === stepKey && this.#step.attempt === attempt
  }

  /** Gives the worker an attempt. A process that is still opening takes it later. */
  launch(step: StepRequest): void {
    this.#begin(step)
    if (this.#isOpen) this.#worker?.launch(step)
  }

  /** Kills the process because of an attempt, if it still runs that attempt. */
  dismiss(stepKey: string, attempt: number): void {
    if (!this.runs(stepKey, attempt)) return
    this.#isDismissed = true
    this.#worker?.kill()
  }

  opened(): void {
    this.#isOpen = true
    this.#owner.opened(Exit.void)
    if (this.#step === undefined) return
    this.#announce()
    this.#worker?.launch(this.#step)
  }

  notOpened(error: ErrorInfo): void {
    this.#owner.opened(Exit.fail(new WireNotOpened({ error })))
    this.#lose({ error, source: "FRAMEWORK_ERROR" })
    // It is about to end, and takes no more steps.
    this.#isDismissed = true
  }

  events(events: ReadonlyArray<HeddleEvent>, stored: () => void): void {
    this.#announce()
    this.#owner.events.forward(events, stored)
    const progress = this.#progress
    if (progress === undefined || !events.some((event) => progress.see(event))) return
    this.#end()
    if (this.#owner.isOneAttempt) this.#worker?.close(true)
  }

  line(stream: "stdout" | "stderr", text: string, stored: () => void): void {
    this.#owner.events.line(this.name, this.#step, stream, text, stored)
  }

  ended(crash: WorkerCrashed): void {
    if (!this.#owner.gone(this)) return
    const said = ErrorInfo.fromUnknown(crash)
    const error = crash.unhandled === undefined ? said : { ...said, cause: crash.unhandled }
    this.#owner.opened(Exit.fail(new WireNotOpened({ error })))
    if (this.#isDismissed) return this.#lose(INTERRUPTED)
    if (this.#step !== undefined) this.#owner.events.crashed(this.#step, error)
    this.#lose({ error, source: "FRAMEWORK_ERROR", errorTag: crash._tag })
  }

  #begin(step: StepRequest): void {
    this.#step = step
    this.#progress = new AttemptProgress(step)
  }

  #end(): void {
    this.#step = undefined
    this.#progress = undefined
  }

  /** Ends an attempt on behalf of its worker. */
  #lose(lost: LostAttempt): void {
    const step = this.#step
    const hooks = this.#progress?.hooks
    if (step === undefined) return
    this.#end()
    if (hooks === undefined) this.#owner.events.failed(step, lost)
    else this.#owner.events.hooksLost(step, hooks, lost.error)
  }

  /** The process for a step has started. The events of its start come next. */
  #announce(): void {
    if (this.#isAnnounced || this.#step === undefined) return
    this.#isAnnounced = true
    this.#owner.events.started(this.#step, this.#worker?.pid ?? 0)
  }
}
