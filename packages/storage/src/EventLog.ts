import { HeddleEvent } from "@heddle/events/HeddleEvent"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { MemoryStore } from "./internal/MemoryStore.ts"
import type { RunLease } from "./RunLease.ts"
import { InvalidEvent, RunTakenOver, StorageError } from "./StorageError.ts"
import type { StoreWatch } from "./StoreChanges.ts"

/**
 * A place in the log of one run, or in that of all runs. Opaque: only the log that gave it can read it, and only where it
 * was given: by `read` for that run, or by `readAllRuns`.
 *
 * @since 0.1.0
 */
export type EventCursor = string

/** A page of a log, and the place after its last event. */
export interface EventPage {
  readonly events: ReadonlyArray<HeddleEvent>
  /** Where the next page starts; the same place again when the page is empty. */
  readonly next: EventCursor
}

/** What to read of a run's log. */
export interface EventQuery {
  /** Only events after this cursor; by default from the start. */
  readonly after?: EventCursor | undefined
  /** The most events to read: at least 1, `Infinity` for all, by default 1,000. */
  readonly limit?: number | undefined
}

const PLACE = /^(\d{1,15})$/
const PLACE_OF_ALL = /^all:(\d{1,15})$/

const placeOf = (
  form: RegExp,
  cursor: EventCursor | undefined,
  runId?: string
): Effect.Effect<number, StorageError> => {
  const place = cursor === undefined ? "0" : form.exec(cursor)?.[1]
  if (place !== undefined) return Effect.succeed(Number(place))
  const cause = new Error(`"${cursor}" is not a place in this log`)
  return Effect.fail(new StorageError({ operation: "read events", ...(runId === undefined ? {} : { runId }), cause }))
}

/**
 * Append-only log of run events: the single source of truth of an instance.
 *
 * Not here: how a status is read from events (`@heddle/events/RunStatus`), any SQL (`@heddle/storage-sqlite`).
 *
 * @since 0.1.0
 */
export class EventLog extends Context.Service<
  EventLog,
  {
    /**
     * Appends events in order, all or none; events of one run keep their order among each other. When it returns, they are as durable as the log can make them.
     * An event whose id the run's log holds already is left as it is. Fails with `StorageError` when the store cannot
     * be reached. With a `lease`, which is of the events' run: fails with `RunTakenOver`, and appends nothing, once the
     * run has a newer one. Fails with `InvalidEvent`, and appends nothing, when one of them is not a valid event.
     */
    readonly append: (
      events: ReadonlyArray<HeddleEvent>,
      lease?: Pick<RunLease, "runId" | "fence">
    ) => Effect.Effect<void, StorageError | InvalidEvent | RunTakenOver>
    /** Reads a page of a run's log in its order; an unknown run has an empty log. */
    readonly read: (runId: string, query?: EventQuery) => Effect.Effect<EventPage, StorageError>
    /**
     * Reads a page of the events of all runs, in the order in which they were appended. No event is ever inserted before
     * a place that was given out.
     */
    readonly readAllRuns: (query?: EventQuery) => Effect.Effect<EventPage, StorageError>
    /** The place after the last event of all runs, for `readAllRuns`. */
    readonly end: Effect.Effect<EventCursor, StorageError>
    /**
     * Watches the log: the watch reports events that this process or another has appended, within a few milliseconds. Open
     * it before you read, so that nothing is missed between the two.
     */
    readonly watch: Effect.Effect<StoreWatch, never, Scope.Scope>
    /**
     * Milliseconds that events which nobody waits for may linger in the writer after its last append, so that they are
     * written together; 0 where an append costs nothing. After a quiet time they are appended at once.
     */
    readonly lingerMillis: number
  }
>()("@heddle/storage/EventLog") {
  /**
   * Layer that keeps the log in memory, for tests and single-process runs; nothing survives the process.
   */
  static readonly layerMemory: Layer.Layer<EventLog, never, MemoryStore> = Layer.effect(
    EventLog,
    Effect.map(MemoryStore, (store) =>
      EventLog.of({
        lingerMillis: 0,
        append: (events, lease) =>
          Effect.suspend((): Effect.Effect<void, InvalidEvent | RunTakenOver> => {
            if (lease !== undefined && store.isStale(lease)) {
              return Effect.fail(new RunTakenOver({ runId: lease.runId }))
            }
            const invalid = EventLog.invalid(events)
            if (invalid !== undefined) return Effect.fail(invalid)
            store.append(events)
            return Effect.void
          }),
        read: (runId, query) =>
          Effect.map(placeOf(PLACE, query?.after, runId), (from) => {
            const events = store.events(runId).slice(from, from + (query?.limit ?? 1000))
            return { events, next: String(from + events.length) }
          }),
        readAllRuns: (query) =>
          Effect.map(placeOf(PLACE_OF_ALL, query?.after), (from) => {
            const { events, next } = store.eventsFrom(from, query?.limit ?? 1000)
            return { events, next: `all:${next}` }
          }),
        end: Effect.sync(() => `all:${store.end()}`),
        watch: store.changes.watch
      })
    )
  )

  /**
   * Finds the first of some events that no log can hold, for logs that are about to store them.
   *
   * @param events - what is to be appended
   * @returns the error that the append fails with; `undefined` when all of them are valid
   */
  static readonly invalid = (events: ReadonlyArray<HeddleEvent>): InvalidEvent | undefined => {
    for (const event of events) {
      const problem = HeddleEvent.problem(event)
      if (problem === undefined) continue
      return new InvalidEvent({ runId: String(event.runId), eventId: String(event.id), problem })
    }
    return undefined
  }

  /**
   * Reads a run's events page by page, from the start or after a place, up to the last one that is stored.
   *
   * @param runId - id of the run
   * @param after - place to start after
   */
  static readonly readAll = (runId: string, after?: EventCursor): Stream.Stream<HeddleEvent, StorageError, EventLog> =>
    Stream.unwrap(
      Effect.map(EventLog, (log) =>
        Stream.paginate(after, (cursor: EventCursor | undefined) =>
          Effect.map(log.read(runId, { after: cursor }), ({ events, next }) => [
            events,
            events.length === 0 ? Option.none<EventCursor | undefined>() : Option.some<EventCursor | undefined>(next)
          ])
        )
      )
    )
}
