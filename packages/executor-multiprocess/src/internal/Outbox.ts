import { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { FromWorker } from "../WorkerMessage.ts"
import type { OutputMarks } from "./OutputMarks.ts"

/** Events that a body or a hook of it may have written something before. */
const isOfEnd = HeddleEvent.is(
  "STEP_SUCCESS",
  "STEP_FAILURE",
  "STEP_UP_FOR_RETRY",
  "HOOK_COMPLETED",
  "HOOK_SKIPPED",
  "HOOK_ERRORED"
)

/**
 * The events that a worker sends, in numbered batches, each kept until the executor says that it is in the log. So a
 * worker can tell whether it may end; and what it keeps is what is on its way.
 */
export class Outbox {
  readonly #send: (message: FromWorker) => void
  /** Marks what was written before a batch; nothing is marked before the job is open. */
  marks: OutputMarks | undefined
  readonly #kept = new Map<number, ReadonlyArray<HeddleEvent>>()
  #waiting: Array<HeddleEvent> = []
  #batches = 0
  #released = false
  #whenEmpty: (() => void) | undefined

  constructor(send: (message: FromWorker) => void) {
    this.#send = send
  }

  /** Sends what goes together in one batch; a step's start goes at once, for its body may end the process. */
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

  /** All batches up to a number are in the log. */
  acknowledge(seq: number): void {
    for (const kept of this.#kept.keys()) {
      if (kept > seq) break
      this.#kept.delete(kept)
    }
    if (this.#kept.size === 0) this.#whenEmpty?.()
  }

  /** Nothing will be acknowledged any more, and nothing is waited for. */
  release(): void {
    this.acknowledge(Infinity)
    this.#released = true
  }

  /** Sends what waits, and calls back once everything is acknowledged. */
  drain(done: () => void): void {
    this.flush()
    if (this.#kept.size === 0 || this.#released) done()
    else this.#whenEmpty = done
  }
}
