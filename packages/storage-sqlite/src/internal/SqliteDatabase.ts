import { StorageError } from "@heddle/storage/StorageError"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { dirname, resolve } from "node:path"
import { DatabaseSync, type StatementSync } from "node:sqlite"
import { pathKind } from "./pathKind.ts"
import { isCurrent, migrate, UnfitDatabase } from "./migrate.ts"
import type { Durability } from "./Durability.ts"

/** Milliseconds that an operation waits for a lock that another process holds. */
const BUSY_TIMEOUT = 5000

/** Bytes that the write-ahead log keeps on disk after a checkpoint. */
const JOURNAL_SIZE_LIMIT = 64 * 1024 * 1024

const SYNCHRONOUS = { full: "full", relaxed: "normal" } satisfies Record<Durability, string>

/** One connection to a database: statements that are prepared once, and transactions. Its methods throw. */
export class SqliteDatabase {
  /** Absolute path of the file, or `:memory:`. */
  readonly filename: string
  readonly #connection: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  constructor(filename: string, durability: Durability) {
    this.filename = filename
    this.#connection = new DatabaseSync(filename, { timeout: BUSY_TIMEOUT })
    try {
      // Before anything is written: the file may be another program's.
      const current = isCurrent(this.#connection)
      enterWal(this.#connection)
      this.#connection.exec(
        `pragma synchronous = ${SYNCHRONOUS[durability]}; pragma journal_size_limit = ${JOURNAL_SIZE_LIMIT}`
      )
      if (!current) migrate(this.#connection)
    } catch (error) {
      this.#connection.close()
      throw error
    }
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
   */
  static readonly open = (
    filename: string,
    durability: Durability
  ): Effect.Effect<SqliteDatabase, StorageError, Scope.Scope> => {
    const path = filename === ":memory:" ? filename : resolve(filename)
    return Effect.acquireRelease(
      Effect.try({
        try: () => new SqliteDatabase(path, durability),
        catch: (cause) => openError(path, cause)
      }),
      (database) => Effect.ignore(Effect.try(() => database.close()))
    )
  }

  /**
   * Performs an operation on the database. Fails with `StorageError` for whatever it throws.
   *
   * @param operation - what is done, in words that fit behind "Cannot"
   * @param runId - the run that it is done for, if it is for one
   */
  readonly attempt = <A>(
    operation: string,
    runId: string | undefined,
    perform: () => A
  ): Effect.Effect<A, StorageError> =>
    Effect.try({ try: perform, catch: (cause) => this.#error(operation, runId, cause) })

  /**
   * Performs an operation that may throw errors of its own, and fails with those too.
   *
   * @param isOwn - tells whether what was thrown is one of them
   */
  readonly attemptOr = <A, E>(
    operation: string,
    runId: string | undefined,
    isOwn: (cause: unknown) => cause is E,
    perform: () => A
  ): Effect.Effect<A, StorageError | E> =>
    Effect.try({
      try: perform,
      catch: (cause) => (isOwn(cause) ? cause : this.#error(operation, runId, cause))
    })

  #error(operation: string, runId: string | undefined, cause: unknown): StorageError {
    const { hint, words } = explain(cause)
    return new StorageError({
      operation,
      ...(runId === undefined ? {} : { runId }),
      ...(hint === undefined ? {} : { hint }),
      cause: words === undefined ? cause : new Error(`${words} ("${this.filename}")`, { cause })
    })
  }
}

/** Switches to the write-ahead log, where readers and the writer do not wait for each other. */
const enterWal = (connection: DatabaseSync): void => {
  const deadline = performance.now() + BUSY_TIMEOUT
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

/** Result codes of SQLite that have something to tell a user. */
const Result = { BUSY: 5, READONLY: 8, IOERR: 10, CORRUPT: 11, FULL: 13, CANTOPEN: 14, NOTADB: 26 } as const

const resultCode = (error: unknown): number | undefined =>
  error instanceof Error && "errcode" in error && typeof error.errcode === "number" ? error.errcode & 0xff : undefined

/** What a failure of SQLite means, and what to do about it. */
const explain = (cause: unknown): { readonly words?: string; readonly hint?: string } => {
  switch (resultCode(cause)) {
    case Result.BUSY:
      return {
        words: `another process has kept the database locked for ${BUSY_TIMEOUT / 1000} seconds`,
        hint: "See which process writes to it, and try again when it is done"
      }
    case Result.READONLY:
      return {
        words: "the database may not be written",
        hint: "Give this user the right to write to it and its folder"
      }
    case Result.IOERR:
      return { words: "the disk failed to read or write the database", hint: "Check the disk and the file's folder" }
    case Result.CORRUPT:
      return {
        words: "the database is damaged",
        hint: "Restore it from a copy, or move it away to start with a new one"
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
      return { words: `the folder "${folder}" does not exist`, hint: "Make the folder, or choose another file" }
    case "file":
      return { words: `"${folder}" is not a folder`, hint: "Choose another folder, or move that file away" }
    case "folder":
      return { words: "the file cannot be opened or made", hint: `Check that this user may write to "${folder}"` }
  }
}
