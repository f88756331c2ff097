import { RunLease } from "@heddle/storage/RunLease"
import { RunTakenOver } from "@heddle/storage/StorageError"
import * as Schema from "effect/Schema"
import type { SQLOutputValue } from "node:sqlite"
import type { SqliteDatabase } from "./SqliteDatabase.ts"

const decode = Schema.decodeUnknownSync(RunLease.schema)

const UPDATE = `
  update runs set lease_fence = ?, lease_pid = ?, lease_host = ?, lease_since = ?, lease_until = ? where run_id = ?`
const FENCE = "select lease_fence from runs where run_id = ?"

/** The lease of a run in the table `runs`. Use it within a transaction. */
export const StoredLease = {
  /** The columns that `fromColumns` reads. */
  columns: "run_id, lease_fence, lease_pid, lease_host, lease_since, lease_until",

  /** The lease in a row of `runs`, if the run has had one. Throws if it is not valid. */
  fromColumns: (row: { readonly [column: string]: SQLOutputValue }): RunLease | undefined =>
    row["lease_fence"] === 0
      ? undefined
      : decode({
          runId: row["run_id"],
          fence: row["lease_fence"],
          pid: row["lease_pid"],
          host: row["lease_host"],
          since: row["lease_since"],
          until: row["lease_until"]
        }),

  /** Writes the lease of a stored run. */
  write: (database: SqliteDatabase, { fence, host, pid, runId, since, until }: RunLease): void => {
    database.statement(UPDATE).run(fence, pid, host, since, until, runId)
  },

  /** Throws `RunTakenOver` if the run of a lease has a newer one, or was deleted. */
  check: (database: SqliteDatabase, { fence, runId }: Pick<RunLease, "runId" | "fence">): void => {
    const row = database.statement(FENCE).get(runId)
    if (row === undefined || Number(row["lease_fence"]) > fence) throw new RunTakenOver({ runId })
  }
}
