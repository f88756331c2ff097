import { HeddleEvent } from "@heddle/events/HeddleEvent"
import { Json } from "@heddle/events/Json"
import type { EventCursor, EventLog } from "@heddle/storage/EventLog"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqliteDatabase } from "./SqliteDatabase.ts"
import { StoredLease } from "./StoredLease.ts"
import { StoredRunState } from "./StoredRunState.ts"

/** Milliseconds: a commit to the disk takes as long as dozens of events do. */
const LINGER = 10

const INSERT = `
  insert into events (run_id, event_id, type, step_key, timestamp, body) values (?, ?, ?, ?, ?, ?)
  on conflict (run_id, event_id) do nothing`

const SELECT = "select id, body from events where run_id = ? and id > ? order by id limit ?"

const isEvent = Schema.is(HeddleEvent.schema)
const decode = Schema.decodeUnknownSync(HeddleEvent.schema)

const CURSOR = /^sqlite:(0|[1-9]\d{0,15})$/

const toCursor = (row: number): EventCursor => `sqlite:${row}`

const fromCursor = (cursor: EventCursor): number => {
  const row = CURSOR.exec(cursor)?.[1]
  if (row === undefined) throw new Error(`"${cursor}" is not a place in this log`)
  return Number(row)
}

const TYPES: ReadonlySet<unknown> = new Set(HeddleEvent.schema.members.map((event) => event.fields._tag.schema.literal))

/** Says in one line why a value is not an event. */
const fault = (value: unknown): string => {
  const type: unknown = Object(value)._tag
  if (!TYPES.has(type)) return `there is no event of type ${JSON.stringify(type)}`
  try {
    decode(value)
    return "it is in order"
  } catch (cause) {
    return (cause instanceof Error ? cause.message : String(cause)).replaceAll(/\s*\n\s*/g, " ")
  }
}

/** The event of a row's body. Throws when it is none. */
const fromBody = (row: number, body: unknown): HeddleEvent => {
  let value: unknown
  try {
    value = Json.parse(String(body))
    return decode(value)
  } catch (cause) {
    const why = value === undefined ? "it is not JSON" : fault(value)
    throw new Error(`row ${row} of the events holds none that this version of Heddle can read: ${why}`, { cause })
  }
}

/** The form in which an event is stored. Throws when it is none, so that nothing is stored that cannot be read. */
const toBody = (event: HeddleEvent): string => {
  if (!isEvent(event)) throw new Error(`the event "${String(Object(event).id)}" is not valid: ${fault(event)}`)
  // SQLite keeps text as UTF-8, where keys with half a character would become the same key.
  if (!event.id.isWellFormed() || !event.runId.isWellFormed()) {
    throw new Error(`the id of the event "${event.id}" or of its run is not well-formed Unicode`)
  }
  return JSON.stringify(event)
}

/** Reads all events of a run in the order of the log. Throws when one cannot be read. */
export function* eventsOf(database: SqliteDatabase, runId: string): Generator<HeddleEvent> {
  for (const row of database.statement(SELECT).iterate(runId, 0, -1)) yield fromBody(Number(row["id"]), row["body"])
}

/** The event log in the table `events`. */
export const sqliteEventLog = (database: SqliteDatabase): EventLog["Service"] => {
  const insert = database.statement(INSERT)
  const select = database.statement(SELECT)
  return {
    lingerMillis: LINGER,
    append: (events, lease) =>
      events.length === 0
        ? Effect.void
        : database.attemptHeld("append events", events[0]?.runId, () => {
            const bodies = events.map(toBody)
            database.transaction(() => {
              if (lease !== undefined) StoredLease.check(database, lease)
              const states = new StoredRunState(database)
              for (const [index, event] of events.entries()) {
                const { changes } = insert.run(
                  event.runId,
                  event.id,
                  event._tag,
                  HeddleEvent.stepKey(event) ?? null,
                  event.timestamp,
                  bodies[index] ?? null
                )
                if (changes !== 0) states.fold(event)
              }
              states.save()
            })
          }),
    read: (runId, query) =>
      database.attempt("read events", runId, () => {
        const after = query?.after === undefined ? 0 : fromCursor(query.after)
        const rows = select.all(runId, after, SqliteDatabase.toLimit(query?.limit ?? 1000))
        return {
          events: rows.map((row) => fromBody(Number(row["id"]), row["body"])),
          next: toCursor(Number(rows.at(-1)?.["id"] ?? after))
        }
      })
  }
}
