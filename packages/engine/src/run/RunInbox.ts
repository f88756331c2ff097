import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { RunTakenOver, StorageError } from "@heddle/storage/StorageError"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type { EventSink } from "../wire/Executor.ts"
import type { DecidedEvent } from "../machine/Command.ts"
import { Receipts } from "./Receipts.ts"

type Arrivals = Queue.Queue<HeddleEvent, StorageError | RunTakenOver>

/** What has happened to a run and is not in its log yet, in the order in which it came. */
export class RunInbox {
  readonly runId: string
  readonly #clock: Clock.Clock
  readonly #queue: Arrivals
  readonly #receipts = new Receipts()
  #resourceFailed = false

  constructor(runId: string, clock: Clock.Clock, queue: Arrivals) {
    this.runId = runId
    this.#clock = clock
    this.#queue = queue
  }

  /** Makes the inbox of a run. */
  static make(runId: string): Effect.Effect<RunInbox> {
    return Effect.gen(function* () {
      return new RunInbox(runId, yield* Clock.Clock, yield* Queue.unbounded<HeddleEvent, StorageError | RunTakenOver>())
    })
  }

  /** Takes events of attempts. */
  readonly sink: EventSink = (events, stored) => {
    this.#resourceFailed ||= events.some(({ _tag }) => _tag === "RESOURCE_INIT_FAILURE")
    this.#receipts.expect(events.length, stored)
    Queue.offerAllUnsafe(this.#queue, events)
  }

  /** Takes what this process has to say of the run. */
  readonly add = (event: DecidedEvent): void => this.sink([this.stamp(event)])

  /** Takes events whose senders do not hear of them. */
  addUnheard(events: ReadonlyArray<HeddleEvent>): void {
    Queue.offerAllUnsafe(this.#queue, events)
  }

  /** Ends the run with an error: the next read of the inbox fails with it. */
  readonly fail = (error: StorageError | RunTakenOver): Effect.Effect<boolean> => Queue.fail(this.#queue, error)

  /** Waits for events, and takes all that are there. */
  get take(): Effect.Effect<ReadonlyArray<HeddleEvent>, StorageError | RunTakenOver> {
    return Queue.takeAll(this.#queue)
  }

  /** Takes all waiting events, without waiting for more. */
  get takeNow(): Effect.Effect<ReadonlyArray<HeddleEvent>, StorageError | RunTakenOver> {
    return Queue.clear(this.#queue)
  }

  /** Adds run and time to an event. */
  readonly stamp = (event: DecidedEvent): HeddleEvent =>
    // A decided event is an event without run and time; the compiler does not see the union through the spread.
    ({ ...event, runId: this.runId, timestamp: this.now }) as HeddleEvent

  /** Milliseconds since the epoch. */
  get now(): number {
    return this.#clock.currentTimeMillisUnsafe()
  }

  /** Hears that the next events, of those that came, are stored. */
  stored(count: number): void {
    this.#receipts.give(count)
  }

  /** Marks this moment, and returns a function that tells whether all events up to it are stored. */
  mark(): () => boolean {
    return this.#receipts.mark()
  }

  /** Whether a resource reported that it did not start. */
  get resourceFailed(): boolean {
    return this.#resourceFailed
  }
}
