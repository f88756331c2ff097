import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { EventLog } from "@heddle/storage/EventLog"
import type { RunLease } from "@heddle/storage/RunLease"
import type { RunTakenOver, StorageError } from "@heddle/storage/StorageError"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { EventListener } from "./RunControl.ts"
import type { RunInbox } from "./RunInbox.ts"
import { storableEvent } from "./storableEvent.ts"

/** Events that linger together at most. */
const BATCH = 500

/** What the writer of a run is given. */
export interface RunWriterOptions {
  /** The log of all runs. */
  readonly log: EventLog["Service"]
  /** The right to write the log of the run. */
  readonly lease: RunLease
  /** What happens to the run. */
  readonly inbox: RunInbox
  /** Receives events once they are in the log. */
  readonly onEvents: EventListener | undefined
  /** Tells whether something waits for an event to be in the log. */
  readonly isAwaited: (event: HeddleEvent) => boolean
}

/**
 * The only writer of a run's log. Events that something waits for are written at once. Others are written at once after a
 * quiet time, and otherwise together, `EventLog.lingerMillis` after the last write: a follower sees a lone event without
 * delay, and a busy body does not cost a write for each of its events.
 */
export class RunWriter {
  readonly #options: RunWriterOptions
  /** Events that have arrived and linger, so that they are written together with others. */
  #waiting: Array<HeddleEvent> = []
  /** When the events that linger are written at the latest, in milliseconds. */
  #due = 0
  /** When the last write ended, in milliseconds. */
  #wroteAt = Number.NEGATIVE_INFINITY
  /** Events that are in the log and not folded. */
  #unfolded: Array<HeddleEvent> = []

  constructor(options: RunWriterOptions) {
    this.#options = options
  }

  /** Waits for events, lets them linger, and writes them. */
  get writeNext(): Effect.Effect<void, StorageError | RunTakenOver> {
    return Effect.flatMap(this.#arrivals, (arrived) => {
      if (arrived !== undefined && this.#waiting.length === 0) this.#due = this.#nextWrite
      if (arrived !== undefined) for (const event of arrived) this.#waiting.push(event)
      if (arrived !== undefined && this.#mayLinger) return this.writeNext
      const events = this.#waiting
      return Effect.map(this.writeArrived(events), () => {
        this.#waiting = []
      })
    })
  }

  /** Takes the events that are in the log since the last call, to fold them. */
  takeUnfolded(): ReadonlyArray<HeddleEvent> {
    const events = this.#unfolded
    this.#unfolded = []
    return events
  }

  /** Writes events that the engine decided on. */
  write(events: ReadonlyArray<HeddleEvent>): Effect.Effect<void, StorageError | RunTakenOver> {
    const { inbox, lease, log, onEvents } = this.#options
    return log.append(events, lease).pipe(
      Effect.map(() => {
        onEvents?.(events)
        this.#wroteAt = inbox.now
        for (const event of events) this.#unfolded.push(event)
      }),
      // One event that cannot be stored does not keep the others from it.
      Effect.catchTag("InvalidEvent", (invalid) =>
        this.write(
          events.map((event) =>
            String(event.id) === invalid.eventId ? storableEvent(event, invalid, inbox.runId, inbox.now) : event
          )
        )
      )
    )
  }

  /** Writes events of the inbox, whose senders hear of it. */
  readonly writeArrived = (events: ReadonlyArray<HeddleEvent>): Effect.Effect<void, StorageError | RunTakenOver> =>
    Effect.map(this.write(events), () => this.#options.inbox.stored(events.length))

  /** Writes all that came and a last event before it returns, where the log can write without waiting. */
  writeAtOnce(last: HeddleEvent): void {
    const { inbox, lease, log } = this.#options
    const arrived = Effect.runSync(inbox.takeNow)
    // Events that are already stored stay as they are.
    Effect.runSyncExit(log.append([...this.#waiting, ...arrived, last], lease))
    inbox.addUnheard([...arrived, last])
  }

  /** What comes next; nothing when the time to linger is over. */
  get #arrivals(): Effect.Effect<ReadonlyArray<HeddleEvent> | undefined, StorageError | RunTakenOver> {
    const { inbox } = this.#options
    if (this.#waiting.length === 0) return inbox.take
    const left = this.#due - inbox.now
    return Effect.map(
      // Also after a quiet time: what a body reports in one go is written together.
      left > 0 ? Effect.timeoutOption(inbox.take, left) : Effect.asSome(Effect.andThen(Effect.yieldNow, inbox.takeNow)),
      (arrived) => (Option.isSome(arrived) && arrived.value.length > 0 ? arrived.value : undefined)
    )
  }

  /** When events that arrive now are written, in milliseconds; at most the time to linger from now, whatever the clock does. */
  get #nextWrite(): number {
    const { inbox, log } = this.#options
    const { now } = inbox
    return now + Math.min(log.lingerMillis, Math.max(0, this.#wroteAt + log.lingerMillis - now))
  }

  get #mayLinger(): boolean {
    const { isAwaited, log } = this.#options
    return log.lingerMillis > 0 && this.#waiting.length < BATCH && !this.#waiting.some(isAwaited)
  }
}
