import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import { EventLog } from "@heddle/storage/EventLog"
import type { Instance } from "@heddle/storage/Instance"
import type { StorageError } from "@heddle/storage/StorageError"
import { SqliteInstance } from "@heddle/storage-sqlite/SqliteInstance"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"

type Batches = ReadonlyArray<ReadonlyArray<HeddleEvent>>

/** Hands over a folder that is taken away afterwards. */
export const inNewFolder = async <A>(use: (folder: string) => Promise<A>): Promise<A> => {
  const folder = mkdtempSync(join(tmpdir(), "heddle-bench-"))
  try {
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Hands over the name of a database that is taken away afterwards. */
export const inNewFile = <A>(use: (filename: string) => Promise<A>): Promise<A> =>
  inNewFolder((folder) => use(join(folder, "heddle.db")))

/** When an append returns: once it is on the disk, or once the operating system has it. */
export type Durability = "full" | "relaxed"

/** Runs an effect in an instance in a new file. */
export const inInstance = <A, E>(run: Effect.Effect<A, E, Instance>, durability: Durability = "full"): Promise<A> =>
  inNewFile((filename) => Effect.runPromise(Effect.provide(run, SqliteInstance.layer({ filename, durability }))))

/** Runs an effect in an instance in a new file, and gives what was appended to its log, append by append. */
export const appendedBy = async <E>(run: Effect.Effect<unknown, E, Instance>): Promise<Batches> => {
  const batches: Array<ReadonlyArray<HeddleEvent>> = []
  const recording = EventLog.use((log) =>
    Effect.provideService(run, EventLog, {
      ...log,
      append: (events, ...lease) => {
        batches.push(events)
        return log.append(events, ...lease)
      }
    })
  )
  await inInstance(recording)
  return batches
}

/** Hands over a bare connection to a new database with the tables of an instance. */
const inNewDatabase = <A>(durability: Durability, use: (database: DatabaseSync) => A): Promise<A> =>
  inNewFile(async (filename) => {
    const makeTables: Effect.Effect<void, StorageError> = Effect.provide(
      Effect.void,
      SqliteInstance.layer({ filename }) as Layer.Layer<never, StorageError>
    )
    await Effect.runPromise(makeTables)
    const database = new DatabaseSync(filename)
    try {
      database.exec(`pragma synchronous = ${durability === "full" ? "full" : "normal"}`)
      return use(database)
    } finally {
      database.close()
    }
  })

/** Seconds that bare `node:sqlite` takes to write events, of which it has the JSON, a transaction for each batch. */
const writeTo = (database: DatabaseSync, batches: Batches): number => {
  const [begin, commit] = [database.prepare("begin immediate"), database.prepare("commit")]
  const insert = database.prepare(
    "insert into events (run_id, event_id, type, step_key, timestamp, body) values (?, ?, ?, ?, ?, ?)"
  )
  const rows = batches.map((events) =>
    events.map((event) => {
      const stepKey = "stepKey" in event ? (event.stepKey ?? null) : null
      return [event.runId, event.id, event._tag, stepKey, event.timestamp, JSON.stringify(event)]
    })
  )
  const from = performance.now()
  for (const batch of rows) {
    begin.run()
    for (const row of batch) insert.run(...row)
    commit.run()
  }
  return (performance.now() - from) / 1000
}

/** Seconds that bare `node:sqlite` takes to write events into the tables of an instance, a transaction for each batch. */
export const write = (batches: Batches, durability: Durability = "full"): Promise<number> =>
  inNewDatabase(durability, (database) => writeTo(database, batches))

/** Seconds that bare `node:sqlite` takes to read the events of a run, page by page, and to parse their JSON. */
export const read = (batches: Batches, page: number): Promise<number> =>
  inNewDatabase("relaxed", (database) => {
    writeTo(database, batches)
    const select = database.prepare("select id, body from events where run_id = ? and id > ? order by id limit ?")
    const runId = batches[0]?.[0]?.runId ?? ""
    let [after, seen] = [0, 0]
    const from = performance.now()
    for (;;) {
      const rows = select.all(runId, after, page)
      for (const { body, id } of rows) {
        JSON.parse(String(body))
        after = Number(id)
      }
      seen += rows.length
      if (rows.length < page) break
    }
    const seconds = (performance.now() - from) / 1000
    if (seen !== batches.flat().length) throw new Error(`read ${seen} events`)
    return seconds
  })
