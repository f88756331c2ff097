import { NodeVersion } from "@heddle/events/NodeVersion"
import type { DatabaseSync } from "node:sqlite"
import { pathToFileURL } from "node:url"
import type { Durability } from "./Durability.ts"
import { isCurrent, migrate, UnfitDatabase } from "./migrate.ts"
import { pathKind } from "./pathKind.ts"
import { Result, resultCode } from "./resultCode.ts"

NodeVersion.require("@heddle/storage-sqlite")
// Not an import, which would fail before the version of Node is checked.
const sqlite = process.getBuiltinModule("node:sqlite")

/**
 * How long SQLite itself waits for a lock of another process, blocking this process, in milliseconds. Most locks are shorter.
 * For longer ones, operations wait without blocking (`Patience`).
 */
const BUSY_TIMEOUT = 50

/** How long opening waits for a lock, in milliseconds. */
const OPEN_TIMEOUT = 5000

/** The size of the write-ahead log on disk after a checkpoint, in bytes. */
const JOURNAL_SIZE_LIMIT = 64 * 1024 * 1024

const SYNCHRONOUS = { full: "full", relaxed: "normal" } satisfies Record<Durability, string>

/** The name that SQLite gives to a database in memory. */
export const MEMORY = ":memory:"

/**
 * Opens a connection to a database. Creates the database if it does not exist, and migrates it to the newest version. Throws
 * `UnfitDatabase`, and errors of SQLite.
 *
 * @param filename - absolute path of the file, or `:memory:`
 * @param access - with `read`, also opens a database that cannot be written, such as on a full disk
 */
export const openConnection = (filename: string, durability: Durability, access: "write" | "read"): DatabaseSync => {
  try {
    return openWriting(filename, durability)
  } catch (cause) {
    if (access === "write" || !keepsFromWriting(cause)) throw cause
    const connection = openReading(filename)
    if (connection === undefined) throw cause
    return connection
  }
}

const openWriting = (filename: string, durability: Durability): DatabaseSync => {
  const connection = new sqlite.DatabaseSync(filename, { timeout: OPEN_TIMEOUT })
  try {
    // Checked before anything is written, because the file may belong to another program.
    const current = isCurrent(connection)
    enterWal(connection)
    connection.exec(
      `pragma synchronous = ${SYNCHRONOUS[durability]}; pragma journal_size_limit = ${JOURNAL_SIZE_LIMIT}`
    )
    if (!current) migrate(connection)
    connection.exec(`pragma busy_timeout = ${BUSY_TIMEOUT}`)
    return connection
  } catch (error) {
    connection.close()
    throw error
  }
}

/** Tells whether a database could not be opened because its folder or disk cannot be written. */
const keepsFromWriting = (cause: unknown): boolean => {
  const code = resultCode(cause)
  return code === Result.READONLY || code === Result.CANTOPEN || code === Result.FULL || code === Result.IOERR
}

/**
 * Opens a database of the newest version without writing to it; `undefined` if that is not possible. Without a write-ahead log,
 * everything is in the file, and readers need no shared memory.
 */
const openReading = (path: string): DatabaseSync | undefined => {
  const url = pathToFileURL(path)
  for (const search of pathKind(`${path}-wal`) === undefined ? ["?immutable=1"] : ["", "?immutable=1"]) {
    url.search = search
    let connection: DatabaseSync | undefined
    try {
      connection = new sqlite.DatabaseSync(url, { readOnly: true, timeout: BUSY_TIMEOUT })
      if (isCurrent(connection)) return connection
      connection.close()
      return undefined
    } catch (cause) {
      connection?.close()
      if (cause instanceof UnfitDatabase) throw cause
    }
  }
  return undefined
}

/** Switches to the write-ahead log, with which readers and the writer do not block each other. */
const enterWal = (connection: DatabaseSync): void => {
  const deadline = performance.now() + OPEN_TIMEOUT
  for (;;) {
    try {
      connection.exec("pragma journal_mode = wal")
      return
    } catch (error) {
      // SQLite does not wait here if two processes create the same file at once.
      if (resultCode(error) !== Result.BUSY || performance.now() > deadline) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
    }
  }
}
