import { HeddleEvent } from "@heddle/events/HeddleEvent"
import { Json } from "@heddle/events/Json"
import { type EventCursor, EventLog, type EventPage } from "@heddle/storage/EventLog"
import { InvalidEvent, RunTakenOver, StorageError } from "@heddle/storage/StorageError"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { SQLOutputValue } from "node:sqlite"
import type { DatabaseChanges } from "./DatabaseChanges.ts"
import { Patience } from "./Patience.ts"
import { SqliteDatabase } from "./SqliteDatabase.ts"
import { StoredLease } from "./StoredLease.ts"
import { StoredPartitions } from "./StoredPartitions.ts"
import { StoredRunSummary } from "./StoredRunSummary.ts"

/** In milliseconds. A commit to disk takes as long as dozens of events, and followers should not wait long. */
const LINGER = 5

const INSERT = `
  insert into events (run_id, event_id, type, step_key, timestamp, body) values (?, ?, ?, ?, ?, ?)
  on conflict (run_id, event_id) do nothing`

const SELECT = "select id, body from events where run_id = ? and id > ? order by id limit ?"

const SELECT_ALL = "select id, body from events where id > ? order by id limit ?"
/** Ids are never reused, and follow the order of commits, because appending holds the write lock. */
const LAST = "select max(id) as id from events"

const decode = Schema.decodeUnknownSync(HeddleEvent.schema)

const CURSOR = /^sqlite:(0|[1-9]\d{0,15})$/

const toCursor = (row: number): EventCursor => `sqlite:${row}`

const fromCursor = (cursor: EventCursor): number => {
  const row = CURSOR.exec(cursor)?.[1]
  if (row === undefined) throw new Error(`"${cursor}" is not a place in this log`)
  return Number(row)
}

const isRefusal = (cause: unknown): cause is InvalidEvent | RunTakenOver | StorageError =>
  cause instanceof InvalidEvent || cause instanceof RunTakenOver || cause instanceof StorageError

/** The event in the body of a row. Throws if the body is not a valid event. */
export const fromBody = (row: number, body: unknown): HeddleEvent => {
  let value: unknown
  try {
    value = Json.parse(String(body))
    return decode(value)
  } catch (cause) {
    const why = value === undefined ? "it is not JSON" : HeddleEvent.fault(value)
    throw new Error(`row ${row} of the events table cannot be read by this version of Heddle: ${why}`, { cause })
  }
}

/** Reads all events of a run in the order of the log. Throws when one cannot be read. */
export function* eventsOf(database: SqliteDatabase, runId: string): Generator<HeddleEvent> {
  for (const row of database.statement(SELECT).iterate(runId, 0, -1)) yield fromBody(Number(row["id"]), row["body"])
}

/** The event log in the table `events`. */
export const sqliteEventLog = (database: SqliteDatabase, changes: DatabaseChanges): EventLog["Service"] => {
  const insert = database.statement(INSERT)
  const select = database.statement(SELECT)
  const page = (rows: ReadonlyArray<{ readonly [column: string]: SQLOutputValue }>, after: number): EventPage => ({
    events: rows.map((row) => fromBody(Number(row["id"]), row["body"])),
    next: toCursor(Number(rows.at(-1)?.["id"] ?? after))
  })
  return {
    lingerMillis: LINGER,
    append: (events, lease) =>
      events.length === 0
        ? Effect.void
        : database.attemptOr(
            "append events",
            events[0]?.runId,
            isRefusal,
            () => {
              const invalid = EventLog.invalid(events)
              if (invalid !== undefined) throw invalid
              // A run whose end is in a deleted file has not succeeded.
              if (events.some(HeddleEvent.isRunEnd)) database.checkInPlace("append events", events[0]?.runId)
              const bodies = events.map((event) => JSON.stringify(event))
              database.transaction(() => {
                if (lease !== undefined) StoredLease.check(database, lease)
                const states = new StoredRunSummary(database)
                for (const [index, event] of events.entries()) {
                  const { changes, lastInsertRowid } = insert.run(
                    event.runId,
                    event.id,
                    event._tag,
                    HeddleEvent.stepKey(event) ?? null,
                    event.timestamp,
                    bodies[index] ?? null
                  )
                  if (changes === 0) continue
                  states.fold(event)
                  StoredPartitions.add(database, event, lastInsertRowid)
                }
                states.save()
              })
              changes.eventsChanged()
            },
            Patience.ofRun
          ),
    read: (runId, query) =>
      database.attempt("read events", runId, () => {
        const after = query?.after === undefined ? 0 : fromCursor(query.after)
        return page(select.all(runId, after, SqliteDatabase.toLimit(query?.limit ?? 1000)), after)
      }),
    readAllRuns: (query) =>
      database.attempt("read events", undefined, () => {
        const after = query?.after === undefined ? 0 : fromCursor(query.after)
        return page(database.statement(SELECT_ALL).all(after, SqliteDatabase.toLimit(query?.limit ?? 1000)), after)
      }),
    end: database.attempt("read events", undefined, () =>
      toCursor(Number(database.statement(LAST).get()?.["id"] ?? 0))
    ),
    watch: changes.ofEvents
  }
}
