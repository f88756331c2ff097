import { JobSnapshot } from "@heddle/events/JobSnapshot"
import { Json } from "@heddle/events/Json"
import { RunStatus } from "@heddle/events/RunStatus"
import type { CancelRequest } from "@heddle/storage/CancelRequest"
import { type Run, RunRecord } from "@heddle/storage/RunRecord"
import { RunSummary } from "@heddle/storage/RunSummary"
import type { RunQuery, RunStorage, UnreadableRun } from "@heddle/storage/RunStorage"
import { RunLease } from "@heddle/storage/RunLease"
import { RunAlreadyExists, RunHeld, RunNotFound, RunTakenOver, type StorageError } from "@heddle/storage/StorageError"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { createHash } from "node:crypto"
import type { SQLOutputValue } from "node:sqlite"
import type { DatabaseChanges } from "./DatabaseChanges.ts"
import type { LeaseKeeper } from "./LeaseKeeper.ts"
import { SqliteDatabase } from "./SqliteDatabase.ts"
import { eventsOf } from "./SqliteEventLog.ts"
import { StoredLease } from "./StoredLease.ts"
import { StoredPartitions } from "./StoredPartitions.ts"
import { StoredRunSummary } from "./StoredRunSummary.ts"

const INSERT_RUN = `
  insert into runs (run_id, job_name, created_at, record, snapshot, status, started_at, ended_at, pid, host)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
/** The tags of a run are in its record. The table is an index, in which lone surrogates are replaced. */
const INSERT_TAG = "insert into run_tags (run, key, value) values (?, ?, ?) on conflict (run, key) do nothing"
const INSERT_SNAPSHOT = "insert into snapshots (sha256, body) values (?, ?) on conflict (sha256) do nothing"
const EXISTS = "select 1 from runs where run_id = ?"
const COLUMNS = `record, status, started_at, ended_at, pid, host, cancel_requested_at, cancel_reason, ${StoredLease.columns}`
const SELECT_LEASE = `select id, status, snapshot, ${StoredLease.columns} from runs where run_id = ?`
const SELECT_REQUEST = "select cancel_requested_at, cancel_reason from runs where run_id = ?"
const REQUEST_CANCEL = `
  update runs set cancel_requested_at = ?, cancel_reason = ? where run_id = ? and cancel_requested_at is null`
const DELETE_TAGS = "delete from run_tags where run = ?"
const DELETE_RUN = "delete from runs where id = ?"
const DELETE_EVENTS = "delete from events where run_id = ?"
const DELETE_CLAIMS = "delete from pool_claims where run_id = ?"
/** Runs of one job share their snapshot. */
const DELETE_SNAPSHOT =
  "delete from snapshots where sha256 = ? and not exists (select 1 from runs where snapshot = sha256)"
const SELECT_RUN = `select ${COLUMNS} from runs where run_id = ?`
const SELECT_SNAPSHOT = `
  select body from snapshots where sha256 = (select snapshot from runs where run_id = ?)`

/** Exactly the expression of the index `runs_by_root`. */
const ROOT = "case when json_valid(record) then record ->> 'rootRunId' end"

const record = Schema.fromJsonString(RunRecord.schema)
const readRecord = Schema.decodeUnknownSync(RunRecord.schema)
const encodeRecord = Schema.encodeUnknownSync(record)
const readSnapshot = Schema.decodeUnknownSync(JobSnapshot.schema)

interface StoredSnapshot {
  readonly body: string
  readonly sha256: string
}
const stored = new WeakMap<JobSnapshot, StoredSnapshot>()

/** Snapshots are plain data, which their schema does not change. The JSON text is made once for all runs of a job. */
const encodeSnapshot = (job: JobSnapshot): StoredSnapshot => {
  let made = stored.get(job)
  if (made === undefined) {
    const body = JSON.stringify(job)
    stored.set(job, (made = { body, sha256: createHash("sha256").update(body).digest("hex") }))
  }
  return made
}

const toRun = (row: { readonly [column: string]: SQLOutputValue }): Run => {
  const lease = StoredLease.fromColumns(row)
  const request = toCancelRequest(row)
  return {
    ...readRecord(Json.parse(String(row["record"]))),
    ...StoredRunSummary.fromColumns(row),
    ...(lease === undefined ? {} : { lease }),
    ...(request === undefined ? {} : { cancelRequest: request })
  }
}

/** The request to cancel in a row of `runs`, if any. */
const toCancelRequest = (row: { readonly [column: string]: SQLOutputValue }): CancelRequest | undefined => {
  const { cancel_reason: reason, cancel_requested_at: at } = row
  if (at === null || at === undefined) return undefined
  return { at: Number(at), ...(reason === null || reason === undefined ? {} : { reason: String(reason) }) }
}

/** The runs of the rows, and those whose records cannot be read. */
const readable = (rows: ReadonlyArray<{ readonly [column: string]: SQLOutputValue }>) => {
  const runs: Array<Run> = []
  const unreadable: Array<UnreadableRun> = []
  for (const row of rows) {
    try {
      runs.push(toRun(row))
    } catch (cause) {
      const problem = cause instanceof Error ? cause.message.replaceAll(/\s*\n\s*/g, " ") : String(cause)
      unreadable.push({ runId: String(row["run_id"]), problem })
    }
  }
  return { runs, unreadable }
}

const select = (query: RunQuery): { readonly sql: string; readonly values: ReadonlyArray<string | number> } => {
  const conditions: Array<string> = []
  const values: Array<string | number> = []
  if (query.jobName !== undefined) {
    conditions.push("job_name = ?")
    values.push(query.jobName)
  }
  if (query.statuses !== undefined) {
    conditions.push(`status in (${query.statuses.map(() => "?").join(", ")})`)
    values.push(...query.statuses)
  }
  for (const [key, value] of Object.entries(query.tags ?? {})) {
    conditions.push("id in (select run from run_tags where key = ? and value = ?)")
    values.push(key, value)
  }
  if (query.rootRunId !== undefined) {
    conditions.push(`${ROOT} = ?`)
    values.push(query.rootRunId)
  }
  if (query.createdFrom !== undefined) {
    conditions.push("created_at >= ?")
    values.push(query.createdFrom)
  }
  if (query.createdBefore !== undefined) {
    conditions.push("created_at < ?")
    values.push(query.createdBefore)
  }
  if (query.after !== undefined) {
    conditions.push("id < (select id from runs where run_id = ?)")
    values.push(query.after)
  }
  const where = conditions.length === 0 ? "" : `where ${conditions.join(" and ")}`
  return { sql: `select ${COLUMNS} from runs ${where} order by id desc limit ?`, values }
}

/** Writes a run with its job and, if given, its first lease. Returns whether the id was free. */
const write = (database: SqliteDatabase, run: RunRecord, job: JobSnapshot, lease: RunLease | undefined): boolean => {
  if (!run.runId.isWellFormed()) throw new Error("its id is not well-formed Unicode")
  const encodedRun = encodeRecord(run)
  const { body, sha256 } = encodeSnapshot(job)
  return database.transaction(() => {
    if (database.statement(EXISTS).get(run.runId) !== undefined) return false
    // Events may have been stored before their run.
    let state = RunSummary.initial
    for (const event of eventsOf(database, run.runId)) state = RunSummary.after(state, event)
    database.statement(INSERT_SNAPSHOT).run(sha256, body)
    const { lastInsertRowid } = database
      .statement(INSERT_RUN)
      .run(run.runId, run.jobName, run.createdAt, encodedRun, sha256, ...StoredRunSummary.toColumns(state))
    for (const [key, value] of Object.entries(run.tags)) {
      database.statement(INSERT_TAG).run(lastInsertRowid, key, value)
    }
    if (lease !== undefined) StoredLease.write(database, lease)
    return true
  })
}

const create = (database: SqliteDatabase, run: RunRecord, job: JobSnapshot, lease?: RunLease) =>
  database
    .attempt("store the record", run.runId, () => write(database, run, job, lease))
    .pipe(
      Effect.filterOrFail(
        (created) => created,
        () => new RunAlreadyExists({ runId: run.runId })
      )
    )

const isTakenOver = (cause: unknown): cause is RunTakenOver => cause instanceof RunTakenOver

/** What the run storage is made of. */
export interface SqliteRunStorageParts {
  readonly database: SqliteDatabase
  /** Keeps the leases of this process. */
  readonly keeper: LeaseKeeper
  /** How long a lease lasts that nobody keeps, in milliseconds. */
  readonly leaseMillis: number
  readonly changes: DatabaseChanges
}

/** The run storage in the tables `runs`, `run_tags` and `snapshots`. */
export const sqliteRunStorage = ({
  changes,
  database,
  keeper,
  leaseMillis
}: SqliteRunStorageParts): RunStorage["Service"] => ({
  leaseMillis,
  create: (run, job) => Effect.asVoid(create(database, run, job)),
  createHeld: (run, job, holder) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const lease = RunLease.next(run.runId, undefined, holder, now, leaseMillis)
      return Effect.as(create(database, run, job, lease), lease)
    }),
  acquire: (runId, holder, options = {}) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) =>
      Effect.flatten(
        database.attempt("take the lease", runId, () =>
          database.transaction((): Effect.Effect<RunLease, RunHeld | RunNotFound> => {
            const row = database.statement(SELECT_LEASE).get(runId)
            if (row === undefined) return Effect.fail(new RunNotFound({ runId }))
            const before = StoredLease.fromColumns(row)
            if (before !== undefined && !RunLease.isLapsed(before, now) && options.evenIfHeld !== true) {
              const { host, pid, until } = before
              return Effect.fail(new RunHeld({ runId, pid, host, until }))
            }
            const lease = RunLease.next(runId, before, holder, now, leaseMillis)
            StoredLease.write(database, lease)
            return Effect.succeed(lease)
          })
        )
      ).pipe(Effect.tap((lease) => Effect.sync(() => keeper.taken(lease))))
    ),
  keep: (lease) =>
    Effect.andThen(
      database.attemptOr("keep the lease", lease.runId, isTakenOver, () => StoredLease.check(database, lease)),
      Effect.callback<never, RunTakenOver | StorageError>((resume) => {
        const { runId } = lease
        const stop = keeper.keep(lease, (why) =>
          resume(Effect.fail(why === "taken" ? new RunTakenOver({ runId }) : database.gone("keep the lease", runId)))
        )
        return Effect.sync(stop)
      })
    ),
  get: (runId) =>
    database
      .attempt("read the record", runId, () => {
        const row = database.statement(SELECT_RUN).get(runId)
        return row === undefined ? undefined : toRun(row)
      })
      .pipe(Effect.filterOrFail(Predicate.isNotUndefined, () => new RunNotFound({ runId }))),
  list: (query = {}) =>
    database
      .attempt("list runs", undefined, () => {
        const { sql, values } = select(query)
        return readable(database.prepare(sql).all(...values, SqliteDatabase.toLimit(query.limit ?? 100)))
      })
      .pipe(
        Effect.flatMap(({ runs, unreadable }) => {
          const tell = ({ problem, runId }: UnreadableRun) =>
            query.onUnreadable === undefined
              ? Effect.logWarning(`The record of run "${runId}" cannot be read: ${problem}`)
              : Effect.sync(() => query.onUnreadable?.({ runId, problem }))
          return Effect.as(Effect.forEach(unreadable, tell, { discard: true }), runs)
        })
      ),
  snapshot: (runId) =>
    database
      .attempt("read the job", runId, () => {
        const row = database.statement(SELECT_SNAPSHOT).get(runId)
        return row === undefined ? undefined : readSnapshot(Json.parse(String(row["body"])))
      })
      .pipe(Effect.filterOrFail(Predicate.isNotUndefined, () => new RunNotFound({ runId }))),
  requestCancel: (runId, reason) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) =>
      database.attempt("request the cancellation", runId, () =>
        database.transaction(() => {
          database.statement(REQUEST_CANCEL).run(now, reason ?? null, runId)
          const row = database.statement(SELECT_REQUEST).get(runId)
          return row === undefined ? undefined : toCancelRequest(row)
        })
      )
    ).pipe(
      Effect.filterOrFail(Predicate.isNotUndefined, () => new RunNotFound({ runId })),
      Effect.tap(() => Effect.sync(() => changes.requestsChanged()))
    ),
  awaitCancelRequest: (runId) =>
    Effect.flatMap(changes.ofRequests, ({ next }) => {
      const look: Effect.Effect<CancelRequest, StorageError> = Effect.flatMap(
        database.attempt("read the record", runId, () => {
          const row = database.statement(SELECT_REQUEST).get(runId)
          return row === undefined ? undefined : toCancelRequest(row)
        }),
        (request) => (request === undefined ? Effect.andThen(next, look) : Effect.succeed(request))
      )
      return look
    }).pipe(Effect.scoped),
  delete: (runId, options = {}) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) =>
      Effect.flatten(
        database.attempt("delete the run", runId, () =>
          database.transaction((): Effect.Effect<void, RunHeld | RunNotFound> => {
            const row = database.statement(SELECT_LEASE).get(runId)
            if (row === undefined) return Effect.fail(new RunNotFound({ runId }))
            const lease = StoredLease.fromColumns(row)
            const isFinished = RunStatus.isFinished(Schema.decodeUnknownSync(RunStatus.schema)(row["status"]))
            const isHeld = lease !== undefined && !RunLease.isLapsed(lease, now) && !isFinished
            if (isHeld && options.evenIfHeld !== true) {
              const { host, pid, until } = lease
              return Effect.fail(new RunHeld({ runId, pid, host, until }))
            }
            const id = Number(row["id"])
            database.statement(DELETE_TAGS).run(id)
            database.statement(DELETE_RUN).run(id)
            database.statement(DELETE_EVENTS).run(runId)
            StoredPartitions.forget(database, runId)
            database.statement(DELETE_CLAIMS).run(runId)
            database.statement(DELETE_SNAPSHOT).run(String(row["snapshot"]))
            return Effect.void
          })
        )
      )
    ).pipe(Effect.tap(() => Effect.sync(() => changes.eventsChanged())))
})
