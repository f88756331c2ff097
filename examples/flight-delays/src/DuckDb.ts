import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api"
import { Effect, Schema, type Scope } from "effect"

/** A query failed or returned unexpected rows. */
export class QueryFailed extends Schema.TaggedError<QueryFailed>()("QueryFailed", {
  query: Schema.String,
  cause: Schema.Defect()
}) {
  override get message() {
    return `Cannot ${this.query}: ${this.cause instanceof Error ? this.cause.message : String(this.cause)}`
  }
}

/** Runs SQL off the event loop. */
export interface DuckDb {
  /**
   * Runs one statement and checks its rows.
   *
   * @param query - what it is for, as a phrase with a verb: "count the flights"
   */
  readonly rows: <A>(
    query: string,
    sql: string,
    row: Schema.Codec<A, any, never, never>
  ) => Effect.Effect<ReadonlyArray<A>, QueryFailed>
}

/** Quotes a text for SQL. */
export const text = (value: string): string => `'${value.replaceAll("'", "''")}'`

/** Runs a statement that gives one row. */
export const one = <A>(
  db: DuckDb,
  query: string,
  sql: string,
  row: Schema.Codec<A, any, never, never>
): Effect.Effect<A, QueryFailed> => Effect.map(db.rows(query, sql, row), (rows) => rows[0]!)

/** Opens a database in memory that is closed with its scope. */
export const open: Effect.Effect<DuckDb, QueryFailed, Scope.Scope> = Effect.gen(function* () {
  const attempt = <A>(query: string, run: () => Promise<A>) =>
    Effect.tryPromise({ try: run, catch: (cause) => new QueryFailed({ query, cause }) })
  const instance = yield* Effect.acquireRelease(
    attempt("open DuckDB", () => DuckDBInstance.create(":memory:", { memory_limit: "1GB" })),
    (instance) => Effect.sync(() => instance.closeSync())
  )
  return {
    // A connection for each query: an interrupt reaches one connection, not one statement.
    rows: (query, sql, row) =>
      Effect.acquireUseRelease(
        attempt(query, () => instance.connect()),
        (connection) => cancellable(query, connection, sql),
        (connection) => Effect.sync(() => connection.closeSync())
      ).pipe(
        Effect.flatMap((rows) =>
          Effect.mapError(
            Schema.decodeUnknownEffect(Schema.Array(row))(rows),
            (cause) => new QueryFailed({ query, cause })
          )
        )
      )
  }
})

const cancellable = (query: string, connection: DuckDBConnection, sql: string) =>
  Effect.callback<unknown, QueryFailed>((resume) => {
    const running = connection.runAndReadAll(sql).then(
      (reader) => resume(Effect.succeed(reader.getRowObjectsJson())),
      (cause) => resume(Effect.fail(new QueryFailed({ query, cause })))
    )
    return Effect.promise(() => {
      // DuckDB forgets an interrupt that comes while the statement is still prepared, so it is told until it stops.
      const again = setInterval(() => connection.interrupt(), 20)
      connection.interrupt()
      return running.finally(() => clearInterval(again))
    })
  })
