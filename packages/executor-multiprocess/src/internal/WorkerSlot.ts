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

/** What a slot tells the pool that it belongs to. */
export interface SlotOwner {
  readonly events: WorkerEvents
  /** Whether a process runs one attempt only. */
  readonly isOneAttempt: boolean
  /** A process has loaded the job, or could not. */
  readonly opened: (exit: Exit.Exit<void, WireNotOpened>) => void
  /** A process has ended; returns whether that is to be told, which it is not while the pool closes. */
  readonly gone: (slot: WorkerSlot) => boolean
}

const INTERRUPTED: LostAttempt = {
  error: { name: "StepInterrupted", message: "The step was interrupted" },
  source: "INTERRUPT"
}

/** The place of one worker in a pool: its process is opening, then idle or at work on one attempt. */
export class WorkerSlot implements WorkerListener {
  readonly name: string
  readonly #owner: SlotOwner
  #worker: ChildWorker | undefined
  #step: StepRequest | undefined
  #progress: AttemptProgress | undefined
  #isOpen = false
  #isDismissed = false
  /** Whether it was told that the process is there, for the step that it was started for. */
  #isAnnounced: boolean

  /** @param step - what the process is started for; without one it is idle at first */
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

  /** Gives it an attempt to run. A process that is still opening takes it when it is there. */
  launch(step: StepRequest): void {
    this.#begin(step)
    if (this.#isOpen) this.#worker?.launch(step)
  }

  /** Kills the process for the sake of the attempt that it runs, if it still runs it. */
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
    // It is about to end, and takes no step any more.
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

  /** Ends an attempt whose worker cannot end it any more. */
  #lose(lost: LostAttempt): void {
    const step = this.#step
    const hooks = this.#progress?.hooks
    if (step === undefined) return
    this.#end()
    if (hooks === undefined) this.#owner.events.failed(step, lost)
    else this.#owner.events.hooksLost(step, hooks, lost.error)
  }

  /** The process that was started for a step is there: its next events are those of its start. */
  #announce(): void {
    if (this.#isAnnounced || this.#step === undefined) return
    this.#isAnnounced = true
    this.#owner.events.started(this.#step, this.#worker?.pid ?? 0)
  }
}
