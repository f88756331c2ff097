import { StorageError } from "@heddle/storage/StorageError"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { statSync } from "node:fs"
import { resolve } from "node:path"
import type { DatabaseSync, StatementSync } from "node:sqlite"
import type { Durability } from "./Durability.ts"
import { MEMORY, openConnection } from "./openConnection.ts"
import { Patience } from "./Patience.ts"
import { SqliteFailure } from "./SqliteFailure.ts"

/** A connection to a database, with prepared statements and transactions. Its methods throw. */
export class SqliteDatabase {
  /** Absolute path of the file, or `:memory:`. */
  readonly filename: string
  /** The device and inode of the file, even if its path later leads elsewhere; empty for a database in memory. */
  readonly identity: string
  readonly #connection: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  constructor(filename: string, connection: DatabaseSync) {
    this.filename = filename
    this.#connection = connection
    this.identity = identityOf(filename) ?? ""
  }

  /** Tells whether the path still leads to the file that is open. */
  get isInPlace(): boolean {
    return this.filename === MEMORY || identityOf(this.filename) === this.identity
  }

  /**
   * Checks that the path still leads to the open file, because writes to a deleted or replaced file are lost. Throws
   * `StorageError`.
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

  /** The prepared statement for a fixed SQL text. */
  statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (statement === undefined) this.#statements.set(sql, (statement = this.#connection.prepare(sql)))
    return statement
  }

  /** A statement for one use, for SQL that depends on a query. */
  prepare(sql: string): StatementSync {
    return this.#connection.prepare(sql)
  }

  /** Runs `body` in a transaction. If it throws, nothing is written. */
  transaction<A>(body: () => A): A {
    // Takes the write lock at the start, because upgrading a lock later can fail without waiting.
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
   * @param access - with `read`, also opens a database that cannot be written, such as on a full disk
   */
  static readonly open = (
    filename: string,
    durability: Durability,
    access: "write" | "read" = "write"
  ): Effect.Effect<SqliteDatabase, StorageError, Scope.Scope> => {
    const path = filename === MEMORY ? filename : resolve(filename)
    return Effect.acquireRelease(
      Effect.try({
        try: () => new SqliteDatabase(path, openConnection(path, durability, access)),
        catch: (cause) => SqliteFailure.ofOpening(path, cause)
      }),
      (database) => Effect.ignore(Effect.try(() => database.close()))
    )
  }

  /**
   * Performs an operation on the database. If another process has locked it, the operation waits without blocking this process.
   * Fails with `StorageError` for any other error.
   *
   * @param operation - the operation, as the end of a sentence that starts with "Cannot"
   * @param runId - the run that the operation is for, if any
   */
  readonly attempt = <A>(
    operation: string,
    runId: string | undefined,
    perform: () => A
  ): Effect.Effect<A, StorageError> => this.attemptOr(operation, runId, isNever, perform)

  /**
   * Performs an operation that may throw its own errors, and fails with those too.
   *
   * @param isOwn - recognizes the errors of the operation
   * @param patience - how long to wait for a lock, and for space on the disk
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
    const { hint, words } = this.#connection.isOpen ? SqliteFailure.explain(cause) : SqliteFailure.closed
    return new StorageError({
      operation,
      ...(runId === undefined ? {} : { runId }),
      ...(hint === undefined ? {} : { hint }),
      cause: words === undefined ? cause : new Error(`${words} ("${this.filename}")`, { cause })
    })
  }
}

/** The device and inode of the file at a path; `undefined` if there is no file. */
const identityOf = (path: string): string | undefined => {
  const found = path === MEMORY ? undefined : statSync(path, { bigint: true, throwIfNoEntry: false })
  return found === undefined ? undefined : `${found.dev}:${found.ino}`
}

const isNever = (_cause: unknown): _cause is never => false
