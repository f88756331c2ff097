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
 * A position in the log of one run, or in that of all runs. It is opaque: only the log that issued it can read it, with the
 * method that returned it: `read` of the same run, or `readAllRuns`.
 *
 * @since 0.1.0
 */
export type EventCursor = string

/** A page of a log, and the cursor after its last event. */
export interface EventPage {
  readonly events: ReadonlyArray<HeddleEvent>
  /** Where the next page starts; the same cursor again if the page is empty. */
  readonly next: EventCursor
}

/** Which part of the log of a run to read. */
export interface EventQuery {
  /** Only events after this cursor; by default, from the start. */
  readonly after?: EventCursor | undefined
  /** The maximum number of events to read: at least 1, `Infinity` for all, by default 1,000. */
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
 * The append-only log of the events of runs: the source of truth of an instance.
 *
 * `@heddle/events/RunStatus` reads statuses from events, and `@heddle/storage-sqlite` stores them in SQLite.
 *
 * @since 0.1.0
 */
export class EventLog extends Context.Service<
  EventLog,
  {
    /**
     * Appends all of the events in their order, or none. When it returns, they are as durable as the log can make them. Events
     * whose ids the log of the run already contains are ignored. Fails with `StorageError` if the store cannot be reached, with
     * `InvalidEvent` if an event is not valid, and, given a lease of the run, with `RunTakenOver` if the run has a newer one.
     */
    readonly append: (
      events: ReadonlyArray<HeddleEvent>,
      lease?: Pick<RunLease, "runId" | "fence">
    ) => Effect.Effect<void, StorageError | InvalidEvent | RunTakenOver>
    /** Reads a page of the log of a run, in its order. The log of an unknown run is empty. */
    readonly read: (runId: string, query?: EventQuery) => Effect.Effect<EventPage, StorageError>
    /**
     * Reads a page of the events of all runs, in the order in which they were appended. Events are never inserted before a
     * cursor that was returned.
     */
    readonly readAllRuns: (query?: EventQuery) => Effect.Effect<EventPage, StorageError>
    /** The cursor after the last event of all runs, for `readAllRuns`. */
    readonly end: Effect.Effect<EventCursor, StorageError>
    /**
     * Watches the log. The watch reports events that this or another process appended, within a few milliseconds. Start it
     * before you read, so that you miss nothing in between.
     */
    readonly watch: Effect.Effect<StoreWatch, never, Scope.Scope>
    /**
     * How long, in milliseconds after the last append, a writer may hold events that nobody waits for, so that it writes them
     * together; 0 if an append costs nothing. After a longer pause they are appended at once.
     */
    readonly lingerMillis: number
  }
>()("@heddle/storage/EventLog") {
  /** Layer that keeps the log in memory, for tests and runs in one process. It ends with the process. */
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
   * Finds the first invalid event, for implementations that are about to store events.
   *
   * @param events - the events to append
   * @returns the error of the append; `undefined` if all events are valid
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
   * Reads the events of a run page by page, from the start or after a cursor, up to the last one that is stored.
   *
   * @param runId - id of the run
   * @param after - the cursor to start after
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
