import { NodeVersion } from "@heddle/events/NodeVersion"
import { StorageError } from "@heddle/storage/StorageError"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { statSync } from "node:fs"
import { dirname, resolve } from "node:path"
import type { DatabaseSync, StatementSync } from "node:sqlite"
import { pathToFileURL } from "node:url"
import { Patience } from "./Patience.ts"
import { pathKind } from "./pathKind.ts"
import { Result, resultCode } from "./resultCode.ts"
import { isCurrent, migrate, UnfitDatabase } from "./migrate.ts"
import type { Durability } from "./Durability.ts"

NodeVersion.require("@heddle/storage-sqlite")
// Not an import: on a Node without the module, an import would fail before the version is checked.
const sqlite = process.getBuiltinModule("node:sqlite")

/**
 * Milliseconds that SQLite itself waits for a lock that another process holds, while nothing else of this process goes on.
 * Most locks are gone in less; an operation that meets a longer one waits without blocking (`Patience`).
 */
const BUSY_TIMEOUT = 50

/** Milliseconds that opening waits for a lock. */
const OPEN_TIMEOUT = 5000

/** Bytes that the write-ahead log keeps on disk after a checkpoint. */
const JOURNAL_SIZE_LIMIT = 64 * 1024 * 1024

const SYNCHRONOUS = { full: "full", relaxed: "normal" } satisfies Record<Durability, string>

/** One connection to a database: statements that are prepared once, and transactions. Its methods throw. */
export class SqliteDatabase {
  /** Absolute path of the file, or `:memory:`. */
  readonly filename: string
  /** The file as the system knows it, whatever its path leads to later; empty for a database in memory. */
  readonly identity: string
  readonly #connection: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  constructor(filename: string, durability: Durability, connection?: DatabaseSync) {
    this.filename = filename
    this.#connection = connection ?? new sqlite.DatabaseSync(filename, { timeout: OPEN_TIMEOUT })
    if (connection !== undefined) {
      this.identity = identityOf(filename) ?? ""
      return
    }
    try {
      // Before anything is written: the file may be another program's.
      const current = isCurrent(this.#connection)
      enterWal(this.#connection)
      this.#connection.exec(
        `pragma synchronous = ${SYNCHRONOUS[durability]}; pragma journal_size_limit = ${JOURNAL_SIZE_LIMIT}`
      )
      if (!current) migrate(this.#connection)
      this.#connection.exec(`pragma busy_timeout = ${BUSY_TIMEOUT}`)
      this.identity = identityOf(filename) ?? ""
    } catch (error) {
      this.#connection.close()
      throw error
    }
  }

  /** Tells whether the path still leads to the file that is open. */
  get isInPlace(): boolean {
    return this.filename === MEMORY || identityOf(this.filename) === this.identity
  }

  /**
   * Makes sure that the path still leads to the file that is open: what is written to a file that was deleted or replaced
   * is lost. Throws `StorageError`.
   */
  checkInPlace(operation: string, runId: string | undefined): void {
    if (!this.isInPlace) throw this.gone(operation, runId)
  }

  /** The error of a file that was deleted or replaced while it was open. */
  gone(operation: string, runId: string | undefined): StorageError {
    return new StorageError({
      operation,
      ...(runId === undefined ? {} : { runId }),
      hint: "Everything recorded since then is lost. Keep the home folder in place while runs are in progress",
      cause: new Error(`the file "${this.filename}" was deleted or replaced while it was in use`)
    })
  }

  /** The prepared statement of a fixed SQL text. */
  statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (statement === undefined) this.#statements.set(sql, (statement = this.#connection.prepare(sql)))
    return statement
  }

  /** A statement for one use, for SQL that is put together from a query. */
  prepare(sql: string): StatementSync {
    return this.#connection.prepare(sql)
  }

  /** Writes all that `body` writes or, when it throws, nothing. */
  transaction<A>(body: () => A): A {
    // The write lock is taken at the start: a lock that is upgraded later can fail at once, without waiting.
    this.statement("begin immediate").run()
    try {
      const result = body()
      this.statement("commit").run()
      return result
    } catch (error) {
      if (this.#connection.isTransaction) this.statement("rollback").run()
      throw error
    }
  }

  /** A limit as SQLite takes it: a whole number, or -1 for all. */
  static readonly toLimit = (limit: number): number => (Number.isFinite(limit) ? Math.max(0, Math.trunc(limit)) : -1)

  close(): void {
    this.#connection.close()
  }

  /**
   * Opens the database of a file and closes it with the scope. Fails with `StorageError`.
   *
   * @param filename - path of the file, or `:memory:`
   * @param access - `read` makes do without writing where nothing can be written, such as on a full disk
   */
  static readonly open = (
    filename: string,
    durability: Durability,
    access: "write" | "read" = "write"
  ): Effect.Effect<SqliteDatabase, StorageError, Scope.Scope> => {
    const path = filename === MEMORY ? filename : resolve(filename)
    return Effect.acquireRelease(
      Effect.try({
        try: () => {
          try {
            return new SqliteDatabase(path, durability)
          } catch (cause) {
            if (access === "write" || !keepsFromWriting(cause)) throw cause
            const connection = openReading(path)
            if (connection === undefined) throw cause
            return new SqliteDatabase(path, durability, connection)
          }
        },
        catch: (cause) => openError(path, cause)
      }),
      (database) => Effect.ignore(Effect.try(() => database.close()))
    )
  }

  /**
   * Performs an operation on the database. While another process locks it, the operation waits for its turn, and other
   * work of this process goes on. Fails with `StorageError` for whatever else it throws.
   *
   * @param operation - what is done, in words that fit behind "Cannot"
   * @param runId - the run that it is done for, if it is for one
   */
  readonly attempt = <A>(
    operation: string,
    runId: string | undefined,
    perform: () => A
  ): Effect.Effect<A, StorageError> => this.attemptOr(operation, runId, isNever, perform)

  /**
   * Performs an operation that may throw errors of its own, and fails with those too.
   *
   * @param isOwn - tells whether what was thrown is one of them
   * @param patience - how long it waits for a lock, and for room on the disk
   */
  readonly attemptOr = <A, E>(
    operation: string,
    runId: string | undefined,
    isOwn: (cause: unknown) => cause is E,
    perform: () => A,
    patience: Patience = Patience.usual
  ): Effect.Effect<A, StorageError | E> => {
    const once = (waited: number): Effect.Effect<A, StorageError | E> =>
      Effect.suspend(() => {
        try {
          return Effect.succeed(perform())
        } catch (cause) {
          if (isOwn(cause)) return Effect.fail(cause)
          const wait = patience.next(cause, waited)
          if (wait === undefined) return Effect.fail(this.#error(operation, runId, cause))
          return Effect.andThen(Effect.sleep(wait), once(waited + wait))
        }
      })
    return once(0)
  }

  #error(operation: string, runId: string | undefined, cause: unknown): StorageError {
    const { hint, words } = this.#connection.isOpen ? explain(cause) : CLOSED
    return new StorageError({
      operation,
      ...(runId === undefined ? {} : { runId }),
      ...(hint === undefined ? {} : { hint }),
      cause: words === undefined ? cause : new Error(`${words} ("${this.filename}")`, { cause })
    })
  }
}

const MEMORY = ":memory:"

/** The file at a path as the system knows it; `undefined` if there is no file. */
const identityOf = (path: string): string | undefined => {
  const found = path === MEMORY ? undefined : statSync(path, { bigint: true, throwIfNoEntry: false })
  return found === undefined ? undefined : `${found.dev}:${found.ino}`
}

const isNever = (_cause: unknown): _cause is never => false

/** What keeps an operation from its end after the instance was closed. */
const CLOSED = {
  words: "the instance was closed",
  hint: "Keep the instance open while results of its runs are read: read them inside the effect that its layer is provided to"
}

/** Tells whether a database could not be opened because nothing can be written where it is. */
const keepsFromWriting = (cause: unknown): boolean => {
  const code = resultCode(cause)
  return code === Result.READONLY || code === Result.CANTOPEN || code === Result.FULL || code === Result.IOERR
}

/**
 * Opens a database of the newest version without writing; `undefined` where that cannot be. Without a write-ahead log
 * beside it all that it holds is in the file, and readers need no shared memory.
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

/** Switches to the write-ahead log, where readers and the writer do not wait for each other. */
const enterWal = (connection: DatabaseSync): void => {
  const deadline = performance.now() + OPEN_TIMEOUT
  for (;;) {
    try {
      connection.exec("pragma journal_mode = wal")
      return
    } catch (error) {
      // SQLite does not wait here when two processes make the same new file at once.
      if (resultCode(error) !== Result.BUSY || performance.now() > deadline) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
    }
  }
}

/** What a failure of SQLite means, and what to do about it. */
const explain = (cause: unknown): { readonly words?: string; readonly hint?: string } => {
  switch (resultCode(cause)) {
    case Result.BUSY:
      return {
        words: "another process keeps the database locked",
        hint: "Find the process that uses the file, such as a backup or a database browser, and try again once it is done"
      }
    case Result.READONLY:
      return {
        words: "the database is read-only for this user",
        hint: "Give this user write permission for the file and its folder, or choose another home folder"
      }
    case Result.IOERR:
      return {
        words: "the disk failed to read or write the database",
        hint: "Check the disk and the folder of the file"
      }
    case Result.CORRUPT:
      return {
        words: "the database is damaged",
        hint: 'Recover what can be read with "sqlite3 heddle.db .recover", restore a backup, or move the file away to start with an empty database'
      }
    case Result.FULL:
      return { words: "the disk is full", hint: "Free some space and try again" }
    case Result.NOTADB:
      return { words: "it is not a database", hint: "Choose another file, or move this one away" }
    default:
      return {}
  }
}

const openError = (filename: string, cause: unknown): StorageError => {
  const { hint, words } =
    cause instanceof UnfitDatabase
      ? { words: cause.message, hint: cause.hint }
      : resultCode(cause) === Result.CANTOPEN
        ? unreachable(filename)
        : explain(cause)
  return new StorageError({
    operation: `open the instance in "${filename}"`,
    ...(hint === undefined ? {} : { hint }),
    cause: words === undefined ? cause : new Error(words, { cause })
  })
}

/** Why SQLite could not open a file; it does not say itself. */
const unreachable = (filename: string): { readonly words: string; readonly hint: string } => {
  const folder = dirname(filename)
  if (pathKind(filename) === "folder") return { words: "it is a folder", hint: "Name a file in it" }
  switch (pathKind(folder)) {
    case undefined:
      return { words: `the folder "${folder}" does not exist`, hint: "Create the folder, or choose another file" }
    case "file":
      return { words: `"${folder}" is not a folder`, hint: "Choose another folder, or move that file away" }
    case "folder":
      return { words: "the file cannot be opened or created", hint: `Check that this user may write to "${folder}"` }
  }
}
