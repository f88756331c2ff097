import { RunStatus } from "@heddle/events/RunStatus"
import { ConcurrencySlots } from "@heddle/storage/ConcurrencySlots"
import type { PoolState, SlotClaim, SlotHolder } from "@heddle/storage/PoolState"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { SQLOutputValue } from "node:sqlite"
import type { SqliteDatabase } from "./SqliteDatabase.ts"

type Row = { readonly [column: string]: SQLOutputValue }

const FINISHED = RunStatus.schema.literals
  .filter(RunStatus.isFinished)
  .map((status) => `'${status}'`)
  .join(", ")

/** Whether the run of a claim is active at a given time. */
const GOES_ON = `exists (
  select 1 from runs
  where runs.run_id = pool_claims.run_id and runs.status not in (${FINISHED}) and runs.lease_fence > 0
    and runs.lease_until > ?
)`

const LIMIT = "select slots from pool_limits where pool in (?, '') order by pool = '' limit 1"
const SET_LIMIT = "insert into pool_limits (pool, slots) values (?, ?) on conflict do update set slots = excluded.slots"
const UNSET_LIMIT = "delete from pool_limits where pool = ?"
const LIMITED = "select pool from pool_limits where pool <> ''"
const SELECT_OWN = "select id, granted from pool_claims where pool = ? and run_id = ? and step_key = ? and attempt = ?"
const INSERT = "insert into pool_claims (pool, run_id, step_key, attempt, priority) values (?, ?, ?, ?, ?)"
const GRANTED = "select count(*) as count from pool_claims where pool = ? and granted = 1"
const SWEEP_GRANTED = `delete from pool_claims where pool = ? and granted = 1 and not ${GOES_ON}`
/** The first claims of the line. */
const FIRST = "select id from pool_claims where pool = ? and granted = 0 order by priority desc, id limit ?"
const SWEEP_ONE = `delete from pool_claims where id = ? and not ${GOES_ON}`
const GRANT = "update pool_claims set granted = 1 where id = ?"
const RELEASE = "delete from pool_claims where run_id = ? and step_key = ? and attempt = ?"
const WITHDRAW = `${RELEASE} and pool = ?`
const COUNTING = `
  select pool, run_id, step_key, attempt, granted from pool_claims where ${GOES_ON}
  order by granted desc, case granted when 1 then 0 else priority end desc, id`

const limitOf = (database: SqliteDatabase, pool: string): number | undefined => {
  const row = database.statement(LIMIT).get(pool)
  return row === undefined ? undefined : Number(row["slots"])
}

const release = (database: SqliteDatabase, { attempt, runId, stepKey }: SlotHolder): void => {
  database.statement(RELEASE).run(runId, stepKey, attempt)
}

const claim = (database: SqliteDatabase, asked: SlotClaim, now: number): boolean => {
  const { attempt, pool, runId, stepKey } = asked
  const limit = limitOf(database, pool)
  if (limit === undefined) {
    database.statement(WITHDRAW).run(runId, stepKey, attempt, pool)
    return true
  }
  const own = database.statement(SELECT_OWN).get(pool, runId, stepKey, attempt)
  if (own?.["granted"] === 1) return true
  const id =
    own === undefined
      ? database.statement(INSERT).run(pool, runId, stepKey, attempt, asked.priority).lastInsertRowid
      : Number(own["id"])
  const room = roomOf(database, pool, limit, now)
  if (room <= 0 || !isAmongFirst(database, pool, Number(id), room, now)) return false
  database.statement(GRANT).run(id)
  return true
}

/** The number of free slots. Checks the holders only if no slot seems to be free. */
const roomOf = (database: SqliteDatabase, pool: string, limit: number, now: number): number => {
  const granted = () => Number(database.statement(GRANTED).get(pool)?.["count"])
  const room = limit - granted()
  if (room > 0) return room
  return database.statement(SWEEP_GRANTED).run(pool, now).changes === 0 ? room : limit - granted()
}

/** Tells whether a claim is among the first in line. Removes claims of inactive runs that it finds. */
const isAmongFirst = (database: SqliteDatabase, pool: string, id: number, room: number, now: number): boolean => {
  for (;;) {
    const first = database
      .statement(FIRST)
      .all(pool, room)
      .map((row) => Number(row["id"]))
    if (first.includes(id)) return true
    let swept = 0
    for (const other of first) swept += Number(database.statement(SWEEP_ONE).run(other, now).changes)
    if (swept === 0) return false
  }
}

const list = (database: SqliteDatabase, now: number): ReadonlyArray<PoolState> => {
  const claims = database.statement(COUNTING).all(now)
  const holders = (pool: string, granted: 0 | 1): ReadonlyArray<SlotHolder> =>
    claims
      .filter((row) => row["pool"] === pool && row["granted"] === granted)
      .map((row) => ({
        runId: String(row["run_id"]),
        stepKey: String(row["step_key"]),
        attempt: Number(row["attempt"])
      }))
  const name = (row: Row): string => String(row["pool"])
  const pools = new Set([...database.statement(LIMITED).all().map(name), ...claims.map(name)])
  return [...pools]
    .toSorted((a, b) => (a < b ? -1 : 1))
    .map((pool) => ({ pool, limit: limitOf(database, pool), holders: holders(pool, 1), waiting: holders(pool, 0) }))
}

/** The pools in the tables `pool_limits` and `pool_claims`. */
export const sqliteConcurrencySlots = (database: SqliteDatabase): ConcurrencySlots["Service"] => {
  const setLimit = (pool: string, limit: number) =>
    database.attempt("store the limit of a pool", undefined, () => {
      database.statement(SET_LIMIT).run(pool, limit)
    })
  const unsetLimit = (pool: string) =>
    database.attempt(
      "remove the limit of a pool",
      undefined,
      () => Number(database.statement(UNSET_LIMIT).run(pool).changes) > 0
    )
  return {
    setLimit: (pool, limit) => Effect.andThen(ConcurrencySlots.checkLimit(pool, limit), setLimit(pool, limit)),
    unsetLimit: (pool) => (pool === "" ? Effect.succeed(false) : unsetLimit(pool)),
    setDefaultLimit: (limit) =>
      limit === undefined
        ? Effect.asVoid(unsetLimit(""))
        : Effect.andThen(ConcurrencySlots.checkLimit("*", limit), setLimit("", limit)),
    defaultLimit: database.attempt("read the default limit of pools", undefined, () => limitOf(database, "")),
    list: Effect.flatMap(Clock.currentTimeMillis, (now) =>
      database.attempt("list pools", undefined, () => database.transaction(() => list(database, now)))
    ),
    claim: (asked) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        database.attempt(`claim a slot of pool "${asked.pool}"`, asked.runId, () =>
          database.transaction(() => claim(database, asked, now))
        )
      ),
    release: (holder) => database.attempt("release a slot", holder.runId, () => release(database, holder))
  }
}
