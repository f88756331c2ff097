import { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { FromWorker } from "../WorkerMessage.ts"
import type { OutputMarks } from "./OutputMarks.ts"

/** Events before which a body or its hooks may have written output. */
const isOfEnd = HeddleEvent.is(
  "STEP_SUCCESS",
  "STEP_FAILURE",
  "STEP_UP_FOR_RETRY",
  "HOOK_COMPLETED",
  "HOOK_SKIPPED",
  "HOOK_ERRORED"
)

/**
 * The events that a worker sends, in numbered batches. Each batch is kept until the executor acknowledges it, so the worker
 * knows when it may end.
 */
export class Outbox {
  readonly #send: (message: FromWorker) => void
  /** Marks the output before a batch. Nothing is marked before the job is open. */
  marks: OutputMarks | undefined
  readonly #kept = new Map<number, ReadonlyArray<HeddleEvent>>()
  #waiting: Array<HeddleEvent> = []
  #batches = 0
  #released = false
  #whenEmpty: (() => void) | undefined

  constructor(send: (message: FromWorker) => void) {
    this.#send = send
  }

  /** Sends events in batches. The start of a step is sent at once, because its body may end the process. */
  add(events: ReadonlyArray<HeddleEvent>): void {
    if (this.#waiting.length === 0) queueMicrotask(() => this.flush())
    for (const event of events) this.#waiting.push(event)
    const atOnce = (event: HeddleEvent) =>
      event._tag === "STEP_START" || event._tag === "STEP_RESTARTED" || HeddleEvent.isDurable(event)
    if (events.some(atOnce)) this.flush()
  }

  flush(): void {
    if (this.#waiting.length === 0) return
    const events = this.#waiting
    this.#waiting = []
    const seq = ++this.#batches
    this.#kept.set(seq, events)
    const marked = this.marks !== undefined && events.some(isOfEnd)
    if (marked) this.marks?.set(seq)
    this.#send({ _tag: "Events", seq, events, ...(marked ? { marked } : {}) })
  }

  /** Acknowledges all batches up to a number. */
  acknowledge(seq: number): void {
    for (const kept of this.#kept.keys()) {
      if (kept > seq) break
      this.#kept.delete(kept)
    }
    if (this.#kept.size === 0) this.#whenEmpty?.()
  }

  /** Stops waiting, because nothing will be acknowledged any more. */
  release(): void {
    this.acknowledge(Infinity)
    this.#released = true
  }

  /** Sends waiting events, and calls back once everything is acknowledged. */
  drain(done: () => void): void {
    this.flush()
    if (this.#kept.size === 0 || this.#released) done()
    else this.#whenEmpty = done
  }
}
