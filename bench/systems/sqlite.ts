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

/** Hands over the name of a database that is taken away afterwards. */
export const inNewFile = async <A>(use: (filename: string) => Promise<A>): Promise<A> => {
  const folder = mkdtempSync(join(tmpdir(), "heddle-bench-"))
  try {
    return await use(join(folder, "heddle.db"))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Runs an effect in an instance in a new file, which keeps every append on the disk. */
export const inInstance = <A, E>(run: Effect.Effect<A, E, Instance>): Promise<A> =>
  inNewFile((filename) => Effect.runPromise(Effect.provide(run, SqliteInstance.layer({ filename }))))

/** Runs an effect in an instance in a new file, and gives what was appended to its log, append by append. */
export const appendedBy = async <E>(run: Effect.Effect<unknown, E, Instance>): Promise<Batches> => {
  const batches: Array<ReadonlyArray<HeddleEvent>> = []
  const recording = EventLog.use((log) =>
    Effect.provideService(run, EventLog, {
      ...log,
      append: (events) => {
        batches.push(events)
        return log.append(events)
      }
    })
  )
  await inInstance(recording)
  return batches
}

/** Seconds that bare `node:sqlite` takes to write events into the tables of an instance, a transaction for each batch. */
export const write = (batches: Batches): Promise<number> =>
  inNewFile(async (filename) => {
    const makeTables: Effect.Effect<void, StorageError> = Effect.provide(
      Effect.void,
      SqliteInstance.layer({ filename }) as Layer.Layer<never, StorageError>
    )
    await Effect.runPromise(makeTables)
    const database = new DatabaseSync(filename)
    database.exec("pragma synchronous = full")
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
    const seconds = (performance.now() - from) / 1000
    database.close()
    return seconds
  })
