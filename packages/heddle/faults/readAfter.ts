import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import { EventLog } from "@heddle/storage/EventLog"
import { SqliteInstance } from "@heddle/storage-sqlite/SqliteInstance"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"

/**
 * What an instance still knows when it starts from these files.
 *
 * @param files - content of each file of its folder, by name
 * @param filename - the name of its database among them
 * @param runIds - the runs to read
 * @returns what SQLite says of the file's integrity, "ok" if nothing is wrong, and the events in the order of the log
 */
export const readAfter = Effect.fnUntraced(function* (
  files: ReadonlyMap<string, Buffer>,
  filename: string,
  runIds: ReadonlyArray<string>
) {
  const folder = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "heddle-power-loss-"))),
    (path) => Effect.sync(() => rmSync(path, { recursive: true }))
  )
  for (const [name, content] of files) writeFileSync(join(folder, name), content)
  const database = new DatabaseSync(join(folder, filename))
  const rows = database.prepare("pragma integrity_check").all()
  database.close()
  const integrity = rows.map((row) => String(row["integrity_check"])).join("; ")
  const events: ReadonlyArray<HeddleEvent> = yield* Effect.forEach(runIds, (runId) =>
    Stream.runCollect(EventLog.readAll(runId))
  ).pipe(
    Effect.map((logs) => logs.flat()),
    Effect.provide(SqliteInstance.layer({ filename: join(folder, filename) }))
  )
  return { integrity, events }
}, Effect.scoped)
